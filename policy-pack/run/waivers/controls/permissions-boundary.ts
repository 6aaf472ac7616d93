import type { Graph } from "../../../facts/graph";
import { labelOfThing } from "../../../facts/label";
import type { Name } from "../../../facts/name";
import { identitiesOfWorkload } from "../../../domain/workloads/roles-of-workload";
import type { ParsedDocument, Part, Statement } from "../../../../core/policy/statement";
import { takesInAllRoles } from "../../../domain/iam/role-arn";
import { selectsAction } from "../../../domain/trust/admission";
import {
  allOf,
  missing,
  proven,
  unproven,
  type Control,
  type ControlCase,
  type Proof,
} from "./control";

/** What allows a role to become more than it is, or another one. */
const raising = [
  "iam:AttachRolePolicy",
  "iam:PutRolePolicy",
  "iam:DeleteRolePermissionsBoundary",
  "sts:AssumeRole",
];

/** What a role can never do, whatever its policies are. */
export const permissionsBoundary: Control = {
  shows:
    "every role of the workload has a permissions boundary of the stack that denies it to change and to assume roles",
  prove: ({ graph, workload }: ControlCase) => {
    const { roles, dependsOn } = identitiesOfWorkload(graph, workload);
    if (dependsOn !== undefined) {
      return unproven("the roles of the workload are not known in a preview", dependsOn);
    }
    if (roles.length === 0)
      return missing("the workload has no role that a boundary could restrict");
    return allOf(roles.map((role) => bounded(role, graph)));
  },
};

function bounded(role: Name, graph: Graph): Proof {
  const called = `role \`${labelOfThing(graph, role)}\``;
  const boundaries = graph
    .facts("attaches", "identity", role)
    .filter((fact) => fact.as === "boundary");
  if (boundaries.length === 0) return missing(`${called} has no permissions boundary`);
  const proofs = boundaries.map(({ policy, at }): Proof => {
    if (policy.kind === "unknown") {
      return unproven(`the boundary of ${called} is not known yet`, policy.dependsOn);
    }
    const documents = graph.facts("allows", "identity", policy.name);
    if (documents.length === 0) {
      return missing(
        `the boundary of ${called}, \`${labelOfThing(graph, policy.name)}\`, is not in the stack`,
      );
    }
    return allOf(documents.map((fact) => restricts(fact.policy, called, at.urn)));
  });
  // A role has one boundary, and each part of the stack that names one may be the last.
  return allOf(proofs);
}

function restricts(document: ParsedDocument, called: string, urn: string): Proof {
  if (document.kind !== "document") {
    const dependsOn = document.kind === "unknown" ? document.dependsOn : [urn];
    return unproven(`what the boundary of ${called} allows is not known yet`, dependsOn);
  }
  const statements: Statement[] = [];
  for (const statement of document.document.statements) {
    if (statement.kind === "unknown" || statement.effect === "unknown") {
      const dependsOn = statement.dependsOn ?? [];
      return unproven(`a part of the boundary of ${called} is not known yet`, dependsOn);
    }
    statements.push(statement);
  }
  const left = raising.find(
    (action) =>
      statements.some((statement) => mayAllow(statement, action)) &&
      !statements.some((statement) => denies(statement, action)),
  );
  return left === undefined
    ? proven
    : missing(`the boundary of ${called} allows \`${left}\` on everything and does not deny it`);
}

/** Whether a statement may allow an action on whatever roles there are; what is not known counts as such. */
function mayAllow({ effect, actions, resources }: Statement, action: string): boolean {
  return (
    effect === "Allow" &&
    selectsAction(actions, action).kind !== "no" &&
    (resources === undefined || resources.negated || resources.values.some(isAllRoles))
  );
}

/** Whether a statement denies an action for certain, but for resources that it names as those it leaves out. */
function denies({ effect, actions, resources, conditions }: Statement, action: string): boolean {
  return (
    effect === "Deny" &&
    conditions.length === 0 &&
    selectsAction(actions, action).kind === "yes" &&
    (resources === undefined ||
      resources.negated ||
      resources.values.some((part) => part.kind === "text" && takesInAllRoles(part.text)))
  );
}

function isAllRoles(part: Part): boolean {
  return part.kind === "unknown" || takesInAllRoles(part.text);
}
