import { requiresSecondFactor } from "../../core/authority/permission-holder";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Urn } from "../../core/snapshot/value";
import { type Admission } from "../../core/trust/admission";
import type { ClaimPattern } from "../../core/trust/claim-pattern";
import { filledName } from "../../core/trust/session-names";
import { testedKey } from "../../core/trust/tested";
import { defineRule, type Answer } from "../define-rule";
import { callerIn, type ChainingCaller } from "../../core/trust/chaining-caller";
import { tenantText } from "../answers/tenants";
import { unknownTrust } from "../answers/trust";
import {
  chainingIn,
  type Chaining,
  type Shared,
  namesTested,
  isPinning,
  foreignTenantIn,
  isAnyName,
} from "../../core/trust/session-names";
import { dedupKey, unknownConditionKey } from "../answers/dedup-keys";
import { tenantOf } from "../../core/tenancy";

type Message = "none" | "any" | "without" | "foreign";

/** Where one role starts a session of another, the log names the session and not the agent behind it. */
export default defineRule({
  id: "require-source-identity",
  title: "A session that another role starts has the source identity of the calling workload",
  severity: "medium",
  family: "lifetime",
  decides: "closed",
  because: "a later association may have EKS start the sessions, which pins them by external id",
  watches: ["trusts"],
  remediation:
    "allow `sts:SetSourceIdentity` with `sts:AssumeRole`, and test `sts:SourceIdentity` for the caller's own value only",
  messages: {
    none: "Role `{about}` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
    any: "Role `{about}` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
    foreign:
      "Role `{about}` of {own} can be assumed with the source identity of another tenant: {tenant}",
    without: "Role `{about}` can be assumed by other roles without a source identity",
  },
  check: (fact, graph) => {
    switch (fact.trust.kind) {
      case "problem":
        return [];
      case "unknown":
        return unknownTrust(fact, graph, fact.trust.dependsOn, "without");
      case "document":
        return chainingIn(fact.trust.document, graph).flatMap((each) =>
          answersTo(each, fact, graph),
        );
    }
  },
});

function answersTo(
  { admission, shared }: Chaining,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const { principal, dependsOn, conditions } = admission;
  if (principal.kind === "unknown") {
    const mayChain = principal.type === "AWS" || principal.type === "any";
    if (!mayChain) return [];
    const fault =
      principal.type === "any"
        ? dedupKey(graph, "unknown trust", fact.identity)
        : dedupKey(graph, "unknown principal of a statement", fact.identity, admission.statement);
    return [{ ...undetermined("without", fact, graph, dependsOn), fault }];
  }
  const caller = callerIn(admission);
  if (caller === undefined || isPinnedByEks(admission, fact, graph)) return [];
  const answers = ofCaller(caller, admission, shared, fact, graph);
  if (caller.dependsOn === undefined || answers.every((each) => each.uncertainty !== undefined)) {
    return answers;
  }
  const fault = unknownConditionKey(graph, fact.identity, admission.statement, conditions);
  return [{ ...undetermined("without", fact, graph, caller.dependsOn), fault }];
}

function ofCaller(
  caller: ChainingCaller,
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
  const isLoose = shared.is !== "no" && pinning?.patterns.some(isAnyName) === true;
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
    const fault = unknownConditionKey(graph, fact.identity, statement, conditions);
    return [{ ...answer, fault }];
  }
  return [
    {
      message: tests.length === 0 && tested.kind === "untested" ? "none" : "any",
      data: { role: labelOfThing(graph, fact.identity) },
      about: fact.identity,
      holder: caller.name,
      at: fact.at,
    },
  ];
}

/** Names of another tenant's workloads, as our components write them: `<tenant>.<workload>`. */
function foreignNames(
  patterns: readonly ClaimPattern[],
  { name }: ChainingCaller,
  { identity, at }: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<Message>[] {
  const found = foreignTenantIn(patterns, identity, graph);
  if (found === undefined) return [];
  const own = tenantOf(graph, identity);
  const data = {
    role: labelOfThing(graph, identity),
    own: tenantText(own.kind === "tenant" ? own.tenant : undefined, "a tenant"),
    tenant: found.kind === "tenant" ? found.tenant : found.named,
  };
  const base = { message: "foreign" as const, data, about: identity, holder: name, at };
  return found.kind === "tenant" ? [base] : [{ ...base, uncertainty: found }];
}

/**
 * Whether EKS starts the sessions for a Pod Identity association, restricted to it by an external id. Source: Amazon EKS user
 * guide, "Access AWS resources using Pod Identity target IAM roles".
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
    message,
    data: { role: labelOfThing(graph, fact.identity) },
    about: fact.identity,
    at: fact.at,
    uncertainty: { dependsOn },
  };
}
