import { crossingAmong, crossingOf, type Crossing } from "../../core/credential/crossing";
import { mayHold } from "../../core/credential/may-use";
import { isPossible, type MayUse } from "../../core/credential/possible-use";
import { heldIn, type Held } from "../../core/credential/sharing";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf, type Tenant } from "../../core/tenancy";
import { defineRule, type Answer } from "../define-rule";
import { tenantsText } from "../answers/tenants";
import { dedupKey } from "../answers/dedup-keys";

type Watched = FactOf<"uses" | "literal">;
type Message = "belongs" | "shared" | "unnamed";

/** One leak of a secret that two tenants use crosses the boundary between them. */
export default defineRule({
  id: "no-cross-tenant-secret",
  title: "No secret is used by two tenants",
  severity: "critical",
  family: "tenancy",
  decides: "closed",
  because: "a tenant may be named by a namespace that is still to come",
  watches: ["uses", "literal"],
  remediation:
    "give each tenant a credential of its own, in its own namespace and account, or better an identity in place of the secret",
  messages: {
    belongs: "{secret} of tenant `{other}` is used by tenant `{tenant}`",
    shared: "{secret} is shared by {tenants}",
    unnamed: "`{holder}` uses a secret of another tenant",
  },
  check: (fact, graph) => {
    if (fact.kind === "uses" && isPossible(fact)) return mayAnswers(fact, graph);
    const read = heldIn(graph, fact);
    switch (read.kind) {
      case "none":
        return [];
      case "unknown":
        return unknownSecret(fact, read.dependsOn, graph);
      case "held":
        return answers(read.held, fact, graph);
    }
  },
});

/** Whether a workload uses a credential that crosses, one that may cross, or only may use one. */
type How = "certain" | "possible" | "may hold";

function answers(held: Held, fact: Watched, graph: Graph): readonly Answer<Message>[] {
  const tenant = tenantOf(graph, held.workload);
  if (tenant.kind === "none") return [];
  const certain = crossingOf(graph, held, tenant, "certain");
  if (certain !== undefined) return [answer(certain, tenant, "certain", held, fact, graph)];
  const crossing = possibleCrossing(graph, held, tenant);
  return crossing === undefined ? [] : [answer(crossing, tenant, "possible", held, fact, graph)];
}

function mayAnswers(fact: MayUse, graph: Graph): readonly Answer<Message>[] {
  const read = mayHold(graph, fact);
  if (read.kind === "none") return [];
  if (read.kind === "unknown") return unknownSecret(fact, read.dependsOn, graph);
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

function answer(
  crossing: Crossing,
  tenant: Exclude<Tenant, { kind: "none" }>,
  how: How,
  held: Held,
  fact: Watched,
  graph: Graph,
): Answer<Message> {
  const mayWaitFor = fact.kind === "uses" ? (fact.dependsOn ?? []) : [];
  const common = {
    about: held.about,
    holder: held.workload,
    fault: dedupKey(graph, "shared secret", held.about, held.workload),
    at: fact.at,
    ...(fact.kind === "literal" && { severity: fact.severity }),
  };
  const secret = held.isLiteral
    ? "A literal credential"
    : `Secret \`${labelOfThing(graph, held.about)}\``;
  const own = tenant.kind === "tenant" ? tenant.tenant : undefined;
  if (crossing.kind === "unknown") {
    return {
      ...common,
      message: "shared",
      data: { secret, tenants: tenantsText([own, undefined]) },
      uncertainty: { dependsOn: [...mayWaitFor, ...crossing.dependsOn] },
    };
  }
  const other = crossing.kind === "belongs" ? crossing.part : crossing.other;
  const uses = how === "may hold" ? "may use it too and is" : "uses it too and is";
  const as = `${crossing.kind === "belongs" ? "is" : uses} of tenant \`${crossing.tenant}\``;
  return {
    ...common,
    ...(crossing.kind === "belongs"
      ? {
          message: "belongs" as const,
          data: { secret, other: crossing.tenant, tenant: own ?? "" },
        }
      : {
          message: "shared" as const,
          data: { secret, tenants: tenantsText(crossing.tenants) },
        }),
    related: [{ name: other, as }],
    ...(how === "possible" && {
      uncertainty: { reason: mayBeOne, dependsOn: urnsIn([held.about]) },
    }),
    ...(how === "may hold" && { uncertainty: { dependsOn: mayWaitFor } }),
  };
}

const mayBeOne = "whether both use the same secret is not known";

function urnsIn(names: readonly Name[]): readonly Urn[] {
  return names.filter((name) => name.startsWith("urn:"));
}

function unknownSecret(
  fact: Watched,
  dependsOn: readonly Urn[],
  graph: Graph,
): readonly Answer<Message>[] {
  const workload = fact.kind === "literal" ? fact.holder : fact.workload;
  const tenant = tenantOf(graph, workload);
  if (tenant.kind !== "tenant") return [];
  return [
    {
      message: "unnamed",
      data: { holder: labelOfThing(graph, workload) },
      about: workload,
      holder: workload,
      fault: dedupKey(graph, "unknown secret", workload),
      at: fact.at,
      uncertainty: { dependsOn },
    },
  ];
}
