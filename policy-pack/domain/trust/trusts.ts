import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import type { Context, ContextValue } from "../../../core/policy/condition/context";
import type { PolicyDocument, Principals, Statement } from "../../../core/policy/statement";
import { and, no, not, or, unknown, yes, type Three } from "../../../core/three-valued";
import { selectsAction } from "./admission";
import {
  accountOf,
  noLookups,
  principalCovers,
  principalOf,
  type Lookups,
  type Principal,
} from "./principal";

/** A request for a role's credentials. */
export interface AssumeRequest {
  /** The caller; for a token, the federated principal it comes from. */
  readonly principal: Principal;
  /** The STS action, such as `sts:AssumeRoleWithWebIdentity`. */
  readonly action: string;
  /** The condition keys of the request. */
  readonly context: Context;
  /** Whether the caller's own policies allow it, which counts where the trust names an account only. Default unknown. */
  readonly ownPolicyAllows?: Three;
}

/** Whether a trust policy trusts a request: some Allow applies and no Deny does. */
export function trusts(
  document: PolicyDocument,
  request: AssumeRequest,
  lookups: Lookups = noLookups,
): Three {
  const allowed: Three[] = [];
  const denied: Three[] = [];
  for (const statement of document.statements) {
    if (statement.kind === "unknown") {
      const uncertainty = unknown("a statement of the trust policy is not known yet");
      allowed.push(uncertainty);
      denied.push(uncertainty);
      continue;
    }
    const applies = and([
      selectsAction(statement.actions, request.action),
      names(statement, request, lookups),
      evaluateConditions(statement.conditions, withPrincipal(request), document.variables).result,
    ]);
    const uncertainty =
      statement.effect === "unknown" ? unknown("an effect is not known yet") : yes;
    if (statement.effect !== "Deny") allowed.push(and([applies, uncertainty]));
    if (statement.effect !== "Allow") denied.push(and([applies, uncertainty]));
  }
  return and([or(allowed), not(or(denied))]);
}

function names(statement: Statement, request: AssumeRequest, lookups: Lookups): Three {
  if (statement.principals === undefined) return no;
  const found = or(
    statement.principals.values.map((part) =>
      includes(principalOf(part, lookups), statement, request),
    ),
  );
  return isNegated(statement.principals) ? not(found) : found;
}

function isNegated(principals: Principals): boolean {
  return principals.negated;
}

function includes(named: Principal, statement: Statement, request: AssumeRequest): Three {
  if (named.kind === "unknown" || isUnknownProvider(named)) {
    return unknown("a principal of the trust policy is not known yet");
  }
  if (!principalCovers(named, request.principal)) return no;
  const byAccount = named.kind === "account" && request.principal.kind !== "account";
  if (!byAccount || statement.effect === "Deny") return yes;
  return request.ownPolicyAllows ?? unknown("the caller's own policies decide it");
}

function isUnknownProvider(principal: Principal): boolean {
  return principal.kind === "federated" && principal.provider.kind === "unknown";
}

/** The request's context with the keys of the principal itself. Source: IAM user guide, global condition keys. */
function withPrincipal(request: AssumeRequest): Context {
  const { principal } = request;
  return (key) => {
    const given = request.context(key);
    if (given.kind !== "absent") return given;
    return principalKey(principal, key) ?? given;
  };
}

function principalKey(principal: Principal, key: string): ContextValue | undefined {
  const account = accountOf(principal);
  if (key === "aws:principalaccount") return account === undefined ? undefined : present(account);
  if (key !== "aws:principalarn") return undefined;
  if (principal.kind === "role" || principal.kind === "user") return present(principal.arn);
  if (principal.kind !== "session") return undefined;
  // The key has the role's ARN, path included, which a session's ARN lacks.
  return { kind: "some", reason: "a session ARN does not contain the path of its role" };
}

function present(value: string): ContextValue {
  return { kind: "present", values: [value] };
}
