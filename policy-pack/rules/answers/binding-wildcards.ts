import { isOfOtherScope } from "../../domain/rbac/subject";
import { boundWildcard } from "../../domain/rbac/wildcards";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { labelOfThing } from "../../facts/label";
import { unknownSubjectOf } from "../../domain/workloads/people";
import type { Answer } from "../../findings/define-rule";
import { evidenceOfBinding, whereOf } from "./authority";
import { roleText, unknownRights, type RightsOf } from "./bindings";
import { rightsIn } from "../../domain/rbac/rights-text";
import { rightsText } from "../../domain/rbac/rights-text";
import { rightsKey, dedupKey, unknownSubjectKey } from "./dedup-keys";

/** Messages about what RBAC gives. */
export type BindingMessage = "masters" | "rights" | RightsOf;

const mastersFix =
  "replace group `system:masters` by a role that names the rights of the workload, such as by `kubernetesPermissions` of an `Agent` or `Tool`";
const rightsFix =
  "name the verbs, API groups and resources that the workload needs, such as in `kubernetesPermissions` of an `Agent` or `Tool`";

/** What is wrong with a binding of RBAC: the wildcards that it gives to accounts. */
export function bindingAnswers(
  fact: FactOf<"binds">,
  graph: Graph,
): readonly Answer<BindingMessage>[] {
  const found = boundWildcard(graph, fact);
  if (found === undefined) return [];
  const data = {
    binding: labelOfThing(graph, fact.binding),
    role: roleText(fact, graph),
  };
  const base = {
    data,
    about: fact.role,
    holder: fact.subjectName,
    at: fact.at,
    ...evidenceOfBinding(graph, fact),
  };
  const fault = rightsKey(graph, fact);
  const isElsewhere = isOfOtherScope(graph, fact);
  switch (found.kind) {
    case "masters":
      return [{ ...base, message: "masters", fix: mastersFix }];
    case "role not known":
      return [
        {
          ...base,
          fault,
          ...unknownRights(fact),
          ...(fact.accessEntry?.gives === "group" && { message: "masters" }),
          severity: isElsewhere ? "medium" : "high",
        },
      ];
    case "everything":
    case "wildcard":
    case "harmless wildcard": {
      const isMild = found.kind === "harmless wildcard";
      const where = whereOf(fact);
      const isAll = found.kind === "everything";
      const isEverywhere = isAll && fact.where.kind === "cluster";
      const more = {
        severity: isMild || isElsewhere ? ("medium" as const) : ("high" as const),
        fix: rightsFix,
        ...((isAll || found.uncertainty !== undefined) && { fault }),
        ...(isEverywhere && {
          fault: dedupKey(graph, "all permissions of an identity", fact.subjectName),
        }),
        ...(unknownSubjectOf(fact) && { fault: unknownSubjectKey(graph, fact) }),
      };
      const { uncertainty, what, worst } = found;
      const answer = {
        ...base,
        ...more,
        message: "rights" as const,
        data: {
          ...data,
          rights: rightsText(worst, !isMild),
          where,
          // What is not known of a rule may be anything.
          what: worst.dependsOn === undefined ? `: ${what}` : "",
        },
      };
      if (uncertainty !== undefined) return [{ ...answer, uncertainty }];
      const evidenceParts = [...found.rules.flatMap(rightsIn), { name: fact.binding, as: "by" }];
      return [{ ...answer, evidenceParts }];
    }
  }
}
