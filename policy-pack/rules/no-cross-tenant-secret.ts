import { crossingAmong, crossingOf, type Crossing } from "../../core/credential/crossing";
import { mayHold } from "../../core/credential/may-hold";
import { heldIn, type Held } from "../../core/credential/sharing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf, type Tenant } from "../../core/tenancy";
import { defineRule, type Answer } from "../define-rule";
import { sharingFault, unknownSecretFault } from "./told-elsewhere";

type Watched = FactOf<"holds" | "may-hold" | "literal">;
type Message =
  | "belongs"
  | "held"
  | "maybe"
  | "tenant"
  | "mayBelong"
  | "mayHold"
  | "mayTenant"
  | "unknown";

/** A secret that two tenants hold is a way from the one to the other: one leak crosses the boundary. */
export default defineRule({
  id: "no-cross-tenant-secret",
  title: "No secret crosses a tenant's boundary",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace that is still to come",
  watches: ["holds", "may-hold", "literal"],
  standards: ["NHI8:2025", "NHI9:2025", "ASI03:2026", "NIST-800-53r5:SC-4"],
  remediation:
    "give each tenant a credential of its own, in its own namespace and account, or better an identity in place of the secret",
  messages: {
    belongs: "`{holder}` of tenant `{tenant}` holds `{secret}`, which is of tenant `{other}`",
    held: "`{holder}` of tenant `{tenant}` holds `{secret}`, and so does `{who}` of tenant `{other}`",
    maybe:
      "undetermined: `{holder}` of tenant `{tenant}` holds `{secret}`, which may be one of tenant `{other}`",
    tenant: "undetermined: `{holder}` holds `{secret}`, and the tenant of `{who}` is not known",
    mayBelong:
      "undetermined: `{holder}` of tenant `{tenant}` may hold `{secret}`, which is or may be of tenant `{other}`: whether it is given that is not known yet",
    mayHold:
      "undetermined: `{holder}` of tenant `{tenant}` may hold `{secret}`, and so may `{who}` of tenant `{other}`: whether it is given that is not known yet",
    mayTenant:
      "undetermined: `{holder}` may hold `{secret}`, and the tenant of `{who}` is not known",
    unknown:
      "undetermined: a preview cannot know which secret `{holder}` of tenant `{tenant}` holds",
  },
  check: (fact, graph) => {
    if (fact.kind === "may-hold") return mayAnswers(fact, graph);
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

/** Whether a workload holds a credential that crosses, one that may cross, or only may hold one. */
type How = "certain" | "maybe" | "may hold";

function answers(
  held: Held,
  fact: FactOf<"holds" | "literal">,
  graph: Graph,
): readonly Answer<Message>[] {
  const tenant = tenantOf(graph, held.workload);
  if (tenant.kind === "none") return [];
  const certain = crossingOf(graph, held, tenant, "certain");
  if (certain !== undefined) return [answer(certain, tenant, "certain", held, fact, graph)];
  const crossing = possibleCrossing(graph, held, tenant);
  return crossing === undefined ? [] : [answer(crossing, tenant, "maybe", held, fact, graph)];
}

function mayAnswers(fact: FactOf<"may-hold">, graph: Graph): readonly Answer<Message>[] {
  const read = mayHold(graph, fact);
  if (read.kind === "none") return [];
  if (read.kind === "unknown") return unknownSecret(fact, read.waitsFor, graph);
  const { held, others } = read;
  const tenant = tenantOf(graph, held.workload);
  if (tenant.kind === "none") return [];
  const crossing =
    crossingOf(graph, held, tenant, "certain") ??
    possibleCrossing(graph, held, tenant) ??
    crossingAmong(graph, held, tenant, others);
  return crossing === undefined ? [] : [answer(crossing, tenant, "may hold", held, fact, graph)];
}

function possibleCrossing(
  graph: Graph,
  held: Held,
  tenant: Exclude<Tenant, { kind: "none" }>,
): Crossing | undefined {
  return crossingOf(graph, held, tenant, "value") ?? crossingOf(graph, held, tenant, "name");
}

const messages: Readonly<Record<How, Readonly<Record<Crossing["kind"], Message>>>> = {
  certain: { belongs: "belongs", held: "held", unknown: "tenant" },
  maybe: { belongs: "maybe", held: "maybe", unknown: "tenant" },
  "may hold": { belongs: "mayBelong", held: "mayHold", unknown: "mayTenant" },
};

function answer(
  crossing: Crossing,
  tenant: Exclude<Tenant, { kind: "none" }>,
  how: How,
  held: Held,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const mayWaitFor = fact.kind === "may-hold" ? fact.waitsFor : [];
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
    tenant: tenant.kind === "tenant" ? tenant.tenant : "",
  };
  const message = messages[how][crossing.kind];
  if (crossing.kind === "unknown") {
    const who = labelOfThing(graph, crossing.of);
    return {
      ...common,
      verdict: "undetermined",
      message,
      data: { ...data, who },
      waitsFor: [...new Set([...mayWaitFor, ...crossing.waitsFor])],
    };
  }
  const other = crossing.kind === "belongs" ? crossing.part : crossing.other;
  const holds = how === "may hold" ? "may hold it too and is" : "holds it too and is";
  const as = `${crossing.kind === "belongs" ? "is" : holds} of tenant \`${crossing.tenant}\``;
  return {
    ...common,
    verdict: how === "certain" ? "violated" : "undetermined",
    message,
    data: { ...data, other: crossing.tenant, who: labelOfThing(graph, other) },
    related: [{ name: other, as }],
    ...(how === "maybe" && held.about.startsWith("urn:") && { waitsFor: [held.about] }),
    ...(how === "may hold" && { waitsFor: mayWaitFor }),
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
