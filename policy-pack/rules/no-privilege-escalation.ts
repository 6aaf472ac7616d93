import type { Doubt, Policy } from "../../core/authority/authority";
import { permittedIn, unknownHolder } from "../../core/authority/permitted";
import { policiesIn } from "../../core/authority/authority-of";
import { bearerOf } from "../../core/authority/bearer";
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
import {
  distinct,
  evidenceOf,
  everythingFault,
  unknownFault,
  labelOfPolicy,
} from "./authority-answers";
import { answersBy } from "./entry-answers";
import { escalationByBinding, type EscalationMessage } from "./escalation-bindings";

type Message = "paths" | "unsure" | "bearer" | "unknown" | EscalationMessage;

/** What an identity can give itself it has: the policies that hold it back are its own to change. */
export default defineRule({
  id: "no-privilege-escalation",
  title: "No workload can raise its own authority, or take over another's identity",
  severity: "high",
  family: "authority",
  decides: "closed",
  because:
    "a boundary or a Deny that comes later can close the way, and so can the trust policy of a role that is passed",
  watches: ["allows", "attaches", "binds", "access-policy", "enters-as"],
  standards: [
    "NHI5:2025",
    "ASI03:2026",
    "ASI05:2026",
    "MITRE-ATLAS-5.6.0:AML.T0098",
    "MITRE-ATLAS-5.6.0:AML.T0105",
    "CIS-EKS-1.8.0:4.1.2",
    "CIS-EKS-1.8.0:4.1.4",
    "CIS-EKS-1.8.0:4.1.8",
    "CIS-EKS-1.8.0:4.1.10",
    "CIS-EKS-1.8.0:4.1.11",
    "CIS-EKS-1.8.0:4.1.12",
    "NIST-800-53r5:AC-6(1)",
    "NIST-800-53r5:AC-6(10)",
  ],
  remediation:
    "leave policies, roles and the code of other workloads to the pipeline that deploys them; where a role has to be passed, name that one role and its one service",
  messages: {
    paths: "`{identity}` can escalate: it may {paths}",
    unsure: "undetermined: `{identity}` may be able to escalate: it may {paths}, and {reason}",
    bearer: "undetermined: `{identity}` can escalate, and {reason}: it may {paths}",
    unknown:
      "undetermined: a preview cannot know whether `{policy}` lets `{identity}` escalate: {reason}",
    rights: "`{identity}` can escalate {where}: `{role}` lets it {ways}",
    "rights unsure":
      "undetermined: `{identity}` may be able to escalate {where}: `{role}` may let it {ways}, and {reason}",
    role: "undetermined: `{binding}` gives `{identity}` the rights of `{role}`, which is not in the stack and may let it escalate",
    policy:
      "undetermined: `{binding}` gives `{identity}` the rights of `{role}`, an access policy of Amazon EKS that this version does not know and may let it escalate",
    "which policy":
      "undetermined: a preview cannot know whether the access policy that `{binding}` gives `{identity}` lets it escalate",
    "which group":
      "undetermined: a preview cannot know whether the group in which `{identity}` enters the cluster by `{binding}` is `system:masters`, which lets it escalate",
    "which entries":
      "undetermined: a preview cannot know whether what `{binding}` gives `{identity}` lets it escalate",
    "which role":
      "undetermined: a preview cannot know whether the role that `{binding}` gives `{identity}` lets it escalate",
  },
  check: (fact, graph) => {
    if (!graph.complete) return [];
    if (fact.kind === "binds" || fact.kind === "access-policy" || fact.kind === "enters-as") {
      return answersBy(graph, fact, "high", (each) => escalationByBinding(each, graph));
    }
    const whose = unknownHolder(fact);
    const identity = permittedIn(fact, graph);
    if (identity === undefined && whose === undefined) return [];
    // A policy of which it is not known whose it is stands for its holder.
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
  const bearer =
    whose === undefined ? bearerOf(graph, identity) : { kind: "unknown" as const, ...whose };
  if (bearer.kind === "people" || bearer.kind === "starter") return [];
  const answer = {
    data: {
      identity: labelOfThing(graph, identity),
      policy: labelOfPolicy(graph, policy, identity, fact.at),
    },
    about: policy.name,
    holder: identity,
    at: fact.at,
    ...evidenceOf(graph, identity, policy.name, fact.at),
  };
  // An identity that may do everything is told by `no-wildcard-authority`.
  const isAll = mayDoEverything(graph, identity).kind !== "no";
  const doubt = notKnownIn(policy);
  if (doubt !== undefined) {
    if (!couldEscalate(graph, identity)) return [];
    const isKnown = policy.content.kind === "document";
    const fault =
      isAll && isKnown
        ? everythingFault(graph, identity)
        : unknownFault(graph, policy.name, identity);
    return [{ ...unknownPolicy(answer, policy, doubt), fault }];
  }
  const all = escalationsOf(graph, identity).filter(({ policy: by }) => by.name === policy.name);
  const certain = all.filter((each) => each.doubt === undefined);
  const shown = certain.length > 0 ? certain : all;
  const [first] = shown;
  if (first === undefined) return [];
  const fault = isAll
    ? everythingFault(graph, identity)
    : `escalation of ${graph.canonical(identity)} by ${graph.canonical(policy.name)}`;
  const why = first.doubt ?? (bearer.kind === "unknown" ? bearer : undefined);
  const data = { ...answer.data, paths: textOf(shown), reason: why?.reason ?? "" };
  if (why === undefined) {
    const extent = shown.flatMap(extentOf);
    return [{ ...answer, verdict: "violated", message: "paths", data, extent, fault }];
  }
  return [
    {
      ...answer,
      verdict: "undetermined",
      message: first.doubt === undefined ? "bearer" : "unsure",
      data,
      fault,
      waitsFor: distinct(why.waitsFor),
    },
  ];
}

/** Why a policy, or a statement of it, is not known at all. */
function notKnownIn({ content }: Policy): Doubt | undefined {
  if (content.kind === "unknown") return content;
  const open = content.document.statements.filter((statement) => statement.kind === "unknown");
  if (open.length === 0) return undefined;
  const waitsFor = open.flatMap((statement) => statement.waitsFor);
  return { reason: "a statement is not known yet", waitsFor };
}

/** The same fault as that of `no-wildcard-authority`, which tells that the policy is not known. */
function unknownPolicy(
  answer: Omit<Answer<Message>, "verdict" | "message">,
  { managed }: Policy,
  { reason, waitsFor }: Doubt,
): Answer<Message> {
  return {
    ...answer,
    verdict: "undetermined",
    message: "unknown",
    grade: managed === undefined ? "high" : "medium",
    data: { ...answer.data, reason },
    waitsFor: distinct(waitsFor),
  };
}

/** A way, and on what patterns; what is named alone may not be known in each preview. */
function extentOf({ path, halves }: Escalation): readonly string[] {
  const patterns = halves.flatMap(({ action, written }) =>
    written.flatMap((text) => (/[*?]/.test(text) ? [`${path.id}: ${action} on ${text}`] : [])),
  );
  return [path.id, ...patterns];
}

/** Up to three ways, each with what it needs. */
function textOf(escalations: readonly Escalation[]): string {
  const texts = escalations.slice(0, 3).map(({ path, halves }) => {
    const [first, ...others] = halves;
    const on =
      first === undefined || first.written.length === 0 ? "" : ` on ${onText(first.written)}`;
    const needs = [
      `\`${first?.action ?? ""}\`${on}`,
      ...others.map(({ action }) => `\`${action}\``),
    ];
    return `${path.by} (${needs.join(", ")})`;
  });
  const more = escalations.length - 3;
  return texts.join("; ") + (more > 0 ? `; and ${more} more` : "");
}

function onText(written: readonly string[]): string {
  const more = written.length - 2;
  const shown = written.slice(0, 2).map((text) => `\`${text}\``);
  return shown.join(", ") + (more > 0 ? ` and ${more} more` : "");
}
