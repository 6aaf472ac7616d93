import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Name } from "../../core/graph/name";
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
import { correctionOf } from "./corrections";

/** That a trust policy, or a part of it that a rule of trust cannot do without, is not known yet. */
export function unknownTrust(
  fact: FactOf<"admits">,
  graph: Graph,
  waitsFor: readonly Urn[],
): readonly Answer<"unknown">[] {
  if (!graph.complete) return [];
  return [
    {
      verdict: "undetermined",
      message: "unknown",
      data: { role: labelOfThing(graph, fact.identity) },
      about: fact.identity,
      fault: unknownTrustFault(graph, fact.identity),
      at: fact.at,
      waitsFor,
    },
  ];
}

/** The fault that a role's trust, or a whole part of it, is not known. */
export function unknownTrustFault(graph: Graph, role: Name): string {
  return `the trust of ${graph.canonical(role)} is not known`;
}

/** The fault that conditions of a statement are not known, or values of them, which several rules cannot do without. */
export function unknownConditionFault(
  graph: Graph,
  role: Name,
  statement: number,
  conditions: readonly Condition[],
): string {
  if (conditions.some(({ kind }) => kind === "unknown")) return unknownTrustFault(graph, role);
  return `values in statement ${statement} of ${graph.canonical(role)} are not known`;
}

/**
 * Answers about each way into a role by the principals that a rule is about, and that parts of its trust are not known
 * which may be about such a principal.
 */
export function answersToWays<Message extends string>(
  fact: FactOf<"admits">,
  graph: Graph,
  isAbout: (principal: Principal) => boolean,
  answersTo: (admission: Admission, document: PolicyDocument) => readonly Answer<Message>[],
): readonly Answer<Message | "unknown">[] {
  const { trust } = fact;
  switch (trust.kind) {
    case "problem":
      return [];
    case "unknown":
      return unknownTrust(fact, graph, trust.waitsFor);
    case "document": {
      const lookups = lookupsIn(graph);
      const waiting = unknownParts(trust.document, lookups, isAbout);
      const ways = admissions(trust.document, lookups).filter(({ principal }) =>
        isAbout(principal),
      );
      return [
        ...ways.flatMap((way) =>
          answersTo(way, trust.document).map((answer) => ({
            extent: [wayIn(way)],
            ...answer,
            ...faultIfOpen(trust.document, way, fact, graph),
          })),
        ),
        ...(waiting === undefined ? [] : unknownTrust(fact, graph, waiting)),
      ];
    }
  }
}

/** What guards of the parts that a way has to hold fast come to. */
interface Missing {
  /** The parts that are not held fast, as text: `cluster, namespace and ServiceAccount`. */
  readonly text: string;
  readonly parts: readonly string[];
}

/** The parts that conditions do not hold fast for certain; undefined where each is held fast or not known yet. */
function missingOf(guards: Readonly<Record<string, Guard>>): Missing | undefined {
  const parts = Object.entries(guards).flatMap(([part, { kind }]) =>
    kind === "untested" || kind === "loose" ? [part] : [],
  );
  const text = parts.join(", ").replace(/, ([^,]*)$/, " and $1");
  return parts.length === 0 ? undefined : { text, parts };
}

/** What the parts wait for that are not known yet; undefined where all are known. */
function waitingOf(guards: Readonly<Record<string, Guard>>): readonly Urn[] | undefined {
  const unknown = Object.values(guards).filter(({ kind }) => kind === "unknown");
  if (unknown.length === 0) return undefined;
  return [...new Set(unknown.flatMap((guard) => (guard.kind === "unknown" ? guard.waitsFor : [])))];
}

/** Answers about a way whose guards each have to hold a part of it fast, and what to write where they do not. */
export function answersToGuards(
  way: Admission,
  guards: Readonly<Record<string, Guard>>,
  fact: FactOf<"admits">,
  graph: Graph,
): readonly Answer<"open" | "unsure" | "values">[] {
  const { principal, holds, waitsFor, conditions } = way;
  if (principal.kind === "unknown") return [];
  const role = labelOfThing(graph, fact.identity);
  const about = { about: fact.identity, at: fact.at };
  const missing = missingOf(guards);
  if (missing === undefined) {
    const waiting = waitingOf(guards);
    if (waiting === undefined || !graph.complete) return [];
    const fault = unknownConditionFault(graph, fact.identity, way.statement, conditions);
    return [
      {
        verdict: "undetermined",
        message: "values",
        data: { role },
        ...about,
        fault,
        waitsFor: waiting,
      },
    ];
  }
  if (holds.kind === "unknown") {
    if (!graph.complete) return [];
    const data = { role, missing: missing.text, reason: holds.reason };
    const fault = unsureFault(way, fact, graph);
    return [{ verdict: "undetermined", message: "unsure", data, ...about, fault, waitsFor }];
  }
  const data = { role, missing: missing.text };
  const correction = correctionOf(way, fact, graph);
  return [{ verdict: "violated", message: "open", data, ...about, ...correction }];
}

/** By whom a way comes in, as a part of what a fault of trust is made of. */
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

/** The fault that it is not sure whether a way comes in, which no other rule tells of what a rule says of it. */
export function unsureFault(
  { statement, principal }: Admission,
  fact: FactOf<"admits">,
  graph: Graph,
): string {
  return `statement ${statement} of ${graph.canonical(fact.identity)} may let in a ${principal.kind}`;
}

/** The conditions of the statement by which a way comes in, without what Deny statements leave of them. */
export function writtenIn(document: PolicyDocument, way: Admission): readonly Condition[] {
  const statement = document.statements[way.statement];
  return statement?.kind === "statement" ? statement.conditions : [];
}

/** The fault that a statement has no guard but one that holds also where its key is absent. */
export function openFault(graph: Graph, role: Name, way: Admission): string {
  return `statement ${way.statement} of ${graph.canonical(role)} is open where a key is absent`;
}

/** That fault, where a way has it, so that `no-fail-open-condition` tells it and no other rule. */
export function faultIfOpen(
  document: PolicyDocument,
  way: Admission,
  fact: FactOf<"admits">,
  graph: Graph,
): { readonly fault?: string } {
  const { guards, waitsFor } = openGuards(way, writtenIn(document, way));
  const isTold = guards.length > 0 && (waitsFor === undefined || !tellsUnknown(way));
  return isTold ? { fault: openFault(graph, fact.identity, way) } : {};
}

/** Whether `require-subject-condition` tells that conditions of a way are not known. */
export function tellsUnknown({ principal }: Admission): boolean {
  return principal.kind === "federated";
}

/** Most characters of a value that a message shows. */
const mostShown = 200;

/** A value of a condition as a message shows it; undefined where it is secret. */
export function shownValue(value: ClaimPattern | undefined): string | undefined {
  if (value === undefined || value.secret) return undefined;
  return value.text.length > mostShown ? `${value.text.slice(0, mostShown)}…` : value.text;
}
