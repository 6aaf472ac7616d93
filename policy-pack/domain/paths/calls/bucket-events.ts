import { isAccountId } from "../../../../core/arn";
import type { Buckets } from "../../../facts/call-facts";
import type { FactOf } from "../../../facts/fact";
import { nameIn } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { patternsOverlap } from "../../../../core/pattern";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";

type Triggers = FactOf<"triggers">;

/** The source of events from buckets in EventBridge. Source: Amazon S3 user guide, "EventBridge event message structure". */
export const ofBuckets = "aws.s3";

/** The buckets of a stack whose events trigger a rule of EventBridge. */
export function bucketsTriggering(graph: Graph, rule: Name): readonly Triggers[] {
  return graph.facts("triggers", "target", rule).flatMap((heard) => {
    const { source: buckets, ...rest } = heard;
    if (buckets.kind !== "buckets") return [];
    return graph.all("triggers").flatMap((reported): readonly Triggers[] => {
      const { source, target, dependsOn: open = [] } = reported;
      const bucket = nameIn(source);
      if (target.kind !== "bucket events" || bucket === undefined) return [];
      if (!publishesTo(target.account, buckets.account)) return [];
      if (!isAmong(graph, bucket, buckets, heard.dependsOn)) return [];
      const dependsOn = [...open, ...(heard.dependsOn ?? [])];
      return [{ ...rest, source, ...(dependsOn.length > 0 && { dependsOn }) }];
    });
  });
}

/** Buckets publish to the bus of their own account. */
function publishesTo(account: string, other: string): boolean {
  return account === other || !isAccountId(account) || !isAccountId(other);
}

function isAmong(
  graph: Graph,
  bucket: Name,
  { names: patterns }: Buckets,
  dependsOn: readonly Urn[] | undefined,
): boolean {
  const names = graph.namesOf(bucket);
  if (dependsOn !== undefined) {
    // A pattern that is not known names most often the buckets that it waits for.
    const named = dependsOn.filter((urn) => typeInUrn(urn).startsWith("aws:s3/bucket"));
    return named.length === 0 || named.some((urn) => names.includes(urn));
  }
  if (patterns === undefined) return true;
  const short = graph
    .facts("resource", "resource", bucket)
    .map(({ arn }) => arn.widest[0] ?? "*")
    .concat(names.flatMap((name) => /^aws\|[^|]*\|bucket\|(.*)$/.exec(name)?.[1] ?? []));
  return short.some((name) => patterns.some((pattern) => patternsOverlap(pattern, name)));
}
