import type { FactOf } from "../../core/graph/fact";
import type { Graph } from "../../core/graph/graph";
import { labelOfThing } from "../../core/graph/label";
import type { Answer } from "../define-rule";
import { distinct } from "./authority-answers";

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
}: FactOf<"binds">): Pick<Answer, "dependsOn" | "reason"> & { readonly message: RightsOf } {
  if (roleDependsOn !== undefined) {
    return { message: "binding", dependsOn: distinct(roleDependsOn) };
  }
  const reason =
    accessEntry?.gives === "access policy"
      ? "this version does not know that access policy"
      : "the role is not in the stack";
  return { message: "role", dependsOn: [], reason };
}
