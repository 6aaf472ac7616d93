import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** How many days the results of a night are stored. */
const daysOfResults = 90;

/** The private bucket of facts, under `facts/`, and of what the nights find, under `results/`. */
export function factsBucket(name: string, tags: Record<string, string>): aws.s3.Bucket {
  const bucket = new aws.s3.Bucket("facts", { bucket: name, tags });
  const of = { bucket: bucket.bucket };
  new aws.s3.BucketPublicAccessBlock("facts", {
    ...of,
    blockPublicAcls: true,
    blockPublicPolicy: true,
    ignorePublicAcls: true,
    restrictPublicBuckets: true,
  });
  new aws.s3.BucketServerSideEncryptionConfiguration("facts", {
    ...of,
    rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }],
  });
  const versioning = new aws.s3.BucketVersioning("facts", {
    ...of,
    versioningConfiguration: { status: "Enabled" },
  });
  const expired = { noncurrentVersionExpiration: { noncurrentDays: 30 }, status: "Enabled" };
  new aws.s3.BucketLifecycleConfiguration(
    "facts",
    {
      ...of,
      rules: [
        // Facts themselves never expire: a stack without updates is still there.
        {
          id: "facts",
          filter: { prefix: "facts/" },
          abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
          ...expired,
        },
        {
          id: "results",
          filter: { prefix: "results/" },
          expiration: { days: daysOfResults },
          ...expired,
        },
      ],
    },
    { dependsOn: versioning },
  );
  new aws.s3.BucketPolicy("facts", {
    ...of,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "OnlyEncryptedConnections",
          Effect: "Deny",
          Principal: "*",
          Action: "s3:*",
          Resource: [bucket.arn, pulumi.interpolate`${bucket.arn}/*`],
          Condition: { Bool: { "aws:SecureTransport": "false" } },
        },
      ],
    }),
  });
  return bucket;
}
