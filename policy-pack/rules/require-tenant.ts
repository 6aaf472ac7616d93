import type { FactOf } from "../../core/graph/fact";
import { nameIn } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { contradictionOf, tenantOf, unknownNamespaceOf } from "../../core/tenancy";
import { unknownKindOf } from "../../core/identity/harm";
import { defineRule, type Answer } from "../define-rule";

type Statement = FactOf<"belongs-to">;
type Message = "kind" | "none" | "unknown" | "contradiction" | "both" | "maybe";

/** Of what belongs to nobody no one can tell whose boundary it crosses, and two owners are a boundary that is gone. */
export default defineRule({
  id: "require-tenant",
  title: "Every declared workload has a tenant, and no two sources name different ones for a thing",
  severity: "medium",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace or a component that is still to come",
  watches: ["workload", "belongs-to"],
  standards: [
    "NHI8:2025",
    "ASI03:2026",
    "NIST-AI-RMF-1.0:GOVERN-2.1",
    "NIST-800-53r5:AC-2",
    "NIST-800-53r5:SC-7(21)",
  ],
  remediation:
    "name one tenant: by the label `agentid.dev/tenant` of the namespace, by the component's `tenant`, or by a label or tag of that name",
  messages: {
    none: "{what} `{thing}` has no tenant",
    unknown: "undetermined: a preview cannot know the tenant of {what} `{thing}`",
    kind: "undetermined: `{thing}` has no tenant, and a preview cannot know whether it is declared to be of a kind that needs one",
    contradiction: "`{thing}` is of tenant `{tenant}` by {source}, and {other} says `{said}`",
    both: "{source} names both tenants `{tenant}` and `{said}` for `{thing}`",
    maybe:
      "undetermined: a preview cannot know whether the tenant that {other} says of `{thing}` is the one by {source}",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
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
    what: kind === undefined ? fact.is : "workload",
  };
  const common = { data, about: fact.workload, at: fact.at };
  const waitsFor = tenant.kind === "unknown" ? tenant.waitsFor : hidden;
  if (waitsFor === undefined && kind !== undefined) {
    const waitsForKind = kind.value.kind === "unknown" ? kind.value.waitsFor : [];
    return { verdict: "undetermined", message: "kind", ...common, waitsFor: waitsForKind };
  }
  if (waitsFor === undefined) return { verdict: "violated", message: "none", ...common };
  return { verdict: "undetermined", message: "unknown", ...common, waitsFor };
}

function contradiction(said: Statement, graph: Graph): Answer<Message> | undefined {
  const found = contradictionOf(graph, said);
  if (found === undefined) return undefined;
  const { used, waitsFor } = found;
  const isInherited = !graph.same(used.thing, said.thing);
  const data = {
    thing: labelOfThing(graph, subjectOf(said, graph)),
    tenant: textOf(used),
    source: sourceOf(used, isInherited, graph),
    said: textOf(said),
    other: sourceOf(said, false, graph),
  };
  const common = {
    data,
    about: subjectOf(said, graph),
    at: said.at,
    ...(isInherited && { related: [{ name: used.thing, as: "is the namespace it is in" }] }),
  };
  return waitsFor === undefined
    ? {
        verdict: "violated",
        message: data.source === data.other ? "both" : "contradiction",
        grade: "critical",
        ...common,
      }
    : { verdict: "undetermined", message: "maybe", ...common, waitsFor };
}

/** What configuration contradicts itself about is a namespace's fault once, and not that of all things in it. */
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
