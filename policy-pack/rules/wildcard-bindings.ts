import { isOfElsewhere } from "../../core/authority/rbac/subject";
import { boundWildcard } from "../../core/authority/rbac/wildcards";
import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import { unknownSubjectOf } from "../../core/identity/people";
import type { Answer } from "../define-rule";
import {
  distinct,
  everythingFault,
  evidenceOfBinding,
  labelOfSubject,
  unknownRightsOf,
  unknownSubjectFault,
  whereOf,
  type UnknownRights,
} from "./authority-answers";
import { rightsIn } from "./rights-in";
import { rightsText } from "./rights-text";
import { rightsFault } from "./told-elsewhere";

/** Messages about what RBAC gives. */
export type BindingMessage = "masters" | "rights" | "maybe rights" | UnknownRights;

const mastersFix =
  "bind a role that names what the workload asks for, and no one to `system:masters`";
const rightsFix = "name the verbs, the API groups and the resources that the workload asks for";

/** What is wrong with a binding of RBAC: the wildcards that it gives to accounts. */
export function bindingAnswers(
  fact: FactOf<"binds">,
  graph: Graph,
): readonly Answer<BindingMessage>[] {
  const found = boundWildcard(graph, fact);
  if (found === undefined) return [];
  const data = {
    identity: labelOfSubject(fact, graph),
    binding: labelOfThing(graph, fact.binding),
    role: fact.roleName === "" ? labelOfThing(graph, fact.role) : fact.roleName,
  };
  const base = {
    data,
    about: fact.role,
    holder: fact.subjectName,
    at: fact.at,
    ...evidenceOfBinding(graph, fact),
  };
  const fault = rightsFault(graph, fact);
  const isElsewhere = isOfElsewhere(graph, fact);
  switch (found.kind) {
    case "masters":
      return [{ ...base, verdict: "violated", message: "masters", fix: mastersFix }];
    case "role not known":
      return [
        {
          ...base,
          fault,
          verdict: "undetermined",
          message: unknownRightsOf(fact),
          grade: isElsewhere ? "medium" : "high",
          waitsFor: distinct(fact.roleWaitsFor ?? []),
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
        grade: isMild || isElsewhere ? ("medium" as const) : ("high" as const),
        fix: rightsFix,
        ...((isAll || found.doubt !== undefined) && { fault }),
        ...(isEverywhere && { fault: everythingFault(graph, fact.subjectName) }),
        ...(unknownSubjectOf(fact) && { fault: unknownSubjectFault(graph, fact) }),
      };
      const { doubt, what, worst } = found;
      const rights = rightsText(worst, !isMild);
      if (doubt !== undefined) {
        const { reason, waitsFor } = doubt;
        const unsure = { ...data, reason, rights, where };
        return [
          {
            ...base,
            ...more,
            verdict: "undetermined",
            message: "maybe rights",
            data: unsure,
            waitsFor: distinct(waitsFor),
          },
        ];
      }
      return [
        {
          ...base,
          ...more,
          verdict: "violated",
          message: "rights",
          extent: [...found.rules.flatMap(rightsIn), { name: fact.binding, as: "by" }],
          data: { ...data, rights, what, where },
        },
      ];
    }
  }
}
