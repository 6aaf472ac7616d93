/** A thing that triggers a workload by what it receives. */
export interface Relay {
  /** The kind of resource, `what` of an ARN in `core/aws`. */
  readonly what: string;
  /** Actions by which something comes to it. */
  readonly actions: readonly string[];
  /** Others trigger something only where they are configured to. */
  readonly others?: readonly string[];
  readonly by: string;
}

/**
 * Kinds of things that trigger workloads, by what identities may send to them.
 *
 * Source: AWS Service Authorization Reference, the page of each service.
 */
export const relays = [
  { what: "queue", actions: ["sqs:SendMessage"], by: "may send to" },
  { what: "topic", actions: ["sns:Publish"], by: "may publish to" },
  { what: "event bus", actions: ["events:PutEvents"], by: "may put events on" },
  { what: "stream", actions: ["kinesis:PutRecord", "kinesis:PutRecords"], by: "may write to" },
  {
    what: "table",
    actions: [
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:PartiQLInsert",
      "dynamodb:PartiQLUpdate",
      "dynamodb:PartiQLDelete",
    ],
    by: "may write to",
  },
  {
    what: "bucket",
    actions: ["s3:PutObject", "s3:DeleteObject"],
    others: [
      "s3:DeleteObjectVersion",
      "s3:PutObjectTagging",
      "s3:PutObjectVersionTagging",
      "s3:DeleteObjectTagging",
      "s3:DeleteObjectVersionTagging",
      "s3:PutObjectAcl",
      "s3:PutObjectVersionAcl",
      "s3:RestoreObject",
    ],
    by: "may write to",
  },
  {
    what: "state machine",
    actions: ["states:StartExecution", "states:StartSyncExecution"],
    by: "may start",
  },
] as const satisfies readonly Relay[];

/** A kind of thing that triggers workloads. */
export type RelayKind = (typeof relays)[number]["what"];

/** Every such kind. */
export const relayKinds: readonly string[] = relays.map(({ what }) => what);
