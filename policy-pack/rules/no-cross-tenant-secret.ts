import { crossingOf, type Crossing } from "../../core/credential/crossing";
import { heldIn, type Held } from "../../core/credential/sharing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf } from "../../core/tenancy";
import { defineRule, type Answer } from "../define-rule";
import { sharingFault, unknownSecretFault } from "./told-elsewhere";

type Watched = FactOf<"holds" | "literal">;
type Message = "belongs" | "held" | "maybe" | "tenant" | "unknown";

/** A secret that two tenants hold is a way from the one to the other: one leak crosses the boundary. */
export default defineRule({
  id: "no-cross-tenant-secret",
  title: "No secret crosses a tenant's boundary",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace that is still to come",
  watches: ["holds", "literal"],
  standards: ["NHI8:2025", "NHI9:2025", "ASI03:2026", "NIST-800-53r5:SC-4"],
  remediation:
    "give each tenant a credential of its own, in its own namespace and account, or better an identity in place of the secret",
  messages: {
    belongs: "`{holder}` of tenant `{tenant}` holds `{secret}`, which is of tenant `{other}`",
    held: "`{holder}` of tenant `{tenant}` holds `{secret}`, and so does `{who}` of tenant `{other}`",
    maybe:
      "undetermined: `{holder}` of tenant `{tenant}` holds `{secret}`, which may be one of tenant `{other}`",
    tenant: "undetermined: `{holder}` holds `{secret}`, and the tenant of `{who}` is not known",
    unknown:
      "undetermined: a preview cannot know which secret `{holder}` of tenant `{tenant}` holds",
  },
  check: (fact, graph) => {
    const read = heldIn(graph, fact);
    switch (read.kind) {
      case "none":
        return [];
      case "unknown":
        return unknownSecret(fact, read.waitsFor, graph);
      case "held":
        return answers(read.held, fact, graph);
    }
  },
});

function answers(held: Held, fact: Watched, graph: Graph): readonly Answer<Message>[] {
  const tenant = tenantOf(graph, held.workload);
  if (tenant.kind === "none") return [];
  const certain = crossingOf(graph, held, tenant, "certain");
  const crossing =
    certain ?? crossingOf(graph, held, tenant, "value") ?? crossingOf(graph, held, tenant, "name");
  if (crossing === undefined) return [];
  const name = tenant.kind === "tenant" ? tenant.tenant : "";
  return [answer(crossing, name, certain === undefined, held, fact, graph)];
}

function answer(
  crossing: Crossing,
  tenant: string,
  maybe: boolean,
  held: Held,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const common = {
    about: held.about,
    holder: held.workload,
    fault: sharingFault(graph, held.about, held.workload),
    at: fact.at,
    ...(fact.kind === "literal" && { grade: fact.grade }),
  };
  const data = {
    holder: labelOfThing(graph, held.workload),
    secret: held.isLiteral ? "a literal credential" : labelOfThing(graph, held.about),
    tenant,
  };
  if (crossing.kind === "unknown") {
    const who = labelOfThing(graph, crossing.of);
    const { waitsFor } = crossing;
    return {
      ...common,
      verdict: "undetermined",
      message: "tenant",
      data: { ...data, who },
      waitsFor,
    };
  }
  const other = crossing.kind === "belongs" ? crossing.part : crossing.other;
  const as = `${crossing.kind === "belongs" ? "is" : "holds it too and is"} of tenant \`${crossing.tenant}\``;
  return {
    ...common,
    verdict: maybe ? "undetermined" : "violated",
    message: maybe ? "maybe" : crossing.kind,
    data: { ...data, other: crossing.tenant, who: labelOfThing(graph, other) },
    related: [{ name: other, as }],
    ...(maybe && held.about.startsWith("urn:") && { waitsFor: [held.about] }),
  };
}

function unknownSecret(
  fact: Watched,
  waitsFor: readonly Urn[],
  graph: Graph,
): readonly Answer<Message>[] {
  const workload = fact.kind === "literal" ? fact.holder : fact.workload;
  const tenant = tenantOf(graph, workload);
  if (tenant.kind !== "tenant") return [];
  return [
    {
      verdict: "undetermined",
      message: "unknown",
      data: { holder: labelOfThing(graph, workload), tenant: tenant.tenant },
      about: workload,
      holder: workload,
      fault: unknownSecretFault(graph, workload),
      at: fact.at,
      waitsFor,
    },
  ];
}
