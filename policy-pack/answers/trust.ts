import { listOf } from "../../core/listed";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Condition, PolicyDocument } from "../../core/policy/statement";
import type { Urn } from "../../core/snapshot/value";
import { admissions, type Admission } from "../../core/trust/admission";
import type { ClaimPattern } from "../../core/trust/claim-pattern";
import type { Guard } from "../../core/trust/guard";
import { lookupsIn } from "../../core/trust/in-graph";
import { openGuards } from "../../core/trust/open-guards";
import type { Principal } from "../../core/trust/principal";
import { unknownParts } from "../../core/trust/unknown-parts";
import type { Answer } from "../define-rule";
import { correctionOf } from "../../core/trust/correction/correction";
import { dedupKey, unknownConditionKey, uncertainPrincipalKey } from "./dedup-keys";
import type { Uncertainty } from "../../core/certainty";

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
      data: { role: labelOfThing(graph, fact.identity) },
      about: fact.identity,
      fault: dedupKey(graph, "unknown trust", fact.identity),
      at: fact.at,
      uncertainty: { dependsOn },
    },
  ];
}

/**
 * Answers about each path into a role by the principals of a rule, and about unknown parts of its trust that may concern such a
 * principal.
 *
 * @param unknown the violation that these may be
 */
export function answersToWays<Message extends string>(
  fact: FactOf<"trusts">,
  graph: Graph,
  isAbout: (principal: Principal) => boolean,
  unknown: Message,
  answersTo: (admission: Admission, document: PolicyDocument) => readonly Answer<Message>[],
): readonly Answer<Message>[] {
  const { trust } = fact;
  switch (trust.kind) {
    case "problem":
      return [];
    case "unknown":
      return unknownTrust(fact, graph, trust.dependsOn, unknown);
    case "document": {
      const lookups = lookupsIn(graph);
      const waiting = unknownParts(trust.document, lookups, isAbout);
      const ways = admissions(trust.document, lookups).filter(({ principal }) =>
        isAbout(principal),
      );
      return [
        ...ways.flatMap((way) =>
          answersTo(way, trust.document).map((answer) => ({
            evidenceParts: [wayIn(way)],
            ...answer,
            ...faultIfOpen(trust.document, way, fact, graph),
          })),
        ),
        ...(waiting === undefined ? [] : unknownTrust(fact, graph, waiting, unknown)),
      ];
    }
  }
}

/** The parts that guards of some kinds are of, as text: `cluster, namespace and ServiceAccount`; empty where none is. */
function partsOf(guards: Readonly<Record<string, Guard>>, kinds: readonly Guard["kind"][]): string {
  return listOf(
    Object.entries(guards).flatMap(([part, { kind }]) => (kinds.includes(kind) ? [part] : [])),
  );
}

/** What the parts wait for that are not known yet. */
function waitingOf(guards: Readonly<Record<string, Guard>>): readonly Urn[] {
  const all = Object.values(guards);
  return all.flatMap((guard) => (guard.kind === "unknown" ? guard.dependsOn : []));
}

/** Why it is not certain that an admission holds. */
export function uncertaintyOf({ holds, dependsOn }: Admission): Partial<Uncertainty> {
  return { dependsOn, ...(holds.kind === "unknown" && { reason: holds.reason }) };
}

/** Answers about a path that conditions have to restrict in each part, and what to write where they do not. */
export function answersToGuards(
  way: Admission,
  guards: Readonly<Record<string, Guard>>,
  fact: FactOf<"trusts">,
  graph: Graph,
): readonly Answer<"open">[] {
  const { principal, holds, conditions } = way;
  if (principal.kind === "unknown") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  const missing = partsOf(guards, ["untested", "loose"]);
  if (missing === "") {
    const unknown = partsOf(guards, ["unknown"]);
    if (unknown === "") return [];
    const data = { role, missing: unknown };
    const fault = unknownConditionKey(graph, fact.identity, way.statement, conditions);
    const waiting = waitingOf(guards);
    return [{ message: "open", data, ...about, fault, uncertainty: { dependsOn: waiting } }];
  }
  const data = { role, missing };
  if (holds.kind === "unknown") {
    const fault = uncertainPrincipalKey(graph, fact, way);
    return [{ message: "open", data, ...about, fault, uncertainty: uncertaintyOf(way) }];
  }
  const correction = correctionOf(way, fact, graph);
  return [{ message: "open", data, ...about, ...correction }];
}

/** The principal of a path, as an evidence part of a fault of trust. */
export function wayIn({ principal }: Pick<Admission, "principal">): string {
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
