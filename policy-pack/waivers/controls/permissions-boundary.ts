import type { Graph } from "../../../core/graph/graph";
import { labelOfThing } from "../../../core/graph/label";
import type { Name } from "../../../core/graph/name";
import { identitiesOfWorkload } from "../../../core/identity/roles-of-workload";
import type { ParsedDocument, Statement } from "../../../core/policy/statement";
import { selectsAction } from "../../../core/trust/admission";
import {
  allOf,
  missing,
  proven,
  unproven,
  type Control,
  type ControlCase,
  type Proof,
} from "./control";

/** What lets a role become more than it is: a boundary that allows everything else has to deny both. */
const raising = ["iam:AttachRolePolicy", "sts:AssumeRole"];

/** What a role can never do, whatever its policies say. */
export const permissionsBoundary: Control = {
  shows:
    "every role of the workload has a permissions boundary of the stack that does not allow everything, or that denies changing identities and assuming roles",
  prove: ({ graph, workload }: ControlCase) => {
    const { roles, waitsFor } = identitiesOfWorkload(graph, workload);
    if (waitsFor !== undefined) {
      return unproven("a preview cannot know which roles the workload obtains", waitsFor);
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
      return unproven(`the boundary of ${called} is not known yet`, policy.waitsFor);
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
    const waitsFor = document.kind === "unknown" ? document.waitsFor : [urn];
    return unproven(`what the boundary of ${called} allows is not known yet`, waitsFor);
  }
  const statements: Statement[] = [];
  for (const statement of document.document.statements) {
    if (statement.kind === "unknown" || statement.effect === "unknown") {
      const waitsFor = statement.waitsFor ?? [];
      return unproven(`a part of the boundary of ${called} is not known yet`, waitsFor);
    }
    statements.push(statement);
  }
  const allows = statements.filter(({ effect }) => effect === "Allow");
  if (!allows.some(allowsEverything)) return proven;
  const denies = statements.filter(({ effect }) => effect === "Deny");
  const left = raising.find(
    (action) => !denies.some((deny) => selectsAction(deny.actions, action).kind === "yes"),
  );
  return left === undefined
    ? proven
    : missing(`the boundary of ${called} allows everything and does not deny \`${left}\``);
}

/** Whether a statement may allow any action on any resource; what is not known counts as such. */
function allowsEverything({ actions, resources }: Statement): boolean {
  const isAll = (part: { readonly kind: string; readonly text?: string }): boolean =>
    part.kind === "unknown" || /^\*+(:\*+)?$/.test(part.text ?? "");
  return (
    (actions.negated || actions.values.some(isAll)) &&
    (resources === undefined || resources.negated || resources.values.some(isAll))
  );
}
