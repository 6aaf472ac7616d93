import type { ChainLink, Finding, Subject } from "../findings/finding";
import type { IdentityGraph } from "../views/identity-graph/identity-graph";
import type { Masks } from "../facts/masks";
import type { WorkloadSummary } from "../views/report";

/** A finding as it may be shown. What it is by, such as its level and its place, stays. */
export function maskedFinding(masks: Masks, finding: Finding): Finding {
  if (masks.isEmpty) return finding;
  const { about, origin, holder, message, reason, fix, replacement, related, chain } = finding;
  return {
    ...finding,
    about: maskedSubject(masks, about),
    ...(origin && { origin: maskedSubject(masks, origin) }),
    ...(holder && { holder: maskedSubject(masks, holder) }),
    message: masks.over(message),
    ...(reason !== undefined && { reason: masks.over(reason) }),
    fix: masks.over(fix),
    ...(replacement !== undefined && { replacement: masks.over(replacement) }),
    related: related.map((each) => ({ ...maskedSubject(masks, each), as: masks.over(each.as) })),
    chain: chain.map((link): ChainLink => {
      const [from, to] = [maskedSubject(masks, link.from), maskedSubject(masks, link.to)];
      return { ...link, from, to, by: masks.over(link.by) };
    }),
  };
}

/** The text on a workload, as it may be shown. */
export function maskedWorkload(masks: Masks, workload: WorkloadSummary): WorkloadSummary {
  if (masks.isEmpty) return workload;
  const { label, identities, tenant } = workload;
  return {
    ...workload,
    label: masks.over(label),
    identities: identities.map((each) => masks.over(each)),
    ...(tenant !== undefined && { tenant: masks.over(tenant) }),
  };
}

/** The identity graph as it may be shown. */
export function maskedIdentityGraph(masks: Masks, identityGraph: IdentityGraph): IdentityGraph {
  if (masks.isEmpty) return identityGraph;
  const nodes = identityGraph.nodes.map((node) => ({
    ...node,
    ...{ name: masks.over(node.name), label: masks.over(node.label) },
    ...(node.also && { also: node.also.map((each) => masks.over(each)) }),
    ...(node.tenant !== undefined && { tenant: masks.over(node.tenant) }),
    ...(node.harms && { harms: node.harms.map((each) => masks.over(each)) }),
  }));
  return { ...identityGraph, nodes };
}

function maskedSubject<S extends Subject>(masks: Masks, subject: S): S {
  return { ...subject, name: masks.over(subject.name), label: masks.over(subject.label) };
}
