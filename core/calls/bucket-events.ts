import { isAccountId } from "../arn";
import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { patternsOverlap } from "../pattern";
import { typeInUrn } from "../snapshot/resource";

/** The source of events from buckets in EventBridge. Source: Amazon S3 user guide, "EventBridge event message structure". */
export const ofBuckets = "aws.s3";

/** The buckets of a stack whose events trigger a rule of EventBridge. */
export function bucketsHeardBy(graph: Graph, rule: Name): readonly FactOf<"triggers">[] {
  return graph.facts("subscribes-to-buckets", "rule", rule).flatMap((heard) =>
    graph.all("publishes-events").flatMap((reported): readonly FactOf<"triggers">[] => {
      const bucket = nameIn(reported.bucket);
      if (bucket === undefined || !isHeard(graph, bucket, reported, heard)) return [];
      const { only, byActions, at } = heard;
      const dependsOn = [...(reported.dependsOn ?? []), ...(heard.dependsOn ?? [])];
      return [
        {
          kind: "triggers",
          at,
          source: reported.bucket,
          target: { kind: "named", name: rule },
          byActions,
          ...(only && { only }),
          ...(dependsOn.length > 0 && { dependsOn }),
        },
      ];
    }),
  );
}

/** Buckets publish to the bus of their own account. */
function isHeard(
  graph: Graph,
  bucket: Name,
  reported: FactOf<"publishes-events">,
  heard: FactOf<"subscribes-to-buckets">,
): boolean {
  const isOfOther =
    reported.account !== heard.account &&
    isAccountId(reported.account) &&
    isAccountId(heard.account);
  if (isOfOther) return false;
  const names = graph.namesOf(bucket);
  if (heard.dependsOn !== undefined) {
    // A pattern that is not known names most often the buckets that it waits for.
    const named = heard.dependsOn.filter((urn) => typeInUrn(urn).startsWith("aws:s3/bucket"));
    return named.length === 0 || named.some((urn) => names.includes(urn));
  }
  const { buckets } = heard;
  if (buckets === undefined) return true;
  const short = graph
    .facts("resource", "resource", bucket)
    .map(({ arn }) => arn.widest[0] ?? "*")
    .concat(names.flatMap((name) => /^aws\|[^|]*\|bucket\|(.*)$/.exec(name)?.[1] ?? []));
  return short.some((name) => buckets.some((pattern) => patternsOverlap(pattern, name)));
}
