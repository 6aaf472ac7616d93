import type { Ref } from "../../../core/graph/fact-values";
import { named } from "../../../core/graph/fact-values";
import { read, type Step } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { FactList, textAt, valueIn } from "../values";
import { bucketNamed, keyOrAliasNamed } from "./resource-policies";

type Path = readonly [string, ...Step[]];

const byDefault = ["applyServerSideEncryptionByDefault", "kmsMasterKeyId"] as const;
const ofBucket: Path = ["serverSideEncryptionConfiguration", "rule", ...byDefault];

/** The input by which each type is told its key of KMS. Source: the input types of `@pulumi/aws` 7. */
const keyOf: Readonly<Record<string, Path>> = {
  "aws:kinesis/stream:Stream": ["kmsKeyId"],
  "aws:s3/bucket:Bucket": ofBucket,
  "aws:s3/bucketV2:BucketV2": ofBucket,
  "aws:secretsmanager/secret:Secret": ["kmsKeyId"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId"],
  "aws:sqs/queue:Queue": ["kmsMasterKeyId"],
  "aws:ssm/parameter:Parameter": ["keyId"],
};

/** Reads which key of KMS encrypts a resource. */
export const encryptionReader: Reader = {
  name: "aws encryption",
  types: Object.keys(keyOf),
  read: (resource, { accountOf }) => {
    const list = new FactList(resource);
    const path = keyOf[resource.type];
    if (path !== undefined) sayEncrypts(list, accountOf(resource), path, named(resource.urn));
    return list.all();
  },
};

/** Reads which key encrypts what is put into a bucket, where a resource beside it says so. */
export const bucketEncryptionReader: Reader = {
  name: "aws bucket encryption",
  types: [
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
  ],
  read: (resource, { accountOf }) => {
    const list = new FactList(resource);
    const account = accountOf(resource);
    const bucket = bucketNamed(textAt(resource, "bucket"), account);
    if (bucket === undefined) return [];
    const rules = valueIn(read(resource.inputs, "rules"));
    const count = Array.isArray(rules) ? rules.length : 1;
    for (let at = 0; at < count; at += 1) {
      sayEncrypts(list, account, ["rules", at, ...byDefault], bucket);
    }
    return list.all();
  },
};

function sayEncrypts(list: FactList, account: string, path: Path, resource: Ref): void {
  const key = keyOrAliasNamed(textAt(list.resource, ...path), account);
  if (key !== undefined) list.say("encrypts", path[0], { key, resource });
}
