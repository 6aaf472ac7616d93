import { boundEscalation } from "../../domain/rbac/escalation";
import { rightsOf } from "../../domain/rbac/rights";
import { boundBy, isOfOtherScope } from "../../domain/rbac/subject";
import { boundWildcard } from "../../domain/rbac/wildcards";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import { unknownSubjectOf } from "../../domain/workloads/people";
import type { Answer } from "../../findings/define-rule";
import { evidenceOfBinding, whereOf } from "./authority";
import { roleText, unknownRights, type RightsOf } from "./bindings";
import { rightsKey, unknownSubjectKey, dedupKey, bindingKey } from "./dedup-keys";
import { firstOf } from "../../../core/listed";

/** Messages about what RBAC allows accounts to do. */
export type EscalationMessage = "rights" | RightsOf;

/** How many paths a message names. */
const mostShown = 2;

const fix =
  "remove these verbs from the role, and name the Secrets that the workload reads in `resourceNames`";

/** How a binding of RBAC allows an account, or a group of accounts, to escalate or to take over another identity. */
export function escalationByBinding(
  fact: FactOf<"binds">,
  graph: Graph,
): readonly Answer<EscalationMessage>[] {
  const data = {
    binding: labelOfThing(graph, fact.binding),
    role: roleText(fact, graph),
    where: whereOf(fact),
  };
  const base = {
    data,
    about: fact.role,
    holder: fact.subjectName,
    severity: isOfOtherScope(graph, fact) ? ("medium" as const) : ("high" as const),
    at: fact.at,
    ...evidenceOfBinding(graph, fact),
    fix,
  };
  const found = boundEscalation(graph, fact);
  if (found === undefined) return notInStack(fact, base, graph);
  const { paths: ways, stronger, uncertainty } = found;
  const texts = ways.map(({ path: way, what }) => `${way.by} (\`${what}\`)`);
  const waysText = firstOf(texts, mostShown, "; ");
  const answer = {
    ...base,
    fault: faultOf(fact, found, graph),
    related: [
      ...(base.related ?? []),
      ...(stronger === undefined
        ? []
        : [{ name: stronger, as: "can be used by the pods that it creates" }]),
    ],
    message: "rights" as const,
    data: { ...data, ways: waysText },
  };
  if (uncertainty !== undefined) return [{ ...answer, uncertainty }];
  const evidenceParts = [...ways.map(({ path: way }) => way.id), { name: fact.binding, as: "by" }];
  return [{ ...answer, evidenceParts }];
}

/** Reported by `no-wildcard-authority`, unless that is disabled. */
function notInStack(
  fact: FactOf<"binds">,
  base: Omit<Answer<EscalationMessage>, "message">,
  graph: Graph,
): readonly Answer<EscalationMessage>[] {
  const bound = boundBy(graph, fact);
  const isByAccessEntry = bound === "unknown" && fact.accessEntry !== undefined;
  if (bound !== "account" && bound !== "accounts" && !isByAccessEntry) return [];
  if (rightsOf(graph, fact.role) !== undefined) return [];
  const fault = rightsKey(graph, fact);
  return [{ ...base, fault, ...unknownRights(fact) }];
}

/** Paths by which the identities of a namespace are assumed, which `no-cross-tenant-trust` follows. */
const followed = ["token", "impersonate accounts", "pods", "images", "code", "tokens"];

/** The fault, with the name of another rule's equal one. */
function faultOf(
  fact: FactOf<"binds">,
  { paths: ways, uncertainty }: NonNullable<ReturnType<typeof boundEscalation>>,
  graph: Graph,
): string {
  if (unknownSubjectOf(fact) !== undefined) return unknownSubjectKey(graph, fact);
  const wildcard = boundWildcard(graph, fact);
  const isAll = wildcard?.kind === "everything";
  if (isAll && fact.where.kind === "cluster")
    return dedupKey(graph, "all permissions of an identity", fact.subjectName);
  if (isAll || (uncertainty !== undefined && isOpen(wildcard))) return rightsKey(graph, fact);
  if (ways.every(({ path: way }) => followed.includes(way.id))) return bindingKey(graph, fact);
  return dedupKey(graph, "escalation", fact.subjectName, fact.role);
}

/** Whether a wildcard is one of which it is not known whether it is there. */
function isOpen(wildcard: ReturnType<typeof boundWildcard>): boolean {
  return wildcard !== undefined && "uncertainty" in wildcard;
}
