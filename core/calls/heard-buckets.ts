import { isAccountId } from "../arn";
import type { FactOf } from "../graph/fact";
import { nameIn } from "../graph/fact-values";
import type { Graph } from "../graph/graph";
import type { Name } from "../graph/name";
import { patternsOverlap } from "../pattern";
import { typeInUrn } from "../snapshot/resource";

/** The source of what buckets tell EventBridge. Source: Amazon S3 user guide, "EventBridge event message structure". */
export const ofBuckets = "aws.s3";

/** The buckets of a stack that set off a rule by what they tell EventBridge. */
export function bucketsHeardBy(graph: Graph, rule: Name): readonly FactOf<"sets-off">[] {
  return graph.facts("hears-buckets", "rule", rule).flatMap((heard) =>
    graph.all("tells-events").flatMap((told): readonly FactOf<"sets-off">[] => {
      const bucket = nameIn(told.bucket);
      if (bucket === undefined || !isHeard(graph, bucket, told, heard)) return [];
      const { only, byActions, at } = heard;
      const waitsFor = [...(told.waitsFor ?? []), ...(heard.waitsFor ?? [])];
      return [
        {
          kind: "sets-off",
          at,
          source: told.bucket,
          target: { kind: "named", name: rule },
          byActions,
          ...(only && { only }),
          ...(waitsFor.length > 0 && { waitsFor }),
        },
      ];
    }),
  );
}

/** Buckets tell the bus of their own account. */
function isHeard(
  graph: Graph,
  bucket: Name,
  told: FactOf<"tells-events">,
  heard: FactOf<"hears-buckets">,
): boolean {
  const isOfOther =
    told.account !== heard.account && isAccountId(told.account) && isAccountId(heard.account);
  if (isOfOther) return false;
  const names = graph.namesOf(bucket);
  if (heard.waitsFor !== undefined) {
    // A pattern that is not known names most often the buckets that it waits for.
    const named = heard.waitsFor.filter((urn) => typeInUrn(urn).startsWith("aws:s3/bucket"));
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
