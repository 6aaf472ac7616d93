import type { Policy } from "../../domain/iam/authority/authority";
import { mayDoEverything } from "../../domain/iam/authority/breadth-of";
import { grantedBy, requested } from "../../domain/iam/authority/grants";
import { attachedPolicies } from "../../domain/iam/authority/permitted";
import { unnarrowed } from "../../domain/iam/authority/effective";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import type { Name } from "../../facts/name";
import type { Context } from "../../../core/policy/condition/context";
import type { Condition, PolicyDocument } from "../../../core/policy/statement";
import type { Answer, Settings } from "../../findings/define-rule";
import { limitOf } from "./session-limit";
import { dedupKey } from "./dedup-keys";

/** Least and longest lifetime that STS gives a token for others, in seconds. Source: STS API, GetWebIdentityToken. */
const leastSeconds = 60;
const mostSeconds = 3600;

const wanted = {
  actions: [requested("sts:GetWebIdentityToken")],
  resources: [requested("*")],
};

/** Keys of the request that the caller of a token request chooses, so that some request meets tests of them. */
const chosenKeys: ReadonlySet<string> = new Set([
  "sts:identitytokenaudience",
  "sts:signingalgorithm",
]);

const fromCaller = unnarrowed();

/** A request for a token with the longest lifetime that STS allows. */
const longestToken: Context = (key) =>
  key === "sts:durationseconds"
    ? { kind: "present", values: [String(mostSeconds)] }
    : fromCaller(key);

/** Tokens for services outside AWS that last longer than the tenant of an identity allows. */
export function answersToOutbound(
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
  settings: Settings,
): readonly Answer<"outbound">[] {
  return attachedPolicies(graph, fact).flatMap(({ policy, identity, authority, at }) => {
    const limit = limitOf(graph, identity, settings, leastSeconds);
    if (limit.kind === "unknown" || limit.seconds >= mostSeconds) return [];
    const left = {
      policies: authority.policies.map(withoutChosen),
      limits: authority.limits.map((policies) => policies.map(withoutChosen)),
    };
    const grant = grantedBy(withoutChosen(policy), left, wanted, longestToken);
    if (grant === undefined) return [];
    const { uncertainty } = grant;
    const most = String(limit.seconds);
    const replacement = `"NumericLessThanEquals": { "sts:DurationSeconds": "${most}" }`;
    return [
      {
        message: "outbound" as const,
        data: {
          policy: policy.managed ?? labelOfThing(graph, policy.name),
          seconds: String(mostSeconds),
          most,
        },
        about: policy.name,
        holder: identity,
        at,
        fix: "allow `sts:GetWebIdentityToken` only with `NumericLessThanEquals` on `sts:DurationSeconds`",
        ...faultOf(policy, identity, graph),
        replacement: uncertainty === undefined ? replacement : undefined,
        uncertainty,
      },
    ];
  });
}

/** A policy that is not known at all, and an identity that may do everything, are reported better by another rule. */
function faultOf(policy: Policy, identity: Name, graph: Graph): Pick<Answer, "fault"> {
  if (policy.content.kind === "unknown") {
    return { fault: dedupKey(graph, "unknown policy", policy.name, identity) };
  }
  const isAll = mayDoEverything(graph, identity).kind !== "no";
  return isAll ? { fault: dedupKey(graph, "all permissions of an identity", identity) } : {};
}

/**
 * A policy as it counts for a caller that chooses its request: conditions on that are met, and Deny statements by it are
 * avoided.
 */
function withoutChosen(policy: Policy): Policy {
  const { content } = policy;
  if (content.kind === "unknown") return policy;
  return { ...policy, content: { kind: "document", document: unchosen(content.document) } };
}

function unchosen(document: PolicyDocument): PolicyDocument {
  const statements = document.statements.flatMap((statement) => {
    if (statement.kind === "unknown" || !statement.conditions.some(isChosen)) return [statement];
    if (statement.effect === "Deny") return [];
    return [{ ...statement, conditions: statement.conditions.filter((each) => !isChosen(each)) }];
  });
  return { ...document, statements };
}

function isChosen(condition: Condition): boolean {
  return condition.kind === "test" && chosenKeys.has(condition.key.toLowerCase());
}
