import { rightsIn } from "../domain/rbac/rights-text";
import type { FactOf } from "../facts/fact";
import type { RbacRule } from "../facts/fact-values";
import type { Graph } from "../facts/graph";
import { grantsRights } from "../domain/rbac/account";
import { unknownSubjectOf } from "../domain/workloads/people";
import type { PolicyDocument } from "../../core/policy/statement";
import { admissions, type Admission } from "../domain/trust/admission";
import { isDiscovery, isOfAnonymous, openToAll } from "../domain/trust/anonymous";
import { correctionOf } from "../domain/trust/correction/correction";
import { defineRule, type Answer } from "../findings/define-rule";
import { answersToTrust, faultIfOpen } from "./answers/trust";
import { dedupKey, unknownSubjectKey } from "./answers/dedup-keys";

type Message = "everyone" | "open" | "anonymous";

/** What everyone can assume identifies no workload. */
export default defineRule({
  id: "no-public-trust",
  title: "No trust policy or binding includes every principal",
  severity: "critical",
  family: "federation",
  decides: "early",
  because: "no later resource takes away what a trust policy or a binding gives",
  watches: ["trusts", "binds"],
  remediation:
    "name the roles or accounts in `Principal`, or test `aws:PrincipalOrgID`; an `Agent` or `Tool` creates such a role",
  messages: {
    everyone: "Role `{about}` can be assumed from any AWS account",
    open: "Role `{about}` can be assumed from any AWS account: its only test, {operators}, names no caller",
    anonymous: "Binding `{about}` grants {rights} to anonymous callers",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds") return bindingAnswers(fact, graph);
    return answersToTrust<Message>(fact, graph, "everyone", (document, lookups) =>
      admissions(document, lookups).flatMap((way) => answersTo(way, document, fact, graph)),
    );
  },
});

function answersTo(
  way: Admission,
  document: PolicyDocument,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const found = openToAll(way);
  if (found === undefined) return [];
  const { identity, at } = fact;
  const { operators, uncertainty } = found;
  // Only this rule reports that all of a statement's principals are unknown.
  const isWhole = way.principal.kind === "unknown" && way.principal.type === "any";
  return [
    {
      message: operators.length === 0 ? "everyone" : "open",
      data: { operators: operators.map((each) => `\`${each}\``).join(" and ") },
      about: identity,
      fault: isWhole ? dedupKey(graph, "unknown trust", identity) : undefined,
      at,
      uncertainty,
      ...(uncertainty === undefined && correctionOf(way, fact, graph)),
      ...faultIfOpen(document, way, fact, graph),
    },
  ];
}

function bindingAnswers(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const { binding, subjectName, at, role, roleName, roleDependsOn } = fact;
  const answer = {
    message: "anonymous",
    about: binding,
    holder: subjectName,
    at,
    fix: "bind an authenticated subject, or remove the binding",
  } as const;
  const dependsOn = unknownSubjectOf(fact);
  if (dependsOn !== undefined) {
    if (!grantsRights(graph, fact)) return [];
    const fault = unknownSubjectKey(graph, fact);
    return [{ ...answer, data: { rights: "permissions" }, fault, uncertainty: { dependsOn } }];
  }
  if (!isOfAnonymous(fact)) return [];
  const roles = graph.facts("rbac-role", "role", role);
  if (roles.length === 0) {
    const data = { rights: roleName === "" ? "a role" : `role \`${roleName}\`` };
    const reason = "the rules of the role are not in the stack";
    return [{ ...answer, data, uncertainty: { reason, dependsOn: roleDependsOn ?? [] } }];
  }
  const open = roles.flatMap(({ rules }) => rules).filter((rule) => !isDiscovery(rule));
  const [first] = open;
  if (first === undefined) return [];
  const data = { rights: `\`${textOf(first)}\`` };
  return [{ ...answer, data, evidenceParts: open.flatMap(rightsIn) }];
}

function textOf(rule: RbacRule): string {
  return `${listed(rule.verbs)} ${listed([...rule.resources, ...rule.nonResourceURLs])}`;
}

function listed(texts: readonly string[]): string {
  const more = texts.length - 3;
  return texts.slice(0, 3).join(",") + (more > 0 ? ` and ${more} more` : "");
}
