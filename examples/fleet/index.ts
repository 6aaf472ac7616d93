import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";
import { factsBucket } from "./bucket";
import { everyNight } from "./night";
import { joined, rules } from "./queries";
import { factsDatabase, tableNames } from "./tables";

/** A deployment job that writes the facts of its stacks. */
interface Job {
  readonly repository: string;
  readonly repositoryId: string;
  readonly environment: string;
}

const config = new pulumi.Config();
const account = config.require("account");
const region = new pulumi.Config("aws").require("region");
const jobs = config.requireObject<Record<string, Job>>("jobs");
const name = "agentid-fleet";

const platform = new agentid.Tenant("platform", {
  federation: {
    github: {
      providerArn: config.require("providerArn"),
      owner: config.require("owner"),
      ownerId: config.require("ownerId"),
    },
  },
});
const tags = { "agentid.dev/tenant": "platform" };

const bucket = factsBucket(config.require("bucket"), tags);
const database = "agentid_fleet";
const facts = factsDatabase(bucket, database);

/** Each job has a role that may write one file of each table, and read nothing. */
const writers = Object.entries(jobs).map(([job, github]) => {
  const files = tableNames.map(
    (table) => pulumi.interpolate`${bucket.arn}/facts/${table}/${job}.parquet`,
  );
  const writer = new agentid.Tool(`facts-${job}`, {
    tenant: platform.ref,
    subject: { github },
    permissions: [{ actions: ["s3:PutObject"], resources: files }],
  });
  return [job, writer.roleArn] as const;
});

const workgroup = new aws.athena.Workgroup("fleet", {
  name,
  tags,
  configuration: {
    enforceWorkgroupConfiguration: true,
    publishCloudwatchMetricsEnabled: true,
    bytesScannedCutoffPerQuery: 10 * 1024 ** 3,
    engineVersion: { selectedEngineVersion: "Athena engine version 3" },
    resultConfiguration: {
      outputLocation: pulumi.interpolate`s3://${bucket.bucket}/results/`,
      expectedBucketOwner: account,
      encryptionConfiguration: { encryptionOption: "SSE_S3" },
    },
  },
});

for (const query of [...joined, ...rules]) {
  new aws.athena.NamedQuery(query.name, {
    name: query.name,
    database: facts.name,
    workgroup: workgroup.name,
    query: query.sql,
  });
}

const topic = new aws.sns.Topic("findings", { name: `${name}-findings`, tags });

const machine = everyNight({ account, region, name, tags, bucket, database, workgroup, topic });

/** The roles of jobs; workflows name them as `role-to-assume`. */
export const roles = Object.fromEntries(writers);

/** The topic; subscribe to receive findings. */
export const findings = topic.arn;

/** The state machine; start it to run a night at once. */
export const stateMachine = machine.arn;
