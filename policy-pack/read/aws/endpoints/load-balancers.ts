import { ecsServiceType } from "../../../../core/aws/ecs";
import { listAt, read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, textAt, unknownAt } from "../../resource/values";
import { referred } from "../naming";
import { instance, lambda, taskDefinition, placeFor } from "../refs";
import type { Flag, Ref } from "../../../facts/fact-values";
import { bucketNamed } from "../iam/resource-policies";

/** Services of Amazon ECS behind a load balancer, and the members of target groups. */
export const loadBalancerReader: Reader = {
  name: "aws load balancers",
  types: [
    ecsServiceType,
    "aws:lb/targetGroupAttachment:TargetGroupAttachment",
    "aws:alb/targetGroupAttachment:TargetGroupAttachment",
  ],
  read: (resource, context) => {
    const list = new FactList(resource);
    const isService = resource.type === ecsServiceType;
    if (isService && listAt(resource.inputs, "loadBalancers").length === 0) return [];
    const property = isService ? "taskDefinition" : "targetId";
    const what = isService ? [taskDefinition] : [lambda, instance];
    const found = what.map((each) => referred(list, context, each, property));
    const to = found.find((ref) => ref?.kind === "named") ?? found[0];
    if (to === undefined) return [];
    const entry = resource.urn;
    list.add("exposes", property, {
      entry,
      way: "load balancer",
      authentication: { kind: "unclear", by: "its listener" },
    });
    list.add("forwards", property, { from: entry, to });
    return list.all();
  },
};

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
    if (bucket !== undefined) addWebsite(list, bucket, "indexDocument");
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
export function addWebsite(
  list: FactList,
  bucket: Ref,
  ...path: readonly [string, ...string[]]
): void {
  const index = read(list.resource.inputs, ...path);
  if (index.kind === "absent") return;
  const [top] = path;
  const isOn: Flag =
    index.kind === "unknown"
      ? unknownAt(list.resource, top, index)
      : { kind: "known", value: true };
  list.add("configures", path.join("."), { resource: bucket, setting: "website", isOn });
}
