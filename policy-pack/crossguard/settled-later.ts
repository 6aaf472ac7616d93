import type { Finding } from "../findings/finding";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { Rule } from "../findings/define-rule";
import { hasUnknown } from "./plain-values";

/**
 * Decides whether the update settles an unknown finding of a preview, before harm is done.
 *
 * An early rule reports in the update before the resource is created. The resources of our components follow from the
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
