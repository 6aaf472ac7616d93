import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import type { Urn } from "../../core/snapshot/value";
import { tenantOf } from "../../core/tenancy";
import { lookupsIn } from "../../core/trust/in-graph";
import { tokenWays } from "../../core/trust/token-ways";
import { defineRule, type Answer, type Settings } from "../define-rule";

type Message = "long" | "unknown" | "trust" | "tenant";

/**
 * The least that a role's `MaxSessionDuration` can be, and what it is where none is given, in seconds.
 * Source: IAM API reference, CreateRole.
 */
const leastMaximum = 3600;

/** How long sessions may last, or what it waits for. */
type Limit =
  | { readonly kind: "known"; readonly seconds: number }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] };

/** Authority that outlives its task cannot be taken back but by waiting. */
export default defineRule({
  id: "require-short-session",
  title: "A session that a workload obtains with its token lasts no longer than its tenant allows",
  severity: "high",
  family: "lifetime",
  decides: "closed",
  because: "which tenant a role is of, and what that tenant allows, may be said later",
  watches: ["lasts"],
  standards: [
    "NHI7:2025",
    "NHI1:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091.000",
    "NIST-800-53r5:AC-12",
  ],
  remediation: "lower `maxSessionDuration` to what the tenant allows, or let the tenant allow more",
  messages: {
    long: "a session of `{role}` can last {seconds} s; at most {most} s",
    unknown: "undetermined: a preview cannot know how long a session of `{role}` can last",
    trust:
      "undetermined: a session of `{role}` can last {seconds} s, at most {most} s where a token obtains it, and a preview cannot know who may obtain it",
    tenant:
      "undetermined: a session of `{role}` can last {seconds} s, and a preview cannot know how long its tenant allows",
  },
  check: (fact, graph, settings) => {
    const answer = answerTo(fact, graph, settings);
    return answer === undefined ? [] : [answer];
  },
});

function answerTo(
  fact: FactOf<"lasts">,
  graph: Graph,
  settings: Settings,
): Answer<Message> | undefined {
  const { identity, longest } = fact;
  const obtained = obtainedByToken(graph, identity);
  if (obtained.kind === "no") return undefined;
  const limit = limitOf(graph, identity, settings);
  const most = limit.kind === "known" ? limit.seconds : leastMaximum;
  const data = {
    role: labelOfThing(graph, identity),
    seconds: longest.kind === "known" ? String(longest.seconds) : "",
    most: String(most),
  };
  const common = { data, about: identity, at: fact.at };
  if (longest.kind === "unknown") {
    return { verdict: "undetermined", message: "unknown", ...common, waitsFor: longest.waitsFor };
  }
  if (longest.seconds <= most) return undefined;
  if (limit.kind === "unknown") {
    return { verdict: "undetermined", message: "tenant", ...common, waitsFor: limit.waitsFor };
  }
  if (obtained.kind === "unknown") {
    return { verdict: "undetermined", message: "trust", ...common, waitsFor: obtained.waitsFor };
  }
  return { verdict: "violated", message: "long", ...common };
}

/**
 * Whether a token of an OIDC issuer obtains a role. Services renew the sessions of their workloads themselves, and a
 * session that another role starts lasts an hour at most (IAM user guide, role chaining).
 */
function obtainedByToken(
  graph: Graph,
  role: Name,
):
  | { readonly kind: "yes" | "no" }
  | { readonly kind: "unknown"; readonly waitsFor: readonly Urn[] } {
  const waitsFor: Urn[] = [];
  let isUnknown = false;
  for (const { trust } of graph.facts("admits", "identity", role)) {
    if (trust.kind === "unknown") {
      isUnknown = true;
      waitsFor.push(...trust.waitsFor);
    }
    if (trust.kind !== "document") continue;
    for (const { admission } of tokenWays(trust.document, lookupsIn(graph))) {
      if (admission.holds.kind === "yes") return { kind: "yes" };
      isUnknown = true;
      waitsFor.push(...admission.waitsFor);
    }
  }
  return isUnknown ? { kind: "unknown", waitsFor } : { kind: "no" };
}

/** What is configured, else the least that the role's tenant is declared to allow, else an hour. */
function limitOf(graph: Graph, role: Name, { maxSessionSeconds }: Settings): Limit {
  if (maxSessionSeconds !== undefined) return known(Math.max(maxSessionSeconds, leastMaximum));
  const tenant = tenantOf(graph, role);
  if (tenant.kind === "none") return known(leastMaximum);
  if (tenant.kind === "unknown") return tenant;
  const declared = graph
    .all("tenant-allows")
    .filter((each) => each.tenant.kind === "unknown" || each.tenant.text === tenant.tenant);
  const unknown = declared.flatMap((each) => {
    const parts = [each.tenant, each.longest];
    return parts.filter((part) => part.kind === "unknown");
  });
  if (unknown.length > 0) {
    return { kind: "unknown", waitsFor: unknown.flatMap((each) => each.waitsFor) };
  }
  const seconds = declared.flatMap(({ longest }) =>
    longest.kind === "known" ? [longest.seconds] : [],
  );
  return known(seconds.length === 0 ? leastMaximum : Math.max(Math.min(...seconds), leastMaximum));
}

function known(seconds: number): Limit {
  return { kind: "known", seconds };
}
