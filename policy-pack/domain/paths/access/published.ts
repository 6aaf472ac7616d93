import type { Graph } from "../../../facts/graph";
import { isEveryone } from "../../../../core/policy/everyone";
import type { Condition, Part, PolicyDocument, Statement } from "../../../../core/policy/statement";
import { no, type Three } from "../../../../core/three-valued";
import type { TenantResource } from "./tenant-resource";
import { isSwitched } from "./switches";

/**
 * Conditions that are not about the caller, so any caller meets them.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
const isAnonymous: ReadonlySet<string> = new Set([
  "aws:referer",
  "aws:securetransport",
  "aws:useragent",
]);

/**
 * The policy of a resource without what it publishes: that everyone may read the objects of a website.
 *
 * What everyone may read is no tenant's secret, and reading it crosses no tenants. No website publishes writing, listing and
 * reading earlier versions, so these stay.
 */
export function withoutPublished(
  graph: Graph,
  document: PolicyDocument,
  held: TenantResource,
): PolicyDocument {
  const isSite = servedAsWebsite(graph, held);
  if (isSite.kind === "no") return document;
  const statements = document.statements.flatMap((each): PolicyDocument["statements"] =>
    each.kind === "unknown" || !isForEveryone(each) ? [each] : unpublished(each, isSite),
  );
  return { ...document, statements };
}

function servedAsWebsite(graph: Graph, { name, kind }: TenantResource): Three {
  if (name === undefined || kind.what !== "bucket") return no;
  return isSwitched(graph, name, "website", "whether a bucket is a website is not known yet");
}

function isForEveryone({ effect, principals, conditions }: Statement): boolean {
  return (
    effect !== "Deny" &&
    principals?.negated === false &&
    principals.values.some(isEveryone) &&
    conditions.every((each) => each.kind === "test" && isAnonymous.has(each.key.toLowerCase()))
  );
}

function unpublished(statement: Statement, isSite: Three): readonly Statement[] {
  const { actions, conditions } = statement;
  if (actions.negated) return [statement];
  const reading = actions.values.filter(isReading);
  const others = actions.values.filter((part) => !isReading(part));
  const as = (values: readonly Part[], more: readonly Condition[]): readonly Statement[] =>
    values.length === 0
      ? []
      : [{ ...statement, actions: { ...actions, values }, conditions: [...conditions, ...more] }];
  const possible: readonly Condition[] =
    isSite.kind === "unknown"
      ? [{ kind: "unknown", reason: isSite.reason, dependsOn: isSite.dependsOn ?? [] }]
      : [];
  return [...as(others, []), ...(isSite.kind === "yes" ? [] : as(reading, possible))];
}

function isReading(part: Part): boolean {
  return part.kind === "text" && part.text.toLowerCase() === "s3:getobject";
}
