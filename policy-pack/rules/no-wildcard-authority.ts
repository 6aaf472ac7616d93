import { broadestOf, type PolicyBreadth } from "../domain/iam/authority/broadest";
import { policiesOfWorkloads, type AttachedPolicy } from "../domain/iam/authority/permitted";
import type { Graph } from "../facts/graph";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPolicy } from "./answers/authority";
import { answersBy } from "./answers/bindings";
import { bindingAnswers, type BindingMessage } from "./answers/binding-wildcards";
import { dedupKey } from "./answers/dedup-keys";

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
  remediation:
    "name the actions that the workload calls and the resources it calls them on, such as in `permissions` of an `Agent` or `Tool`",
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
    return policiesOfWorkloads(graph, fact).flatMap((held) => answersOn(held, graph));
  },
});

function answersOn(held: AttachedPolicy, graph: Graph): readonly Answer<Message>[] {
  const { policy, identity, isIdentityKnown, authority } = held;
  if (!isIdentityKnown && policy.content.kind === "unknown") return [];
  const found = broadestOf(policy, authority);
  if (found === undefined) return [];
  const { breadth, severity, evidenceParts, uncertainty = held.uncertainty } = found;
  const isAll = found.isAll === true || policy.managed === "AdministratorAccess";
  const answer = answerOnPolicy(held, graph);
  return [
    {
      ...answer,
      message: breadth,
      data: { ...found.data, ...answer.data },
      severity,
      evidenceParts,
      fault:
        breadth === "wildcard"
          ? dedupKey(graph, "unknown policy", policy.name, identity)
          : isAll
            ? dedupKey(graph, "all permissions of an identity", identity)
            : undefined,
      uncertainty,
    },
  ];
}
