import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { joined, rules } from "./queries";
import { serviceRole } from "./service-role";
import { stepsOf } from "./steps";
import { tableNames } from "./tables";

/** What the nightly job is made from. */
interface Night {
  readonly account: string;
  readonly region: string;
  readonly name: string;
  readonly tags: Record<string, string>;
  readonly bucket: aws.s3.Bucket;
  readonly database: string;
  readonly workgroup: aws.athena.Workgroup;
  /** Where findings are published, and that a night did not succeed. */
  readonly topic: aws.sns.Topic;
}

/** A state machine that runs the queries every night at two, and an alarm for when it does not succeed. */
export function everyNight(night: Night): aws.sfn.StateMachine {
  const { name, tags, account, region, database, workgroup, topic } = night;
  const machine = new aws.sfn.StateMachine("night", {
    name,
    tags,
    roleArn: nightRole(night),
    definition: pulumi
      .all([workgroup.name, topic.arn])
      .apply(([group, findings]) =>
        JSON.stringify(stepsOf({ joined, rules, workgroup: group, database, topic: findings })),
      ),
  });
  const group = new aws.scheduler.ScheduleGroup("night", { name, tags });
  new aws.scheduler.Schedule("night", {
    name,
    groupName: group.name,
    scheduleExpression: "cron(0 2 * * ? *)",
    flexibleTimeWindow: { mode: "OFF" },
    target: {
      arn: machine.arn,
      roleArn: serviceRole("schedule", {
        name: `${name}-schedule`,
        tags,
        account,
        service: "scheduler.amazonaws.com",
        // The source of a schedule is its group (EventBridge Scheduler user guide, confused deputy prevention).
        sourceArn: `arn:aws:scheduler:${region}:${account}:schedule-group/${name}`,
        statements: [{ Action: ["states:StartExecution"], Resource: [machine.arn] }],
      }),
    },
  });
  // A night that failed, ran out of time or never started is one that did not succeed.
  new aws.cloudwatch.MetricAlarm("night", {
    name: `${name}-did-not-succeed`,
    namespace: "AWS/States",
    metricName: "ExecutionsSucceeded",
    dimensions: { StateMachineArn: machine.arn },
    statistic: "Sum",
    period: 24 * 60 * 60,
    evaluationPeriods: 1,
    comparisonOperator: "LessThanThreshold",
    threshold: 1,
    treatMissingData: "breaching",
    alarmActions: [topic.arn],
  });
  return machine;
}

/** The role of the state machine: its workgroup, the tables, the bucket's two folders, and the topic. */
function nightRole({ name, tags, account, region, ...night }: Night): pulumi.Output<string> {
  const { bucket, database, workgroup, topic } = night;
  const arn = (service: string, resource: string) =>
    `arn:aws:${service}:${region}:${account}:${resource}`;
  const tables = (names: readonly string[]) => [
    arn("glue", "catalog"),
    arn("glue", `database/${database}`),
    ...names.map((table) => arn("glue", `table/${database}/${table}`)),
  ];
  const stored = joined.map((query) => query.name);
  return serviceRole("night", {
    name,
    tags,
    account,
    service: "states.amazonaws.com",
    sourceArn: arn("states", `stateMachine:${name}`),
    statements: [
      {
        Action: [
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
        ],
        Resource: [workgroup.arn],
      },
      {
        Action: ["athena:GetDataCatalog"],
        Resource: [arn("athena", "datacatalog/AwsDataCatalog")],
      },
      {
        // Athena also reads the database `default` (Athena user guide, access to databases and tables).
        Action: ["glue:GetDatabase"],
        Resource: [...tables([]), arn("glue", "database/default")],
      },
      {
        Action: ["glue:GetTable", "glue:GetPartitions"],
        Resource: tables([...tableNames, ...stored]),
      },
      { Action: ["glue:CreateTable", "glue:DeleteTable"], Resource: tables(stored) },
      { Action: ["s3:GetBucketLocation", "s3:ListBucket"], Resource: [bucket.arn] },
      { Action: ["s3:GetObject"], Resource: [pulumi.interpolate`${bucket.arn}/facts/*`] },
      {
        Action: [
          "s3:GetObject",
          "s3:PutObject",
          "s3:AbortMultipartUpload",
          "s3:ListMultipartUploadParts",
        ],
        Resource: [pulumi.interpolate`${bucket.arn}/results/*`],
      },
      { Action: ["sns:Publish"], Resource: [topic.arn] },
    ],
  });
}
