import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import type { Name } from "../facts/name";
import { contradictionOf, tenantOf, unknownNamespaceOf } from "../domain/workloads/tenancy";
import { unknownKindOf } from "../domain/workloads/harm";
import { defineRule, type Answer } from "../findings/define-rule";

type Statement = FactOf<"belongs-to">;
type Message = "none" | "contradiction" | "both" | "unnamed";

/** A workload without a tenant has no boundary that a rule can check, and one with two tenants joins their boundaries. */
export default defineRule({
  id: "require-tenant",
  title: "Each declared workload has one tenant, and no two sources disagree about it",
  severity: "medium",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace or a component that is still to come",
  watches: ["workload", "belongs-to"],
  remediation:
    "name one tenant: by `tenant` of an `Agent` or `Tool`, the namespace's label `agentid.dev/tenant`, or the workload's own label or tag",
  messages: {
    none: "{what} `{thing}` has no tenant",
    contradiction: "`{thing}` has two tenants: `{tenant}` by {source}, `{stated}` by {other}",
    both: "`{thing}` has two tenants by {source}: `{tenant}`, `{stated}`",
    unnamed: "`{thing}` has two tenants, by {sources}",
  },
  check: (fact, graph) => {
    const answer =
      fact.kind === "workload" ? withoutTenant(fact, graph) : contradiction(fact, graph);
    return answer === undefined ? [] : [answer];
  },
});

function withoutTenant(fact: FactOf<"workload">, graph: Graph): Answer<Message> | undefined {
  const kind = fact.is === "undeclared" ? unknownKindOf(graph, fact.workload) : undefined;
  if (fact.is === "undeclared" && kind === undefined) return undefined;
  const tenant = tenantOf(graph, fact.workload);
  if (tenant.kind === "tenant") return undefined;
  const hidden = unknownNamespaceOf(graph, fact.workload);
  const data = {
    thing: labelOfThing(graph, fact.workload),
    what: kind === undefined ? `${fact.is.charAt(0).toUpperCase()}${fact.is.slice(1)}` : "Workload",
  };
  const common = { data, about: fact.workload, at: fact.at };
  const dependsOn = tenant.kind === "unknown" ? tenant.dependsOn : hidden;
  if (dependsOn === undefined && kind !== undefined) {
    const dependsOnKind = kind.value.kind === "unknown" ? kind.value.dependsOn : [];
    const reason = "whether it is declared as a kind that needs a tenant is not known";
    return { message: "none", ...common, uncertainty: { reason, dependsOn: dependsOnKind } };
  }
  if (dependsOn === undefined) return { message: "none", ...common };
  const uncertainty = { reason: "its tenant is not known", dependsOn };
  return { message: "none", ...common, uncertainty };
}

function contradiction(stated: Statement, graph: Graph): Answer<Message> | undefined {
  const found = contradictionOf(graph, stated);
  if (found === undefined) return undefined;
  const { used, dependsOn } = found;
  const isInherited = !graph.same(used.thing, stated.thing);
  const source = sourceOf(used, isInherited, graph);
  const other = sourceOf(stated, false, graph);
  const data = {
    thing: labelOfThing(graph, subjectOf(stated, graph)),
    tenant: textOf(used),
    source,
    stated: textOf(stated),
    other,
    sources: source === other ? source : `${source} and ${other}`,
  };
  const common = {
    data,
    about: subjectOf(stated, graph),
    at: stated.at,
    ...(isInherited && { related: [{ name: used.thing, as: "is the namespace it is in" }] }),
  };
  return dependsOn === undefined
    ? {
        message: source === other ? "both" : "contradiction",
        severity: "critical",
        ...common,
      }
    : { message: "unnamed", ...common, uncertainty: { dependsOn } };
}

/** A contradiction in the configuration is reported once, for the namespace, and not for each thing in it. */
function subjectOf({ thing, by }: Statement, graph: Graph): Name {
  const [inside] = by === "configuration" ? graph.facts("inside", "thing", thing) : [];
  return nameIn(inside?.namespace) ?? thing;
}

function textOf({ tenant }: Statement): string {
  return tenant.kind === "known" ? tenant.text : "";
}

function sourceOf({ by, thing }: Statement, isInherited: boolean, graph: Graph): string {
  switch (by) {
    case "configuration":
      return "the configuration";
    case "namespace":
      return isInherited ? `its namespace \`${labelOfThing(graph, thing)}\`` : "its label";
    case "component":
      return "the component that makes it";
    case "own":
      return "its own label or tag";
  }
}
