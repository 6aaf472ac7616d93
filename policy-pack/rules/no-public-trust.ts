import type { FactOf } from "../../core/graph/fact";
import type { RbacRule } from "../../core/graph/fact-values";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { givesRights } from "../../core/identity/account";
import { unknownSubjectOf } from "../../core/identity/people";
import { typeInUrn } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { admissions, type Admission } from "../../core/trust/admission";
import { lookupsIn } from "../../core/trust/in-graph";
import { namingOf, type Naming } from "../../core/trust/naming";
import { isDiscovery } from "../../core/trust/anonymous";
import { rightsIn } from "../../core/authority/rbac/rights-text";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { faultIfOpen, unknownTrust } from "../answers/trust";
import { dedupKey, unknownSubjectKey } from "../answers/dedup-keys";
import type { Depends } from "../../core/certainty";

type Message = "everyone" | "open" | "anonymous";

/** Subjects of RBAC that are unauthenticated callers. */
const anonymous = ["system:anonymous", "system:unauthenticated"];

/** Resources whose outputs are IAM principals, which never spell everyone. */
const principalTypes = ["aws:iam/role:Role", "aws:iam/user:User"];

/** What everyone can assume identifies no workload. */
export default defineRule({
  id: "no-public-trust",
  title: "No trust policy or binding includes every principal",
  severity: "critical",
  family: "federation",
  decides: "early",
  because: "no later resource takes away what a trust policy or a binding gives",
  watches: ["trusts", "binds"],
  remediation: "name the roles or accounts in `Principal`, or test `aws:PrincipalOrgID`",
  messages: {
    everyone: "Role `{about}` can be assumed from any AWS account",
    open: "Role `{about}` can be assumed from any AWS account: its only test, {operators}, names no caller",
    anonymous: "Binding `{binding}` grants {rights} to anonymous callers",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds") return bindingAnswers(fact, graph);
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.dependsOn, "everyone");
      case "document": {
        const { document } = fact.trust;
        return admissions(document, lookupsIn(graph)).flatMap((admission) =>
          answersTo(admission, fact, graph).map((answer) => ({
            ...answer,
            ...faultIfOpen(document, admission, fact, graph),
          })),
        );
      }
    }
  },
});

function answersTo(
  admission: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { principal, conditions, variables, holds, dependsOn } = admission;
  if (principal.kind !== "everyone" && !mayBeEveryone(principal)) return [];
  const naming = namingOf(conditions, variables);
  if (naming.kind === "named") return [];
  const isCertain =
    principal.kind === "everyone" && naming.kind === "unnamed" && holds.kind === "yes";
  if (isCertain) return [everyone(naming, admission, fact, graph)];
  if (principal.kind === "unknown") {
    const who = undetermined(fact, graph, { dependsOn });
    // Only this rule reports that all of a statement's principals are unknown.
    const isWhole = principal.type === "any";
    return [isWhole ? { ...who, fault: dedupKey(graph, "unknown trust", fact.identity) } : who];
  }
  const settledBy = naming.kind === "unknown" ? [...naming.dependsOn, ...dependsOn] : dependsOn;
  const reason =
    holds.kind === "unknown" ? holds.reason : "the condition on the caller is not known";
  return [undetermined(fact, graph, { reason, dependsOn: settledBy })];
}

/** What to do about a binding. */
const boundFix = "bind an authenticated subject, or remove the binding";

/** Whether an unknown principal may turn out to be everyone; what comes from a role or user is one. */
function mayBeEveryone(principal: Admission["principal"]): boolean {
  if (principal.kind !== "unknown") return false;
  if (principal.type !== "AWS" && principal.type !== "any") return false;
  const { dependsOn } = principal;
  return (
    principal.type === "any" ||
    dependsOn.length === 0 ||
    !dependsOn.every((urn) => principalTypes.includes(typeInUrn(urn)))
  );
}

function everyone(
  naming: Extract<Naming, { kind: "unnamed" }>,
  way: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
): Answer<Message> {
  const role = labelOfThing(graph, fact.identity);
  const operators = naming.operators.map((each) => `\`${each}\``).join(" and ");
  return {
    message: operators === "" ? "everyone" : "open",
    data: { role, operators },
    about: fact.identity,
    at: fact.at,
    ...correctionOf(way, fact, graph),
  };
}

function undetermined(
  fact: FactOf<"trusts">,
  graph: Graph,
  uncertainty: Depends & { readonly reason?: string },
): Answer<Message> {
  return {
    message: "everyone",
    data: { role: labelOfThing(graph, fact.identity) },
    about: fact.identity,
    at: fact.at,
    uncertainty,
  };
}

function bindingAnswers(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const { subject } = fact;
  const subjectDependsOn = unknownSubjectOf(fact);
  if (subjectDependsOn !== undefined) return unknownSubjectAnswers(fact, graph, subjectDependsOn);
  if (subject.kind === "ServiceAccount" || !anonymous.includes(subject.name)) return [];
  const roles = graph.facts("rbac-role", "role", fact.role);
  const open = roles.flatMap((role) => role.rules).filter((rule) => !isDiscovery(rule));
  const [rights] = open;
  const binding = labelOfThing(graph, fact.binding);
  const about = { about: fact.binding, holder: fact.subjectName, at: fact.at, fix: boundFix };
  if (rights !== undefined) {
    return [
      {
        message: "anonymous",
        data: { binding, rights: `\`${textOf(rights)}\`` },
        ...about,
        evidenceParts: open.flatMap(rightsIn),
      },
    ];
  }
  if (roles.length > 0) return [];
  const role = fact.roleName === "" ? "a role" : `role \`${fact.roleName}\``;
  return [
    {
      message: "anonymous",
      data: { binding, rights: role },
      ...about,
      uncertainty: {
        reason: "the rules of the role are not in the stack",
        ...(fact.roleDependsOn && { dependsOn: fact.roleDependsOn }),
      },
    },
  ];
}

function unknownSubjectAnswers(
  fact: FactOf<"binds">,
  graph: Graph,
  dependsOn: readonly Urn[],
): readonly Answer<Message>[] {
  if (!givesRights(graph, fact)) return [];
  return [
    {
      message: "anonymous",
      data: { binding: labelOfThing(graph, fact.binding), rights: "permissions" },
      about: fact.binding,
      holder: fact.subjectName,
      fault: unknownSubjectKey(graph, fact),
      at: fact.at,
      fix: boundFix,
      uncertainty: { dependsOn },
    },
  ];
}

function textOf(rule: RbacRule): string {
  return `${listed(rule.verbs)} ${listed([...rule.resources, ...rule.nonResourceURLs])}`;
}

function listed(texts: readonly string[]): string {
  const more = texts.length - 3;
  return texts.slice(0, 3).join(",") + (more > 0 ? ` and ${more} more` : "");
}
