import type { GrantedHarm } from "../../domain/paths/calls/granted-tool";
import type { FactOf } from "../../facts/fact";
import type { Text } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";

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
  if (harm.kind !== "high-risk") {
    return name === undefined ? "a high-risk tool" : `high-risk tool \`${name}\``;
  }
  return `${name === undefined ? "a tool" : `tool \`${name}\``}, which ${harm.text},`;
}

/** A name for a tool that this stack does not declare. */
export function toolName({ tool, toolTenant }: FactOf<"grants">["grant"]): Name {
  return toolTenant.kind === "known" ? `${toolTenant.text}/${nameIn(tool)}` : nameIn(tool);
}

function nameIn(text: Text): string {
  return text.kind === "known" ? text.text : "a tool that is not known yet";
}
