import * as assert from "node:assert/strict";
import { contextOf } from "../../../core/policy/condition/context";
import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import { parsePolicyDocument } from "../../../core/policy/document";
import { fromBoolean } from "../../../core/three-valued";
import { trusts } from "../../../policy-pack/domain/trust/trusts";
import { or } from "../../../core/three-valued";
import { noLookups, principalOf } from "../../../policy-pack/domain/trust/principal";
import type { Registered } from "./registered";

/** A request for a role's credentials, in the words of a trust policy. */
export interface Request {
  readonly principal: { readonly type: "AWS" | "Service" | "Federated"; readonly value: string };
  readonly action: string;
  readonly keys: Readonly<Record<string, string>>;
  /** Whether the caller's own policies allow it, which a trust that names an account leaves open. Default: not known. */
  readonly isAllowed?: boolean;
}

/** Whether the role with this resource name trusts a request: `yes`, `no` or `unknown`. */
export function roleAdmits(
  role: Registered | undefined,
  request: Omit<Request, "keys"> & {
    readonly keys: Readonly<Record<string, string | readonly string[]>>;
  },
): string {
  const parsed = parsePolicyDocument(String(role?.inputs["assumeRolePolicy"]));
  if (parsed.kind !== "document") assert.fail(parsed.kind);
  const { type, value } = request.principal;
  return trusts(parsed.document, {
    principal: principalOf(
      { type, value: { kind: "text", text: value, secret: false } },
      noLookups,
    ),
    action: request.action,
    context: contextOf(request.keys),
    ...(request.isAllowed !== undefined && { ownPolicyAllows: fromBoolean(request.isAllowed) }),
  }).kind;
}

/** Whether the role's own policy denies everything to a session with these condition keys. */
export function roleDenies(
  role: Registered,
  resources: readonly Registered[],
  keys: Readonly<Record<string, string>>,
): string {
  const policy = named(resources, "aws:iam/rolePolicy:RolePolicy", role.name);
  const parsed = parsePolicyDocument(String(policy?.inputs["policy"]));
  if (parsed.kind !== "document") assert.fail(parsed.kind);
  const denials = parsed.document.statements.flatMap((statement) =>
    statement.kind === "statement" && statement.effect === "Deny" ? [statement] : [],
  );
  for (const { actions, resources: all } of denials) {
    assert.deepEqual([actions, all], [everything, everything]);
  }
  const applies = denials.map(
    ({ conditions }) => evaluateConditions(conditions, contextOf(keys)).result,
  );
  return or(applies).kind;
}

const everything = {
  negated: false,
  values: [{ kind: "text", text: "*", secret: false }],
};

/** What a program registered of a type, by the resource's name. */
export function named(
  resources: readonly Registered[],
  type: string,
  name: string,
): Registered | undefined {
  return resources.find((resource) => resource.type === type && resource.name === name);
}
