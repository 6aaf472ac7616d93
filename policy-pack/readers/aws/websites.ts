import type { Ref } from "../../../core/graph/fact-values";
import { read } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { FactList, textAt, waitingFor } from "../values";
import { placeFor } from "./refs";
import { bucketNamed } from "./resource-policies";

/** Reads which buckets are websites by a resource beside them. */
export const websiteReader: Reader = {
  name: "aws websites",
  types: [
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    "aws:s3/bucketWebsiteConfigurationV2:BucketWebsiteConfigurationV2",
  ],
  read: (resource, context) => {
    const list = new FactList(resource);
    const bucket = bucketNamed(textAt(resource, "bucket"), placeFor(resource, context));
    if (bucket !== undefined) addPublishes(list, bucket, "indexDocument");
    return list.all();
  },
};

/**
 * States that a bucket is a website, where its settings name a document to serve; one that only redirects serves none.
 *
 * Source: Amazon S3 user guide, "Configuring an index document", "Configuring a webpage redirect".
 *
 * @param path where the inputs name the document
 */
export function addPublishes(
  list: FactList,
  bucket: Ref,
  ...path: readonly [string, ...string[]]
): void {
  const index = read(list.resource.inputs, ...path);
  if (index.kind === "absent") return;
  const [top] = path;
  const dependsOn = index.kind === "unknown" && waitingFor(list.resource, top, index.dependsOn);
  list.add("publishes", path.join("."), { bucket, ...(dependsOn && { dependsOn }) });
}
