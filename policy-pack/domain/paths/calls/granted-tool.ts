import type { FactOf } from "../../../facts/fact";
import type { At, Text } from "../../../facts/fact-values";
import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { harmIn, harmOf, harmText } from "../../workloads/harm";
import { isHighRisk } from "../../../../core/risk";
import type { Urn } from "../../../../core/snapshot/value";
import { tenantOf } from "../../workloads/tenancy";

/** What has to be known, and what of it is not. */
export interface Open {
  readonly at: At;
  readonly dependsOn: readonly Urn[];
}

/** The tool that a grant names, where this stack declares it. */
export function toolOf({ grant }: FactOf<"grants">, graph: Graph): Name | undefined {
  const { tool, toolTenant } = grant;
  if (tool.kind === "unknown" || toolTenant.kind === "unknown") return undefined;
  const found = graph.all("workload").find(({ is, name, workload }) => {
    if (is !== "tool" || name !== tool.text) return false;
    const tenant = tenantOf(graph, workload);
    return tenant.kind === "tenant" && tenant.tenant === toolTenant.text;
  });
  return found?.workload;
}

/** What harm a granted tool can do. */
export type GrantedHarm =
  | { readonly kind: "high-risk"; readonly text: string }
  | { readonly kind: "mild" }
  | { readonly kind: "unknown"; readonly open: Open };

/** What harm a granted tool can do: as it declares itself, or as the grant declares it; the worse of both. */
export function harmOfTool(
  { grant, at }: FactOf<"grants">,
  tool: Name | undefined,
  graph: Graph,
): GrantedHarm {
  const declared = tool === undefined ? undefined : harmOf(graph, tool);
  if (tool !== undefined && declared?.kind === "high-risk") {
    return { kind: "high-risk", text: harmText(graph, tool) };
  }
  const levels = grant.sensitivity === undefined ? [] : [grant.sensitivity];
  const isGranted = isHighRisk({
    sensitivity: levels.flatMap(known)[0],
    effects: grant.effects.flatMap(known),
  });
  if (isGranted) return { kind: "high-risk", text: harmIn(grant.effects, levels) };
  if (declared?.kind === "unknown") return { kind: "unknown", open: openIn(declared.stated) };
  // A tool of this stack with a complete declaration counts by it, whatever a reference to it leaves open.
  if (declared !== undefined) return { kind: "mild" };
  const hidden = [...levels, ...grant.effects].find(({ kind }) => kind === "unknown");
  if (hidden?.kind !== "unknown") return { kind: "mild" };
  const property = `${at.property}.tool.risk`;
  return { kind: "unknown", open: { at: { ...at, property }, dependsOn: hidden.dependsOn } };
}

/** The location of an unknown declaration of a workload. */
export function openIn({ at, value }: FactOf<"declares">): Open {
  return { at, dependsOn: value.kind === "unknown" ? value.dependsOn : [] };
}

function known(text: Text): readonly string[] {
  return text.kind === "known" ? [text.text] : [];
}
