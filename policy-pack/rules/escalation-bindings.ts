import { boundEscalation } from "../../core/authority/rbac/escalation";
import { rightsOf } from "../../core/authority/rbac/rights";
import { boundBy, isOfElsewhere } from "../../core/authority/rbac/subject";
import { boundWildcard } from "../../core/authority/rbac/wildcards";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { unknownSubjectOf } from "../../core/identity/people";
import type { Answer } from "../define-rule";
import {
  crossingFault,
  distinct,
  evidenceOfBinding,
  everythingFault,
  labelOfSubject,
  unknownRightsOf,
  unknownSubjectFault,
  whereOf,
  type UnknownRights,
} from "./authority-answers";
import { rightsFault } from "./told-elsewhere";

/** Messages about what RBAC lets accounts do. */
export type EscalationMessage = "rights" | "rights unsure" | UnknownRights;

const fix =
  "name the Secrets and accounts that the workload needs one by one, and leave roles, tokens, other pods and the creation of workloads to those who deploy";

/** How a binding of RBAC lets an account, or a group of accounts, raise itself or take over another. */
export function escalationByBinding(
  fact: FactOf<"binds">,
  graph: Graph,
): readonly Answer<EscalationMessage>[] {
  const data = {
    identity: labelOfSubject(fact, graph),
    binding: labelOfThing(graph, fact.binding),
    role: fact.roleName === "" ? labelOfThing(graph, fact.role) : fact.roleName,
    where: whereOf(fact),
  };
  const base = {
    data,
    about: fact.role,
    holder: fact.subjectName,
    grade: isOfElsewhere(graph, fact) ? ("medium" as const) : ("high" as const),
    at: fact.at,
    ...evidenceOfBinding(graph, fact),
    fix,
  };
  const found = boundEscalation(graph, fact);
  if (found === undefined) return notInStack(fact, base, graph);
  const { ways, stronger, doubt } = found;
  const more = ways.length - 3;
  const texts = ways.slice(0, 3).map(({ way, what }) => `${way.by} (\`${what}\`)`);
  const waysText = texts.join("; ") + (more > 0 ? `; and ${more} more` : "");
  const answer = {
    ...base,
    fault: faultOf(fact, found, graph),
    related: [
      ...(base.related ?? []),
      ...(stronger === undefined
        ? []
        : [{ name: stronger, as: "can be run as by what it creates" }]),
    ],
  };
  if (doubt === undefined) {
    return [
      {
        ...answer,
        verdict: "violated",
        message: "rights",
        data: { ...data, ways: waysText },
        extent: [...ways.map(({ way }) => way.id), { name: fact.binding, as: "by" }],
      },
    ];
  }
  return [
    {
      ...answer,
      verdict: "undetermined",
      message: "rights unsure",
      data: { ...data, ways: waysText, reason: doubt.reason },
      waitsFor: distinct(doubt.waitsFor),
    },
  ];
}

/** Told by `no-wildcard-authority`, unless that is disabled. */
function notInStack(
  fact: FactOf<"binds">,
  base: Omit<Answer<EscalationMessage>, "verdict" | "message">,
  graph: Graph,
): readonly Answer<EscalationMessage>[] {
  const bound = boundBy(graph, fact);
  const isEntered = bound === "unknown" && fact.entered !== undefined;
  if (bound !== "account" && bound !== "accounts" && !isEntered) return [];
  if (rightsOf(graph, fact.role) !== undefined) return [];
  const fault = rightsFault(graph, fact);
  const waitsFor = distinct(fact.roleWaitsFor ?? []);
  return [{ ...base, fault, verdict: "undetermined", message: unknownRightsOf(fact), waitsFor }];
}

/** Ways by which the identities of a namespace are obtained, which `no-cross-tenant-trust` follows. */
const followed = ["token", "impersonate accounts", "pods", "images", "code", "tokens"];

/** Which fault it is, as another rule calls it that tells the same. */
function faultOf(
  fact: FactOf<"binds">,
  { ways, doubt }: NonNullable<ReturnType<typeof boundEscalation>>,
  graph: Graph,
): string {
  if (unknownSubjectOf(fact) !== undefined) return unknownSubjectFault(graph, fact);
  const wildcard = boundWildcard(graph, fact);
  const isAll = wildcard?.kind === "everything";
  if (isAll && fact.where.kind === "cluster") return everythingFault(graph, fact.subjectName);
  if (isAll || (doubt !== undefined && isOpen(wildcard))) return rightsFault(graph, fact);
  if (ways.every(({ way }) => followed.includes(way.id))) return crossingFault(graph, fact);
  return `escalation of ${graph.canonical(fact.subjectName)} by ${graph.canonical(fact.role)}`;
}

/** Whether a wildcard is one of which it is not known whether it is there. */
function isOpen(wildcard: ReturnType<typeof boundWildcard>): boolean {
  return wildcard !== undefined && "doubt" in wildcard;
}
