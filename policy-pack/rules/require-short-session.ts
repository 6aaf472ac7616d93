import type { NotKnown } from "../../core/certainty";
import type { FactOf } from "../facts/fact";
import { nameIn } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { labelOfThing } from "../facts/label";
import type { Name } from "../facts/name";
import type { Urn } from "../../core/snapshot/value";
import { lookupsIn } from "../domain/trust/in-graph";
import { tokenPaths } from "../domain/trust/token-paths";
import { defineRule, type Answer, type Settings } from "../findings/define-rule";
import { answersToOutbound } from "./answers/outbound-tokens";
import { limitOf, strictest } from "./answers/session-limit";

type Message = "long" | "tenant" | "unlimited" | "outbound";

/** The minimum of a role's `MaxSessionDuration`, and its default, in seconds. Source: IAM API reference, CreateRole. */
const leastMaximum = 3600;

/** The minimum for a profile of Roles Anywhere. Source: IAM Roles Anywhere API reference, CreateProfile. */
const leastOfProfile = 900;

/** Authority that outlives its task ends only by waiting. */
export default defineRule({
  id: "require-short-session",
  title: "Sessions and tokens of a workload are no longer than its tenant allows",
  severity: "high",
  family: "lifetime",
  decides: "closed",
  because: "the tenant of a role, and what that tenant allows, may come from later resources",
  watches: ["max-session", "allows", "attaches"],
  remediation:
    "lower `maxSessionDuration`, or `session` of an `Agent` or `Tool`, to the limit of the tenant, or raise that limit (`maxSession` of the `Tenant`)",
  messages: {
    long: "Sessions of {of} can last {seconds} s; the limit is {most} s",
    tenant: "Sessions of {of} can last {seconds} s, longer than the tenant allows",
    unlimited: "Sessions of {of} can last longer than the tenant allows",
    outbound:
      "Policy `{policy}` allows tokens for services outside AWS that last {seconds} s; the limit is {most} s",
  },
  check: (fact, graph, settings) => {
    switch (fact.kind) {
      case "max-session": {
        const { roles } = fact;
        const answer =
          roles === undefined
            ? answerTo(fact, graph, settings)
            : answerToProfile({ ...fact, roles }, graph, settings);
        return answer === undefined ? [] : [answer];
      }
      case "allows":
      case "attaches":
        return answersToOutbound(fact, graph, settings);
    }
  },
});

function answerTo(
  fact: FactOf<"max-session">,
  graph: Graph,
  settings: Settings,
): Answer<Message> | undefined {
  const { of: identity, longest } = fact;
  const assumed = assumedByToken(graph, identity);
  if (assumed.kind === "no") return undefined;
  const limit = limitOf(graph, identity, settings, leastMaximum);
  const most = limit.kind === "known" ? limit.seconds : leastMaximum;
  const data = {
    of: `role \`${labelOfThing(graph, identity)}\``,
    seconds: longest.kind === "known" ? String(longest.seconds) : "",
    most: String(most),
  };
  const common = { data, about: identity, at: fact.at };
  if (longest.kind === "unknown") {
    return {
      message: "unlimited",
      ...common,
      uncertainty: longest,
    };
  }
  if (longest.seconds <= most) return undefined;
  if (limit.kind === "unknown") {
    return { message: "tenant", ...common, uncertainty: limit };
  }
  if (assumed.kind === "unknown") {
    return { message: "long", ...common, uncertainty: assumed };
  }
  return { message: "long", ...common };
}

/**
 * Whether a token of an OIDC issuer assumes a role. Services renew the sessions of their workloads themselves, and a session
 * that another role starts lasts an hour at most (IAM user guide, role chaining).
 */
function assumedByToken(graph: Graph, role: Name): { readonly kind: "yes" | "no" } | NotKnown {
  const dependsOn: Urn[] = [];
  let isUnknown = false;
  for (const { trust } of graph.facts("trusts", "identity", role)) {
    if (trust.kind === "unknown") {
      isUnknown = true;
      dependsOn.push(...trust.dependsOn);
    }
    if (trust.kind !== "document") continue;
    for (const { admission } of tokenPaths(trust.document, lookupsIn(graph))) {
      if (admission.holds.kind === "yes") return { kind: "yes" };
      isUnknown = true;
      dependsOn.push(...admission.dependsOn);
    }
  }
  return isUnknown ? { kind: "unknown", dependsOn } : { kind: "no" };
}

/** A profile gives sessions of several roles: the strictest of their tenants counts. */
function answerToProfile(
  {
    of: profile,
    roles,
    longest,
    at,
  }: FactOf<"max-session"> & Required<Pick<FactOf<"max-session">, "roles">>,
  graph: Graph,
  settings: Settings,
): Answer<Message> | undefined {
  const things = [profile, ...roles.flatMap((role) => nameIn(role) ?? [])];
  const limits = things.map((thing) => limitOf(graph, thing, settings, leastOfProfile));
  const hidden = roles.flatMap((role) => (role.kind === "unknown" ? [role] : []));
  const { seconds: most, dependsOn } = strictest(
    settings.maxSessionSeconds === undefined ? [...limits, ...hidden] : limits,
  );
  const of = `Roles Anywhere profile \`${labelOfThing(graph, profile)}\``;
  const common = { about: profile, at, fix: "lower `durationSeconds` of the profile" };
  if (longest.kind === "unknown") {
    const { dependsOn: waiting } = longest;
    const data = { of };
    return { message: "unlimited", data, ...common, uncertainty: { dependsOn: waiting } };
  }
  const data = { of, seconds: String(longest.seconds), most: String(most) };
  if (longest.seconds > most) return { message: "long", data, ...common };
  if (dependsOn === undefined || longest.seconds <= leastMaximum) return undefined;
  return { message: "tenant", data, ...common, uncertainty: { dependsOn } };
}
