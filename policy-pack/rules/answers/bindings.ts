import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";
import { bindingsBy, isOfAny } from "../../domain/rbac/access-entries";
import { labelOfThing } from "../../facts/label";
import { compareSeverity, type Severity } from "../../../core/severity";
import type { Answer } from "../../findings/define-rule";

/** Whose rights are not known: those of a role that is named, or all that a binding gives. */
export type RightsOf = "role" | "binding";

const kinds = {
  role: "Role",
  "access policy": "EKS access policy",
  group: "Group",
  anything: "Role",
} as const;

/** The role of a binding with its kind, as a sentence begins with it. */
export function roleText({ role, roleName, accessEntry }: FactOf<"binds">, graph: Graph): string {
  const label = roleName === "" ? labelOfThing(graph, role) : roleName;
  return `${kinds[accessEntry?.gives ?? "role"]} \`${label}\``;
}

/** Which rights are not known that a binding gives, and why: its role is not known, or is not in the stack. */
export function unknownRights({
  roleDependsOn,
  accessEntry,
}: FactOf<"binds">): Pick<Answer, "uncertainty"> & { readonly message: RightsOf } {
  if (roleDependsOn !== undefined) {
    return { message: "binding", uncertainty: { dependsOn: roleDependsOn } };
  }
  const reason =
    accessEntry?.gives === "access policy"
      ? "that access policy is newer than this version"
      : "the role is not in the stack";
  return { message: "role", uncertainty: { reason } };
}

/**
 * The answers of a rule on all that a binding, or an access entry, gives.
 *
 * For an entry with an unknown user or group, the worst possible rights are reported, once.
 *
 * @param severity of the rule, the maximum
 */
export function answersBy<A extends Answer>(
  graph: Graph,
  fact: FactOf<"binds" | "access-entry">,
  severity: Severity,
  answersOn: (binding: FactOf<"binds">) => readonly A[],
): readonly A[] {
  const bindings = bindingsBy(graph, fact);
  if (!isOfAny(fact)) return bindings.flatMap(answersOn);
  let worst: A | undefined;
  for (const binding of bindings) {
    for (const answer of answersOn(binding)) {
      const isWorse =
        worst === undefined ||
        compareSeverity(answer.severity ?? severity, worst.severity ?? severity) < 0;
      if (isWorse) worst = answer;
    }
    if (worst !== undefined && (worst.severity ?? severity) === severity) break;
  }
  return worst === undefined ? [] : [worst];
}
