import type { Graph } from "../../facts/graph";
import type { Name } from "../../facts/name";
import type { ContextValue } from "../../../core/policy/condition/context";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import type { Condition, Statement } from "../../../core/policy/statement";
import { tenantMark } from "../../../core/marks";
import { no, yes, type Three } from "../../../core/three-valued";

const resourceTag = /^(?:aws|iam):resourcetag\//;

/** What the tag of a role that names its tenant is known to be; a role of the stack without one has none. */
export function tenantTagOf(graph: Graph, role: Name): ContextValue {
  const tags = graph.facts("belongs-to", "thing", role).filter((fact) => fact.by === "own");
  const [tag] = tags;
  if (tag === undefined) return { kind: "absent" };
  return tag.tenant.kind === "known"
    ? { kind: "present", values: [tag.tenant.text] }
    : { kind: "unknown", reason: "the tag that names the tenant of a role is not known yet" };
}

/**
 * Whether the conditions of a permission are met as far as they test the tag with the role's tenant.
 *
 * Any caller can meet other conditions of an Allow. Those of a Deny may never be met, so it denies nothing for certain.
 */
export function resourceTagsMeet({ conditions, effect }: Statement, tag: ContextValue): Three {
  const about = conditions.filter(isTenantTag);
  if (effect === "Deny" && about.length < conditions.length) return no;
  if (about.length === 0) return yes;
  return evaluateConditions(about, () => tag).result;
}

/** Whether a condition requires that a role carries the same tag as the caller. */
export function isOwnTag(condition: Condition): boolean {
  return (
    condition.kind === "test" &&
    resourceTag.test(condition.key.toLowerCase()) &&
    condition.values.length > 0 &&
    condition.values.every(
      (part) => part.kind === "text" && part.text.toLowerCase().startsWith("${aws:principaltag/"),
    )
  );
}

function isTenantTag(condition: Condition): boolean {
  if (condition.kind !== "test" || isOwnTag(condition)) return false;
  const key = condition.key.toLowerCase();
  return resourceTag.test(key) && key.endsWith(`/${tenantMark}`);
}
