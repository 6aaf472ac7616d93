import type { FactOf } from "../../core/graph/fact";
import type { At, Text } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { harmOf } from "../../core/identity/harm";
import { isHighRisk } from "../../core/risk";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf } from "../../core/tenancy";
import { harmIn, harmText } from "./high-risk-tools";

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
  | { readonly kind: "grave"; readonly text: string }
  | { readonly kind: "mild" }
  | { readonly kind: "unknown"; readonly open: Open };

/** What harm a granted tool can do: as it declares itself, or as the grant says it; the worse of both. */
export function harmOfTool(
  { grant, at }: FactOf<"grants">,
  tool: Name | undefined,
  graph: Graph,
): GrantedHarm {
  const declared = tool === undefined ? undefined : harmOf(graph, tool);
  if (tool !== undefined && declared?.kind === "grave") {
    return { kind: "grave", text: harmText(graph, tool) };
  }
  const levels = grant.sensitivity === undefined ? [] : [grant.sensitivity];
  const isGranted = isHighRisk({
    sensitivity: levels.flatMap(known)[0],
    effects: grant.effects.flatMap(known),
  });
  if (isGranted) return { kind: "grave", text: harmIn(grant.effects, levels) };
  if (declared?.kind === "unknown") return { kind: "unknown", open: openIn(declared.stated) };
  // A tool of this stack that says all of itself is what it says, whatever a reference to it leaves open.
  if (declared !== undefined) return { kind: "mild" };
  const hidden = [...levels, ...grant.effects].find(({ kind }) => kind === "unknown");
  if (hidden?.kind !== "unknown") return { kind: "mild" };
  const property = `${at.property}.tool.risk`;
  return { kind: "unknown", open: { at: { ...at, property }, dependsOn: hidden.dependsOn } };
}

/** Where a workload says something of itself that is not known. */
export function openIn({ at, value }: FactOf<"declares">): Open {
  return { at, dependsOn: value.kind === "unknown" ? value.dependsOn : [] };
}

function known(text: Text): readonly string[] {
  return text.kind === "known" ? [text.text] : [];
}

/** A granted tool inside a sentence: `` tool `acme/pay`, which causes `payment`, ``, or `a high-risk tool`. */
export function toolText(
  { tool: named }: FactOf<"grants">["grant"],
  tool: Name | undefined,
  harm: GrantedHarm,
  graph: Graph,
): string {
  const name =
    tool !== undefined
      ? labelOfThing(graph, tool)
      : named.kind === "known"
        ? named.text
        : undefined;
  if (harm.kind !== "grave") {
    return name === undefined ? "a high-risk tool" : `high-risk tool \`${name}\``;
  }
  return `${name === undefined ? "a tool" : `tool \`${name}\``}, which ${harm.text},`;
}

/** A name for a tool that this stack does not declare. */
export function nameOf({ tool, toolTenant }: FactOf<"grants">["grant"]): Name {
  return toolTenant.kind === "known" ? `${toolTenant.text}/${nameIn(tool)}` : nameIn(tool);
}

function nameIn(text: Text): string {
  return text.kind === "known" ? text.text : "a tool that is not known yet";
}
