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
import { rightsIn } from "./rights-in";
import { defineRule, type Answer } from "../define-rule";
import { correctionOf } from "./corrections";
import { distinct, unknownSubjectFault } from "./authority-answers";
import { faultIfOpen, unknownTrust, unknownTrustFault } from "./trust-answers";

type Message = "everyone" | "open" | "anonymous" | "unsure" | "who" | "unknown" | "role" | "whom";

/** Subjects of RBAC that stand for callers nobody has authenticated. */
const anonymous = ["system:anonymous", "system:unauthenticated"];

/** Resources whose outputs are IAM principals, which never spell everyone. */
const principalTypes = ["aws:iam/role:Role", "aws:iam/user:User"];

/** What everyone can obtain is nobody's identity. */
export default defineRule({
  id: "no-public-trust",
  title: "Nobody obtains an identity without being named",
  severity: "critical",
  family: "federation",
  decides: "early",
  because: "no later resource takes away what a trust policy or a binding gives",
  watches: ["admits", "binds"],
  standards: ["NHI4:2025", "NHI6:2025", "ASI03:2026", "CIS-AWS-7.0:2.21", "NIST-800-53r5:AC-3"],
  remediation: "name the roles or accounts that may obtain it, or test `aws:PrincipalOrgID`",
  messages: {
    everyone:
      "`{role}` can be assumed from any AWS account: no condition names an account, an organisation or an identity",
    open: "`{role}` can be assumed from any AWS account: its only guard, {operators}, names nobody",
    anonymous: "`{binding}` gives `{rights}` to callers nobody has authenticated (`{subject}`)",
    unsure: "undetermined: `{role}` may be assumed from any AWS account: {reason}",
    who: "undetermined: a preview cannot know who statement {statement} lets assume `{role}`",
    unknown: "undetermined: a preview cannot know who may assume `{role}`",
    whom: "undetermined: a preview cannot know to whom `{binding}` gives rights",
    role: "undetermined: `{binding}` binds `{subject}` to `{rights}`, which is not in the stack",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds") return bindingAnswers(fact, graph);
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.waitsFor);
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
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { principal, conditions, variables, holds, waitsFor } = admission;
  if (principal.kind !== "everyone" && !mayBeEveryone(principal)) return [];
  const naming = namingOf(conditions, variables);
  if (naming.kind === "named") return [];
  const isCertain =
    principal.kind === "everyone" && naming.kind === "unnamed" && holds.kind === "yes";
  if (isCertain) return [everyone(naming, admission, fact, graph)];
  if (!graph.complete) return [];
  const statement = { statement: String(admission.statement + 1) };
  if (principal.kind === "unknown") {
    const who = undetermined("who", fact, graph, waitsFor, statement);
    // That all of a statement's principals are not known is told by this rule alone.
    const isWhole = principal.type === "any";
    return [isWhole ? { ...who, fault: unknownTrustFault(graph, fact.identity) } : who];
  }
  const reason =
    holds.kind === "unknown" ? holds.reason : "the condition on the caller is not known yet";
  const settledBy = naming.kind === "unknown" ? [...naming.waitsFor, ...waitsFor] : waitsFor;
  return [undetermined("unsure", fact, graph, settledBy, { reason })];
}

/** Whether an unknown principal may turn out to be everyone; what comes from a role or user is one. */
function mayBeEveryone(principal: Admission["principal"]): boolean {
  if (principal.kind !== "unknown") return false;
  if (principal.type !== "AWS" && principal.type !== "any") return false;
  const { waitsFor } = principal;
  return (
    principal.type === "any" ||
    waitsFor.length === 0 ||
    !waitsFor.every((urn) => principalTypes.includes(typeInUrn(urn)))
  );
}

function everyone(
  naming: Extract<Naming, { kind: "unnamed" }>,
  way: Admission,
  fact: FactOf<"admits">,
  graph: Graph,
): Answer<Message> {
  const role = labelOfThing(graph, fact.identity);
  const operators = naming.operators.map((each) => `\`${each}\``).join(" and ");
  return {
    verdict: "violated",
    message: operators === "" ? "everyone" : "open",
    data: { role, operators },
    about: fact.identity,
    at: fact.at,
    ...correctionOf(way, fact, graph),
  };
}

function undetermined(
  message: Message,
  fact: FactOf<"admits">,
  graph: Graph,
  waitsFor: readonly string[],
  data: Readonly<Record<string, string>> = {},
): Answer<Message> {
  return {
    verdict: "undetermined",
    message,
    data: { ...data, role: labelOfThing(graph, fact.identity) },
    about: fact.identity,
    at: fact.at,
    waitsFor,
  };
}

function bindingAnswers(fact: FactOf<"binds">, graph: Graph): readonly Answer<Message>[] {
  const { subject } = fact;
  const whom = unknownSubjectOf(fact);
  if (whom !== undefined) return unknownSubjectAnswers(fact, graph, whom);
  if (subject.kind === "ServiceAccount" || !anonymous.includes(subject.name)) return [];
  const roles = graph.facts("rbac-role", "role", fact.role);
  const open = roles.flatMap((role) => role.rules).filter((rule) => !isDiscovery(rule));
  const [rights] = open;
  const data = { binding: labelOfThing(graph, fact.binding), subject: subject.name };
  const about = { about: fact.binding, holder: fact.subjectName, at: fact.at };
  if (rights !== undefined) {
    return [
      {
        verdict: "violated",
        message: "anonymous",
        data: { ...data, rights: textOf(rights) },
        ...about,
        extent: open.flatMap(rightsIn),
        fix: "bind an account that callers have to prove, or take the binding away",
      },
    ];
  }
  if (roles.length > 0 || !graph.complete) return [];
  return [
    {
      verdict: "undetermined",
      message: "role",
      data: { ...data, rights: fact.roleName === "" ? "a role" : fact.roleName },
      ...about,
      waitsFor: distinct(fact.roleWaitsFor ?? []),
    },
  ];
}

function unknownSubjectAnswers(
  fact: FactOf<"binds">,
  graph: Graph,
  waitsFor: readonly Urn[],
): readonly Answer<Message>[] {
  if (!graph.complete || !givesRights(graph, fact)) return [];
  return [
    {
      verdict: "undetermined",
      message: "whom",
      data: { binding: labelOfThing(graph, fact.binding) },
      about: fact.binding,
      holder: fact.subjectName,
      fault: unknownSubjectFault(graph, fact),
      at: fact.at,
      waitsFor: distinct(waitsFor),
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
