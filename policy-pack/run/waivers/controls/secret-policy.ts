import { roleType } from "../../../../core/aws/iam";
import { iamRole } from "../../../../core/arn";
import type { Graph } from "../../../facts/graph";
import { labelOfThing } from "../../../facts/label";
import { scopedName, type Name } from "../../../facts/name";
import { identitiesOfWorkload } from "../../../domain/workloads/roles-of-workload";
import type { ParsedDocument, Part, Statement } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { selectsAction } from "../../../domain/trust/admission";
import { nameOf, secret as secretRef } from "../../../read/aws/refs";
import { missing, proven, unproven, type Control, type ControlCase, type Proof } from "./control";

const getValue = "secretsmanager:GetSecretValue";

/** Operators by which a Deny spares exactly the roles it names. */
const exempting = ["arnnotequals", "arnnotlike", "stringnotequals", "stringnotlike"];

/**
 * Other principals with rights to read secrets in the account are denied.
 *
 * Source: Secrets Manager user guide, "Resource-based policies": in one account an identity policy is enough to read a secret,
 * so only a Deny excludes others.
 */
export const secretPolicy: Control = {
  shows:
    "a resource policy of the Secrets Manager secret denies `secretsmanager:GetSecretValue` to all but roles that it names, the workload's among them",
  prove: ({ graph, workload, thing }: ControlCase) => {
    const policies = graph.facts("guards", "resource", thing).map((fact) => fact.policy);
    const secret = labelOfThing(graph, thing);
    if (policies.length === 0)
      return missing(`no resource policy of \`${secret}\` is in the stack`);
    const { roles, dependsOn } = identitiesOfWorkload(graph, workload);
    if (dependsOn !== undefined) {
      return unproven("the roles of the workload are not known in a preview", dependsOn);
    }
    if (roles.length === 0) return missing("the workload has no role that a policy could name");
    const proofs = policies.map((policy) => excludesOthers(policy, roles, thing, graph));
    return (
      proofs.find((proof) => proof.kind === "proven") ??
      proofs.find((proof) => proof.kind === "unknown") ??
      proofs[0] ??
      missing(`no resource policy of \`${secret}\` is in the stack`)
    );
  },
};

function excludesOthers(
  policy: ParsedDocument,
  roles: readonly Name[],
  thing: Name,
  graph: Graph,
): Proof {
  const secret = labelOfThing(graph, thing);
  const unknown = (dependsOn: readonly Urn[]): Proof =>
    unproven(
      `which principals the resource policy of \`${secret}\` denies is not known yet`,
      dependsOn,
    );
  if (policy.kind !== "document") return unknown(policy.kind === "unknown" ? policy.dependsOn : []);
  let uncertainty: Proof | undefined;
  for (const statement of policy.document.statements) {
    if (statement.kind === "unknown") {
      uncertainty = unknown(statement.dependsOn);
      continue;
    }
    if (statement.effect === "unknown") uncertainty = unknown(statement.dependsOn ?? []);
    if (statement.effect !== "Deny" || !deniesAnyPrincipal(statement, thing, graph)) continue;
    const spared = exemptedBy(statement);
    if (spared === undefined) continue;
    const named = spared.map(roleNamed);
    const dependsOn = spared.flatMap((part) => (part.kind === "unknown" ? part.dependsOn : []));
    if (named.some((name) => name === "")) continue;
    const missed = roles.find(
      (role) => !named.some((name) => name !== undefined && graph.same(name, role)),
    );
    if (
      named.includes(undefined) ||
      (missed !== undefined &&
        named.some((name) => name !== undefined && mayBe(name, missed, graph)))
    ) {
      uncertainty = unknown(dependsOn);
    } else if (missed === undefined) {
      return proven;
    } else {
      uncertainty ??= missing(
        `the resource policy of \`${secret}\` does not name role \`${labelOfThing(graph, missed)}\``,
      );
    }
  }
  return (
    uncertainty ?? missing(`the resource policy of \`${secret}\` excludes no principal by name`)
  );
}

/** Whether a Deny covers reading the secret, for any caller. */
function deniesAnyPrincipal(
  { actions, principals, resources }: Statement,
  thing: Name,
  graph: Graph,
): boolean {
  const isAll = (part: Part): boolean => part.kind === "text" && part.text === "*";
  return (
    selectsAction(actions, getValue).kind === "yes" &&
    principals?.negated === false &&
    principals.values.some(({ type, value }) => (type === "*" || type === "AWS") && isAll(value)) &&
    resources?.negated === false &&
    resources.values.some((part) => isAll(part) || isOwnArn(part, thing, graph))
  );
}

function isOwnArn(part: Part, thing: Name, graph: Graph): boolean {
  const names = part.kind === "unknown" ? part.dependsOn : [nameOf(secretRef, part.text, "")];
  // The policy is the secret's own, so that a name without its account is enough.
  return names.some(
    (name) => name !== undefined && (graph.same(name, thing) || mayBe(name, thing, graph)),
  );
}

function mayBe(a: Name, b: Name, graph: Graph): boolean {
  return graph.possiblySame(a).some((other) => graph.same(other, b));
}

/** The callers that a Deny spares by one test of who they are; undefined where it is another test, or more. */
function exemptedBy({ conditions }: Statement): readonly Part[] | undefined {
  const [only, ...more] = conditions;
  if (only?.kind !== "test" || more.length > 0) return undefined;
  const isNaming = only.key.toLowerCase() === "aws:principalarn";
  return isNaming && exempting.includes(only.operator.toLowerCase()) ? only.values : undefined;
}

/** The role that a value names; undefined where that is not known, empty where it is a pattern or no role. */
function roleNamed(part: Part): Name | undefined {
  if (part.kind === "unknown") {
    const [only, ...more] = [...new Set(part.dependsOn)];
    return only !== undefined && more.length === 0 && typeInUrn(only) === roleType
      ? only
      : undefined;
  }
  const role = /[*?]/.test(part.text) ? undefined : iamRole(part.text);
  return role === undefined ? "" : scopedName("iam-role", role.account, role.name);
}
