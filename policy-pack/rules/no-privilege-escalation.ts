import type { Uncertainty } from "../../core/certainty";
import type { Policy } from "../domain/iam/authority/authority";
import { policiesOfWorkloads, type AttachedPolicy } from "../domain/iam/authority/permitted";
import { isRequired } from "../domain/iam/authority/required-policies";
import { mayDoEverything } from "../domain/iam/authority/breadth-of";
import {
  couldEscalate,
  escalationsOf,
  type Escalation,
} from "../domain/paths/escalation/escalations";
import type { Graph } from "../facts/graph";
import { defineRule, type Answer } from "../findings/define-rule";
import { answerOnPolicy } from "./answers/authority";
import { answersBy } from "./answers/bindings";
import { escalationByBinding, type EscalationMessage } from "./answers/binding-escalation";
import { dedupKey } from "./answers/dedup-keys";
import { firstOf } from "../../core/listed";
import { and } from "../../core/three-valued";

/** How many paths a message names. */
const mostShown = 2;

type Message = "paths" | "required" | "policy" | EscalationMessage;

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
    "remove these actions from the policy, or limit `iam:PassRole` to one role and one service; the permissions boundary of a `Tenant` denies `iam:*` to each `Agent` and `Tool`",
  messages: {
    paths: "Policy `{policy}` allows privilege escalation: {paths}",
    policy: "Policy `{policy}` allows privilege escalation",
    required:
      "Policy `{policy}`, which AWS requires on this role of a service, allows privilege escalation: {paths}",
    rights: "{role} allows privilege escalation {where}: {ways}",
    role: "{role} allows privilege escalation",
    binding: "`{binding}` allows privilege escalation",
  },
  check: (fact, graph) => {
    if (fact.kind === "binds" || fact.kind === "access-entry") {
      return answersBy(graph, fact, "high", (each) => escalationByBinding(each, graph));
    }
    return policiesOfWorkloads(graph, fact).flatMap((held) => answersOn(held, graph));
  },
});

function answersOn(held: AttachedPolicy, graph: Graph): readonly Answer<Message>[] {
  const { policy, identity } = held;
  const answer = answerOnPolicy(held, graph);
  // An identity that may do everything is reported by `no-wildcard-authority`.
  const isAll = mayDoEverything(graph, identity).kind !== "no";
  const everything = dedupKey(graph, "all permissions of an identity", identity);
  const uncertainty = notKnownIn(policy);
  if (uncertainty !== undefined) {
    if (!couldEscalate(graph, identity)) return [];
    const isKnown = policy.content.kind === "document";
    const unknown = dedupKey(graph, "unknown policy", policy.name, identity);
    const fault = isAll && isKnown ? everything : unknown;
    const severity = policy.managed === undefined ? "high" : "medium";
    return [{ ...answer, message: "policy", severity, fault, uncertainty }];
  }
  const all = escalationsOf(graph, identity).filter(({ policy: by }) => by.name === policy.name);
  const certain = all.filter((each) => each.uncertainty === undefined);
  const shown = certain.length > 0 ? certain : all;
  const [first] = shown;
  if (first === undefined) return [];
  // A path that another policy takes part in is not what AWS requires.
  const required = and(
    shown.flatMap(({ halves }) => halves.map((half) => isRequired(graph, identity, half.policy))),
  );
  const open = required.kind === "unknown" ? required : undefined;
  const why = first.uncertainty ?? held.uncertainty ?? open;
  return [
    {
      ...answer,
      ...(required.kind === "yes" ? byService : { message: "paths" }),
      data: { ...answer.data, paths: textOf(shown) },
      fault: isAll ? everything : dedupKey(graph, "escalation", identity, policy.name),
      evidenceParts: why === undefined ? shown.flatMap(evidencePartsOf) : undefined,
      uncertainty: why,
    },
  ];
}

/** How a policy is reported that AWS requires: no program can leave it out, so it does not block. */
const byService = {
  message: "required",
  severity: "low",
  fix: "let only the service assume the role, and attach nothing else to it",
} as const;

/** Why a policy, or a statement of it, is not known at all. */
function notKnownIn({ content }: Policy): Uncertainty | undefined {
  if (content.kind === "unknown") return content;
  const open = content.document.statements.filter((statement) => statement.kind === "unknown");
  if (open.length === 0) return undefined;
  const dependsOn = open.flatMap((statement) => statement.dependsOn);
  return { reason: "a statement is not known yet", dependsOn };
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
