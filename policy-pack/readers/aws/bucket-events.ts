import { ofBuckets } from "../../../core/calls/bucket-events";
import type { FactOf } from "../../../core/graph/fact";
import { matches } from "../../../core/pattern";
import { parsedPattern, textsRequested } from "./event-matcher";

/**
 * Actions that cause the events of which a bucket can tell, by how the names of events start. Others a bucket causes itself:
 * by its lifecycle, by replication, by moving or losing what it keeps.
 *
 * Sources: Amazon S3 user guide, "Event notification types and destinations"; S3 API, the permissions of each operation.
 */
const causes: readonly (readonly [string, readonly string[]])[] = [
  ["s3:ObjectCreated:", ["s3:PutObject"]],
  ["s3:ObjectRemoved:", ["s3:DeleteObject", "s3:DeleteObjectVersion"]],
  ["s3:ObjectRestore:", ["s3:RestoreObject"]],
  ["s3:ObjectTagging:Put", ["s3:PutObjectTagging", "s3:PutObjectVersionTagging"]],
  ["s3:ObjectTagging:Delete", ["s3:DeleteObjectTagging", "s3:DeleteObjectVersionTagging"]],
  ["s3:ObjectAcl:", ["s3:PutObjectAcl", "s3:PutObjectVersionAcl"]],
];

/** Actions that cause an event of a bucket, such as `s3:ObjectCreated:*`. */
export function causesOf(event: string): readonly string[] {
  const start = event.replace(/\*$/, "");
  return causes.flatMap(([each, actions]) =>
    each.startsWith(start) || start.startsWith(each) ? actions : [],
  );
}

/** What buckets tell EventBridge, by what causes it; what they do by themselves nobody causes. Source: Amazon S3 user guide, "Using EventBridge". */
const reported: readonly (readonly [string, string])[] = [
  ["Object Created", "s3:ObjectCreated:"],
  ["Object Deleted", "s3:ObjectRemoved:"],
  ["Object Restore Initiated", "s3:ObjectRestore:"],
  ["Object Restore Completed", "s3:ObjectRestore:"],
  ["Object Tags Added", "s3:ObjectTagging:Put"],
  ["Object Tags Deleted", "s3:ObjectTagging:Delete"],
  ["Object ACL Updated", "s3:ObjectAcl:"],
];

/** What a pattern of events lets through of what buckets tell; undefined where nothing that anyone causes. */
export function heardOfBuckets(
  text: string,
): Pick<FactOf<"subscribes-to-buckets">, "buckets" | "only" | "byActions"> | undefined {
  const pattern = parsedPattern(text);
  if (pattern === undefined || !fits(textsRequested(pattern, "source"), ofBuckets))
    return undefined;
  const types = textsRequested(pattern, "detail-type");
  const byActions = reported.flatMap(([type, event]) => (fits(types, type) ? causesOf(event) : []));
  if (byActions.length === 0) return undefined;
  const buckets = textsRequested(pattern, "detail", "bucket", "name");
  const only = textsRequested(pattern, "detail", "object", "key");
  return {
    byActions: [...new Set(byActions)],
    ...(buckets && { buckets }),
    ...(only && { only }),
  };
}

function fits(requested: readonly string[] | undefined, text: string): boolean {
  return requested?.some((each) => matches(each, text)) ?? true;
}
