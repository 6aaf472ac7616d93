import { listOf } from "../../../core/listed";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import type { Condition, PolicyDocument } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { admissions, type Admission } from "../../domain/trust/admission";
import type { ClaimPattern } from "../../../core/trust/claim-pattern";
import type { Guard } from "../../domain/trust/guard";
import { lookupsIn } from "../../domain/trust/in-graph";
import { openGuards } from "../../domain/trust/open-guards";
import type { Lookups, Principal } from "../../domain/trust/principal";
import { unknownParts } from "../../domain/trust/unknown-parts";
import type { Answer } from "../../findings/define-rule";
import { correctionOf } from "../../domain/trust/correction/correction";
import { dedupKey, unknownConditionKey, uncertainPrincipalKey } from "./dedup-keys";
import type { Uncertainty } from "../../../core/certainty";

/**
 * That a trust policy, or a part of it that a rule of trust needs, is not known yet.
 *
 * @param message the violation that it may be, in words that name nothing but the role
 */
export function unknownTrust<Message extends string>(
  fact: FactOf<"trusts">,
  graph: Graph,
  dependsOn: readonly Urn[],
  message: Message,
): readonly Answer<Message>[] {
  return [
    {
      message,
      about: fact.identity,
      fault: dedupKey(graph, "unknown trust", fact.identity),
      at: fact.at,
      uncertainty: { dependsOn },
    },
  ];
}

/**
 * Answers about the statements of a trust policy.
 *
 * @param unknown the violation that a policy which is not known may be
 */
export function answersToTrust<Message extends string>(
  fact: FactOf<"trusts">,
  graph: Graph,
  unknown: Message,
  answersTo: (document: PolicyDocument, lookups: Lookups) => readonly Answer<Message>[],
): readonly Answer<Message>[] {
  switch (fact.trust.kind) {
    case "problem":
      return [];
    case "unknown":
      return unknownTrust(fact, graph, fact.trust.dependsOn, unknown);
    case "document":
      return answersTo(fact.trust.document, lookupsIn(graph));
  }
}

/**
 * Answers about each path into a role by the principals of a rule, and about unknown parts of its trust that may concern such a
 * principal.
 *
 * @param unknown the violation that these may be
 */
export function answersOnPaths<Message extends string>(
  fact: FactOf<"trusts">,
  graph: Graph,
  isAbout: (principal: Principal) => boolean,
  unknown: Message,
  answersTo: (admission: Admission) => readonly Answer<Message>[],
): readonly Answer<Message>[] {
  return answersToTrust(fact, graph, unknown, (document, lookups) => {
    const waiting = unknownParts(document, lookups, isAbout);
    const ways = admissions(document, lookups).filter(({ principal }) => isAbout(principal));
    return [
      ...ways.flatMap((way) =>
        answersTo(way).map((answer) => ({
          evidenceParts: [principalText(way)],
          ...answer,
          ...faultIfOpen(document, way, fact, graph),
        })),
      ),
      ...(waiting === undefined ? [] : unknownTrust(fact, graph, waiting, unknown)),
    ];
  });
}

/** What a rule reports of a role. */
type OnRole<Message extends string> = Pick<Answer<Message>, "message" | "data" | "severity"> &
  Partial<Answer<Message>>;

/** What only a certain violation has; a path is corrected unless too little is known of it. */
type Certain = Partial<Omit<Answer, "message">> & { readonly isCorrectable?: boolean };

/**
 * A violation by a path into a role, with the corrected condition; undetermined where it is not certain that it is a path.
 *
 * @param certain what only a certain violation has
 * @param aspect what the rule reports of a principal that others do not
 */
export function answerOnPath<Message extends string>(
  answer: OnRole<Message>,
  way: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
  { isCorrectable = true, ...certain }: Certain = {},
  aspect?: string,
): Answer<Message> {
  const onRole = { ...answer, about: fact.identity, at: fact.at };
  if (way.holds.kind === "unknown") {
    const fault = uncertainPrincipalKey(graph, fact, way, aspect);
    return { fault, ...onRole, uncertainty: uncertaintyOf(way) };
  }
  return { ...onRole, ...certain, ...(isCorrectable && correctionOf(way, fact, graph)) };
}

/** A violation by a path into a role, unless conditions that are not known yet prevent it. */
export function answerUnlessTested<Message extends string>(
  answer: OnRole<Message>,
  way: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
  uncertainty: Partial<Uncertainty>,
): Answer<Message> {
  return {
    ...answer,
    about: fact.identity,
    fault: unknownConditionKey(graph, fact.identity, way.statement, way.conditions),
    at: fact.at,
    uncertainty,
  };
}

/** The parts that guards of some kinds are of, as text: `cluster, namespace and ServiceAccount`; empty where none is. */
function partsOf(guards: Readonly<Record<string, Guard>>, kinds: readonly Guard["kind"][]): string {
  return listOf(
    Object.entries(guards).flatMap(([part, { kind }]) => (kinds.includes(kind) ? [part] : [])),
  );
}

/** What the parts wait for that are not known yet. */
function dependenciesOf(guards: Readonly<Record<string, Guard>>): readonly Urn[] {
  const all = Object.values(guards);
  return all.flatMap((guard) => (guard.kind === "unknown" ? guard.dependsOn : []));
}

/** Why it is not certain that an admission holds. */
function uncertaintyOf({ holds, dependsOn }: Admission): Partial<Uncertainty> {
  return { dependsOn, ...(holds.kind === "unknown" && { reason: holds.reason }) };
}

/** Answers about a path that conditions have to restrict in each part, and what to write where they do not. */
export function answersToGuards(
  way: Admission,
  guards: Readonly<Record<string, Guard>>,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<"open">[] {
  if (way.principal.kind === "unknown") return [];
  const missing = partsOf(guards, ["untested", "loose"]);
  if (missing !== "") {
    return [answerOnPath({ message: "open", data: { missing } }, way, fact, graph)];
  }
  const unknown = partsOf(guards, ["unknown"]);
  if (unknown === "") return [];
  const answer = { message: "open", data: { missing: unknown } } as const;
  const waiting = { dependsOn: dependenciesOf(guards) };
  return [answerUnlessTested(answer, way, fact, graph, waiting)];
}

/** The principal of a path, as an evidence part of a fault of trust. */
export function principalText({ principal }: Pick<Admission, "principal">): string {
  switch (principal.kind) {
    case "everyone":
      return "everyone";
    case "account":
      return `account ${principal.account}`;
    case "role":
    case "user":
    case "session":
      return principal.arn;
    case "service":
      return principal.service;
    case "federated":
      return principal.issuer.kind === "known" ? principal.issuer.host : "a provider";
    case "saml":
      return principal.provider;
    case "canonical":
      return principal.id;
    case "other":
      return principal.text;
    case "unknown":
      return "someone";
  }
}

/** The conditions of the statement behind a path, without what Deny statements leave of them. */
export function writtenIn(document: PolicyDocument, way: Admission): readonly Condition[] {
  const statement = document.statements[way.statement];
  return statement?.kind === "statement" ? statement.conditions : [];
}

/** That fault, where a path has it, so that only `no-fail-open-condition` reports it. */
export function faultIfOpen(
  document: PolicyDocument,
  way: Admission,
  fact: FactOf<"trusts">,
  graph: Graph,
): { readonly fault?: string } {
  const { guards, dependsOn } = openGuards(way, writtenIn(document, way));
  const isReported = guards.length > 0 && (dependsOn === undefined || !isReportedBySubject(way));
  return isReported
    ? {
        fault: dedupKey(graph, "condition that an absent key passes", fact.identity, way.statement),
      }
    : {};
}

/** Whether `require-subject-condition` reports that conditions of a path are unknown. */
export function isReportedBySubject({ principal }: Admission): boolean {
  return principal.kind === "federated";
}

/** Most characters of a value that a message shows. */
const mostShown = 200;

/** A value of a condition as a message shows it; undefined where it is secret. */
export function shownValue(value: ClaimPattern | undefined): string | undefined {
  if (value === undefined || value.secret) return undefined;
  return value.text.length > mostShown ? `${value.text.slice(0, mostShown)}…` : value.text;
}
