import type { Finding } from "../../core/finding";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { Rule } from "../define-rule";
import { hasUnknown } from "./plain-values";

/**
 * Tells of a finding of a preview whether the update settles what could not be told, before harm is done.
 *
 * An early rule speaks in the update before the resource is made. What one of our components makes follows from the
 * component's inputs, which are judged themselves when all of them are known.
 */
export function settledLater(
  rules: readonly Rule[],
  resources: readonly Resource[],
): (finding: Finding) => boolean {
  const early = new Set(rules.filter((rule) => rule.decides === "early").map((rule) => rule.id));
  const known = new Set(rules.map((rule) => rule.id));
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  return (finding) =>
    finding.verdict === "undetermined" &&
    known.has(finding.rule) &&
    (early.has(finding.rule) || isMadeByKnownComponent(finding.at.urn, byUrn));
}

function isMadeByKnownComponent(urn: Urn, byUrn: ReadonlyMap<Urn, Resource>): boolean {
  const parent = byUrn.get(byUrn.get(urn)?.parent ?? "");
  if (parent === undefined) return false;
  if (parent.type.startsWith("agentid:")) return !hasUnknown(parent.inputs);
  return isMadeByKnownComponent(parent.urn, byUrn);
}
