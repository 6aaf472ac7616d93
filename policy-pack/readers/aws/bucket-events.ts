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
