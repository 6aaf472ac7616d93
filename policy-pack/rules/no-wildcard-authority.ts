import { authorityOf, policiesIn } from "../../core/authority/authority-of";
import { permittedIn, unknownHolder } from "../../core/authority/permitted";
import type { Policy } from "../../core/authority/authority";
import { permissionHolderOf } from "../../core/authority/permission-holder";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { defineRule, type Answer } from "../define-rule";
import { evidenceOf, labelOfPolicy } from "../answers/authority";
import { answersBy } from "../answers/bindings";
import { bindingAnswers, type BindingMessage } from "../answers/binding-wildcards";
import { dedupKey } from "../answers/dedup-keys";
import { broadestOf, type PolicyBreadth } from "../../core/authority/broadest";

type Message = PolicyBreadth | BindingMessage;

/** Authority over everything was never decided on: one injected prompt has all of it. */
export default defineRule({
  id: "no-wildcard-authority",
  title: "No workload may use everything, a whole service, or all data of a kind",
  severity: "high",
  family: "authority",
  decides: "closed",
  because: "a boundary, a Deny or an aggregated role that comes later can narrow or widen it",
  watches: ["allows", "attaches", "binds", "access-entry"],
  remediation: "name the actions that the workload calls and the resources it calls them on",
  messages: {
    everything: "Policy `{policy}` allows every action on every resource{what}",
    service: "Policy `{policy}` allows every action of a service on every resource{what}",
    "all but": "Policy `{policy}` allows everything except what it lists{what}",
    named:
      "Policy `{policy}` allows every action of a service on the resources that it names{what}",
    secrets: "Policy `{policy}` allows access to every {kinds} of the account{what}",
    data: "Policy `{policy}` allows access to every {kinds} of the account{what}",
    administrator: "AWS managed policy `{policy}` gives the permissions of an administrator",
    "full access": "AWS managed policy `{policy}` allows every action of a service",
    "called full": "AWS managed policy `{policy}` gives what AWS calls full access",
    "read all": "AWS managed policy `{policy}` allows reading everything in the account",
    wildcard: "Policy `{policy}` allows every action of a service, or more",
    masters:
      "`{binding}` uses group `system:masters`, whose members have all rights in the cluster",
    rights: "{role} allows {rights} {where}{what}",
    role: "{role} allows every verb, or every resource",
    binding: "`{binding}` allows every verb, or every resource",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds" || fact.kind === "access-entry") {
      return answersBy(graph, fact, "high", (each) => bindingAnswers(each, graph));
    }
    const whose = unknownHolder(fact);
    const identity = permittedIn(fact, graph);
    if (identity === undefined && whose === undefined) return [];
    return policiesIn(graph, fact).flatMap((policy) => {
      if (identity === undefined) return answersOnLoose(policy, fact, graph);
      const answer = answerOn(policy, identity, fact, graph);
      return answer === undefined ? [] : [answer];
    });
  },
});

/** A policy with an unknown identity represents its holder. */
function answersOnLoose(
  policy: Policy,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): readonly Answer<Message>[] {
  if (policy.content.kind === "unknown") return [];
  const answer = answerOn(policy, policy.name, fact, graph);
  return answer === undefined ? [] : [answer];
}

function answerOn(
  policy: Policy,
  identity: Name,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): Answer<Message> | undefined {
  const whose = unknownHolder(fact);
  const permissionHolder =
    whose === undefined
      ? permissionHolderOf(graph, identity)
      : { kind: "unknown" as const, ...whose };
  if (permissionHolder.kind === "people" || permissionHolder.kind === "starter") return undefined;
  const authority =
    whose === undefined ? authorityOf(graph, identity) : { policies: [policy], limits: [] };
  const found = broadestOf(policy, authority);
  if (found === undefined) return undefined;
  const { breadth, severity, evidenceParts } = found;
  const holderUncertainty = permissionHolder.kind === "unknown" ? permissionHolder : undefined;
  const data = {
    ...found.data,
    policy:
      whose === undefined
        ? labelOfPolicy(graph, policy, identity, fact.at)
        : (policy.managed ?? labelOfThing(graph, policy.name)),
  };
  const isAll = found.isAll === true || policy.managed === "AdministratorAccess";
  return {
    message: breadth,
    data,
    severity,
    about: policy.name,
    holder: identity,
    ...(evidenceParts && { evidenceParts }),
    ...(isAll && { fault: dedupKey(graph, "all permissions of an identity", identity) }),
    ...(breadth === "wildcard" && {
      fault: dedupKey(graph, "unknown policy", policy.name, identity),
    }),
    at: fact.at,
    ...evidenceOf(graph, identity, policy.name, fact.at),
    uncertainty: found.uncertainty ?? holderUncertainty,
  };
}
