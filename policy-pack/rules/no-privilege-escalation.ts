import type { Uncertainty } from "../../core/certainty";
import type { Policy } from "../../core/authority/authority";
import { permittedIn, unknownHolder } from "../../core/authority/permitted";
import { policiesIn } from "../../core/authority/authority-of";
import { permissionHolderOf } from "../../core/authority/permission-holder";
import { mayDoEverything } from "../../core/authority/breadth-of";
import {
  couldEscalate,
  escalationsOf,
  type Escalation,
} from "../../core/authority/escalation/escalations";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
import { defineRule, type Answer } from "../define-rule";
import { evidenceOf, labelOfPolicy } from "../answers/authority";
import { answersBy } from "../answers/bindings";
import { escalationByBinding, type EscalationMessage } from "../answers/binding-escalation";
import { dedupKey } from "../answers/dedup-keys";
import { firstOf } from "../../core/listed";

/** How many paths a message names. */
const mostShown = 2;

type Message = "paths" | "policy" | EscalationMessage;

/** An identity has what it can give itself: it can change the policies that limit it. */
export default defineRule({
  id: "no-privilege-escalation",
  title: "No workload can extend its own permissions or assume another workload's identity",
  severity: "high",
  family: "authority",
  decides: "closed",
  because: "a later boundary, Deny or trust policy of a passed role can prevent it",
  watches: ["allows", "attaches", "binds", "access-entry"],
  remediation:
    "remove these actions from the policy, or limit `iam:PassRole` to one role and one service",
  messages: {
    paths: "Policy `{policy}` allows privilege escalation: {paths}",
    policy: "Policy `{policy}` allows privilege escalation",
    rights: "{role} allows privilege escalation {where}: {ways}",
    role: "{role} allows privilege escalation",
    binding: "`{binding}` allows privilege escalation",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds" || fact.kind === "access-entry") {
      return answersBy(graph, fact, "high", (each) => escalationByBinding(each, graph));
    }
    const whose = unknownHolder(fact);
    const identity = permittedIn(fact, graph);
    if (identity === undefined && whose === undefined) return [];
    // A policy with an unknown identity represents its holder.
    return policiesIn(graph, fact).flatMap((policy) =>
      answersOn(policy, identity ?? policy.name, fact, graph),
    );
  },
});

function answersOn(
  policy: Policy,
  identity: Name,
  fact: FactOf<"allows" | "attaches">,
  graph: Graph,
): readonly Answer<Message>[] {
  const whose = unknownHolder(fact);
  const permissionHolder =
    whose === undefined
      ? permissionHolderOf(graph, identity)
      : { kind: "unknown" as const, ...whose };
  if (permissionHolder.kind === "people" || permissionHolder.kind === "starter") return [];
  const answer = {
    data: {
      policy:
        whose === undefined
          ? labelOfPolicy(graph, policy, identity, fact.at)
          : (policy.managed ?? labelOfThing(graph, policy.name)),
    },
    about: policy.name,
    holder: identity,
    at: fact.at,
    ...evidenceOf(graph, identity, policy.name, fact.at),
  };
  // An identity that may do everything is reported by `no-wildcard-authority`.
  const isAll = mayDoEverything(graph, identity).kind !== "no";
  const uncertainty = notKnownIn(policy);
  if (uncertainty !== undefined) {
    if (!couldEscalate(graph, identity)) return [];
    const isKnown = policy.content.kind === "document";
    const fault =
      isAll && isKnown
        ? dedupKey(graph, "all permissions of an identity", identity)
        : dedupKey(graph, "unknown policy", policy.name, identity);
    return [{ ...unknownPolicy(answer, policy, uncertainty), fault }];
  }
  const all = escalationsOf(graph, identity).filter(({ policy: by }) => by.name === policy.name);
  const certain = all.filter((each) => each.uncertainty === undefined);
  const shown = certain.length > 0 ? certain : all;
  const [first] = shown;
  if (first === undefined) return [];
  const fault = isAll
    ? dedupKey(graph, "all permissions of an identity", identity)
    : dedupKey(graph, "escalation", identity, policy.name);
  const why =
    first.uncertainty ?? (permissionHolder.kind === "unknown" ? permissionHolder : undefined);
  const data = { ...answer.data, paths: textOf(shown) };
  const found = { ...answer, message: "paths" as const, data, fault };
  return why === undefined
    ? [{ ...found, evidenceParts: shown.flatMap(evidencePartsOf) }]
    : [{ ...found, uncertainty: why }];
}

/** Why a policy, or a statement of it, is not known at all. */
function notKnownIn({ content }: Policy): Uncertainty | undefined {
  if (content.kind === "unknown") return content;
  const open = content.document.statements.filter((statement) => statement.kind === "unknown");
  if (open.length === 0) return undefined;
  const dependsOn = open.flatMap((statement) => statement.dependsOn);
  return { reason: "a statement is not known yet", dependsOn };
}

/** The same fault as that of `no-wildcard-authority`, which reports that the policy is not known. */
function unknownPolicy(
  answer: Omit<Answer<Message>, "message">,
  { managed }: Policy,
  uncertainty: Uncertainty,
): Answer<Message> {
  return {
    ...answer,
    message: "policy",
    severity: managed === undefined ? "high" : "medium",
    uncertainty,
  };
}

/** A path, and its patterns; names may be unknown in some previews. */
function evidencePartsOf({ path, halves }: Escalation): readonly string[] {
  const patterns = halves.flatMap(({ action, written }) =>
    written.flatMap((text) => (/[*?]/.test(text) ? [`${path.id}: ${action} on ${text}`] : [])),
  );
  return [path.id, ...patterns];
}

/** Up to two paths, each with what it needs. */
function textOf(escalations: readonly Escalation[]): string {
  const texts = escalations.map(({ path, halves }) => {
    const [first, ...others] = halves;
    const on =
      first === undefined || first.written.length === 0 ? "" : ` on ${onText(first.written)}`;
    const needs = [
      `\`${first?.action ?? ""}\`${on}`,
      ...others.map(({ action }) => `\`${action}\``),
    ];
    return `${path.by} (${needs.join(", ")})`;
  });
  return firstOf(texts, mostShown, "; ");
}

function onText(written: readonly string[]): string {
  return firstOf(
    written.map((text) => `\`${text}\``),
    2,
  );
}
