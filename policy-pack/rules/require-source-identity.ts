import { requiresSecondFactor } from "../../core/authority/permission-holder";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { rolesRequested } from "../../core/assume/callers";
import type { Condition, PolicyDocument } from "../../core/policy/statement";
import type { Urn } from "../../core/snapshot/value";
import { admissions, selectsAction, type Admission } from "../../core/trust/admission";
import type { ClaimPattern } from "../../core/trust/claim-pattern";
import { filledName } from "../../core/trust/filled-name";
import { lookupsIn } from "../../core/trust/in-graph";
import { testedKey, type Tested } from "../../core/trust/tested";
import { defineRule, type Answer } from "../define-rule";
import { callerIn } from "./chaining-callers";
import { foreignNames, type Caller, type ForeignMessage } from "./foreign-names";
import { unknownConditionFault, unknownTrust, unknownTrustFault } from "./trust-answers";

type Message = "none" | "any" | "without" | ForeignMessage;

/** Where one role starts a session of another, the log names the session and not the agent behind it. */
export default defineRule({
  id: "require-source-identity",
  title: "A session that another role starts has the source identity of the calling workload",
  severity: "medium",
  family: "lifetime",
  decides: "closed",
  because:
    "an association may yet say that EKS starts the sessions, which pins them by external id",
  watches: ["trusts"],
  standards: [
    "NHI9:2025",
    "ASI10:2026",
    "MITRE-ATLAS-5.6.0:AML.M0024",
    "NIST-800-53r5:AU-10",
    "NIST-AI-RMF-1.0:MEASURE-2.8",
  ],
  remediation:
    "allow `sts:SetSourceIdentity` with `sts:AssumeRole`, and test `sts:SourceIdentity` for the caller's own value only",
  messages: {
    none: "Role `{role}` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
    any: "Role `{role}` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
    foreign:
      "Role `{role}` of {own} can be assumed with the source identity of another tenant: {tenant}",
    without: "Role `{role}` can be assumed by other roles without a source identity",
  },
  check: (fact, graph) => {
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.dependsOn, "without");
      case "document":
        return ofDocument(chaining(fact.trust.document, graph), fact, graph);
    }
  },
});

/** By what other roles may start sessions: a token or an assertion of anyone is no role. */
function chaining(document: PolicyDocument, graph: Graph): readonly Admission[] {
  return admissions(document, lookupsIn(graph)).filter(({ principal, statement }) => {
    const written = document.statements[statement];
    return (
      principal.kind !== "everyone" ||
      written?.kind !== "statement" ||
      selectsAction(written.actions, "sts:AssumeRole").kind !== "no"
    );
  });
}

function ofDocument(
  all: readonly Admission[],
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const sharedBy = new Map(
    [...byStatement(all)].map(([statement, beside]) => [statement, sharedAmong(beside)]),
  );
  return all.flatMap((admission) =>
    answersTo(admission, sharedBy.get(admission.statement) ?? { is: "no" }, fact, graph),
  );
}

function byStatement(all: readonly Admission[]): ReadonlyMap<number, readonly Admission[]> {
  const found = new Map<number, Admission[]>();
  for (const admission of all) {
    const known = found.get(admission.statement);
    if (known === undefined) found.set(admission.statement, [admission]);
    else known.push(admission);
  }
  return found;
}

/** @param beside all admissions of one statement */
function sharedAmong(beside: readonly Admission[]): Shared {
  if (new Set(beside.flatMap(callersOf)).size > 1) return { is: "yes" };
  const dependsOn = beside.map(mayBeSeveral).find((open) => open !== undefined);
  return dependsOn === undefined ? { is: "no" } : { is: "possibly", dependsOn };
}

/** Whether a statement admits several callers, each of which may then take the names of the others. */
type Shared =
  | { readonly is: "yes" | "no" }
  | { readonly is: "possibly"; readonly dependsOn: readonly Urn[] };

/** Who calls by an admission: its principal, or the roles of an account that `aws:PrincipalArn` names. */
function callersOf(admission: Admission): readonly Name[] {
  const { principal, conditions, variables } = admission;
  const caller = callerIn(admission);
  if (caller === undefined) return [];
  const tested = testedKey(conditions, "aws:principalarn", variables);
  const [test] = tested.kind === "tested" ? tested.tests : [];
  const isSome = principal.kind === "account" || principal.kind === "everyone";
  if (!isSome || test === undefined) return [caller.name];
  return test.patterns.map(({ text }) => text);
}

/** What it waits for whether an admission of an account is of several roles; undefined where that is known. */
function mayBeSeveral({ principal, conditions, variables }: Admission): readonly Urn[] | undefined {
  if (principal.kind !== "account" || rolesRequested(conditions)?.length === 1) return undefined;
  const tested = testedKey(conditions, "aws:principalarn", variables);
  const tests = tested.kind === "tested" ? tested.tests : [];
  const open = [...tests, ...conditions.filter((each) => each.kind === "unknown")].flatMap(
    ({ dependsOn }) => (dependsOn === undefined ? [] : [dependsOn]),
  );
  return open.length === 0 ? undefined : open.flat();
}

function answersTo(
  admission: Admission,
  shared: Shared,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { principal, dependsOn, conditions } = admission;
  if (principal.kind === "unknown") {
    const mayChain = principal.type === "AWS" || principal.type === "any";
    if (!mayChain) return [];
    const fault =
      principal.type === "any"
        ? unknownTrustFault(graph, fact.identity)
        : `whose role statement ${admission.statement} names is not known`;
    return [{ ...undetermined("without", fact, graph, dependsOn), fault }];
  }
  const caller = callerIn(admission);
  if (caller === undefined || isPinnedByEks(admission, fact, graph)) return [];
  const answers = ofCaller(caller, admission, shared, fact, graph);
  if (caller.dependsOn === undefined || answers.every((each) => each.verdict !== "violated")) {
    return answers;
  }
  const fault = unknownConditionFault(graph, fact.identity, admission.statement, conditions);
  return [{ ...undetermined("without", fact, graph, caller.dependsOn), fault }];
}

function ofCaller(
  caller: Caller,
  admission: Admission,
  shared: Shared,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { dependsOn, conditions, variables } = admission;
  if (conditions.some(requiresSecondFactor)) return [];
  const tested = namesTested(conditions, variables);
  if (tested.kind === "none") return [];
  const tests = tested.kind === "tested" ? tested.tests : [];
  const pinning = tests.find(
    (test) => test.dependsOn === undefined && test.patterns.every(isPinning),
  );
  const isLoose = shared.is !== "no" && pinning?.patterns.some(isName) === true;
  if (pinning !== undefined && !isLoose) {
    return foreignNames(pinning.patterns, caller, fact, graph);
  }
  const filled = variables ? conditions.map((each) => filledName(each, shared.is !== "no")) : [];
  if (filled.includes("the caller's")) return [];
  const unknown = [
    ...tests.flatMap((test) => test.dependsOn ?? []),
    ...conditions.flatMap((each) => (each.kind === "unknown" ? each.dependsOn : [])),
    ...(admission.holds.kind === "unknown" ? dependsOn : []),
    ...(shared.is === "possibly" ? shared.dependsOn : []),
  ];
  const isUnknown =
    tests.some((test) => test.dependsOn !== undefined && !filled.includes("any")) ||
    conditions.some((each) => each.kind === "unknown") ||
    admission.holds.kind === "unknown" ||
    (pinning !== undefined && shared.is === "possibly");
  if (isUnknown) {
    const answer = undetermined("any", fact, graph, unknown);
    const { statement } = admission;
    const fault = unknownConditionFault(graph, fact.identity, statement, conditions);
    return [{ ...answer, fault }];
  }
  return [
    {
      verdict: "violated",
      message: tests.length === 0 && tested.kind === "untested" ? "none" : "any",
      data: { role: labelOfThing(graph, fact.identity) },
      about: fact.identity,
      holder: caller.name,
      at: fact.at,
    },
  ];
}

/**
 * What conditions ask of the name of a session. A caller that has a source identity of its own gives the session that one,
 * since nobody changes it. Source: IAM user guide, "Monitor and control actions taken with assumed roles".
 */
function namesTested(conditions: readonly Condition[], variables: boolean): Tested {
  const requested = testedKey(conditions, "sts:sourceidentity", variables);
  if (requested.kind === "tested") return requested;
  const held = testedKey(conditions, "aws:sourceidentity", variables);
  return held.kind === "untested" ? requested : held;
}

/** A value, or a pattern that begins as the caller's values do; an empty one, which no session has, lets nobody in. */
function isPinning(pattern: ClaimPattern): boolean {
  return pattern.literal || pattern.text === "" || /^[^*?]{2}/.test(pattern.text);
}

/** Whether a pattern lets any session in: an empty one does not. */
function isName({ text }: ClaimPattern): boolean {
  return text !== "";
}

/**
 * Whether EKS starts the sessions for a Pod Identity association, held to it by an external id.
 * Source: Amazon EKS user guide, "Access AWS resources using Pod Identity target IAM roles".
 */
function isPinnedByEks(admission: Admission, fact: FactOf<"trusts">, graph: Graph): boolean {
  const isTarget = graph
    .facts("assumes", "role", fact.identity)
    .some((each) => each.by === "pod-identity" && each.at.property === "targetRoleArn");
  if (!isTarget) return false;
  const tested = testedKey(admission.conditions, "sts:externalid", admission.variables);
  return tested.kind === "tested";
}

function undetermined(
  message: Message,
  fact: FactOf<"trusts">,
  graph: Graph,
  dependsOn: readonly Urn[],
): Answer<Message> {
  return {
    verdict: "undetermined",
    message,
    data: { role: labelOfThing(graph, fact.identity) },
    about: fact.identity,
    at: fact.at,
    dependsOn: [...new Set(dependsOn)],
  };
}
