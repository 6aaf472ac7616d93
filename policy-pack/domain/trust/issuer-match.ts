import { evaluateConditions } from "../../../core/policy/condition/evaluate";
import type { Condition, PolicyDocument, Statement } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";
import { selectsAction } from "./admission";
import { contextFor, isKeyOf, issuerOfKey } from "./context";
import { hasScheme, principalOf, type Lookups, type Principal } from "./principal";

/** A condition on a key that no token of the statement's provider has, or a provider that no token is of. */
export interface Mismatch {
  /** The statement's place in the document, from 0. */
  readonly statement: number;
  /** As written; empty where it is the provider that is wrong. */
  readonly key: string;
  readonly operator: string;
  /** The issuer of the provider, host and path without scheme; undefined where it is not known yet. */
  readonly host?: string;
  /**
   * Its effect: no principal is trusted, everyone that meets the other conditions, or a Deny without effect. `unclear` where
   * the issuer is unknown, and `provider` where no principal is trusted whatever is tested.
   */
  readonly leaves: "shut" | "open" | "void" | "unclear" | "provider";
  readonly dependsOn: readonly Urn[];
}

type Federated = Extract<Principal, { kind: "federated" }>;
type Test = Extract<Condition, { kind: "test" }>;

/** The conditions of a trust policy whose key is of another issuer than the provider that their statement names. */
export function mismatchesIn(document: PolicyDocument, lookups: Lookups): readonly Mismatch[] {
  return document.statements.flatMap((statement) => {
    if (statement.kind === "unknown" || !isAboutTokens(statement)) return [];
    const tests = statement.conditions.filter(isTestOfIssuer);
    return providersOf(statement, lookups).flatMap((principal) =>
      statement.effect === "Allow" && hasScheme(principal)
        ? [wrongProvider(principal, statement)]
        : tests.flatMap((test) => mismatchOf(test, principal, statement, document.variables) ?? []),
    );
  });
}

function isAboutTokens(statement: Statement): boolean {
  return selectsAction(statement.actions, "sts:AssumeRoleWithWebIdentity").kind !== "no";
}

function isTestOfIssuer(condition: Condition): condition is Test {
  return condition.kind === "test" && issuerOfKey(condition.key) !== undefined;
}

/** The OIDC providers that a statement names; all but some are not named. */
function providersOf(statement: Statement, lookups: Lookups): readonly Federated[] {
  if (statement.principals === undefined || statement.principals.negated) return [];
  return statement.principals.values
    .map((part) => principalOf(part, lookups))
    .filter((principal) => principal.kind === "federated");
}

function wrongProvider({ issuer }: Federated, { index }: Statement): Mismatch {
  const host = issuer.kind === "known" ? { host: issuer.host } : {};
  return { statement: index, key: "", operator: "", ...host, leaves: "provider", dependsOn: [] };
}

function mismatchOf(
  test: Test,
  principal: Federated,
  statement: Statement,
  variables: boolean,
): Mismatch | undefined {
  const found = { statement: statement.index, key: test.key, operator: test.operator };
  const { issuer } = principal;
  if (issuer.kind === "unknown")
    return { ...found, leaves: "unclear", dependsOn: issuer.dependsOn };
  if (isKeyOf(issuer.host, test.key)) return undefined;
  const { result } = evaluateConditions([test], contextFor(principal), variables);
  const leaves = leftBy(statement, result.kind !== "no");
  return leaves === undefined ? undefined : { ...found, host: issuer.host, ...leaves };
}

/** The rest without a test that is known to be met by every token of the provider or by none. */
function leftBy(
  { effect, conditions, dependsOn = [] }: Statement,
  holds: boolean,
): Pick<Mismatch, "leaves" | "dependsOn"> | undefined {
  switch (effect) {
    case "unknown":
      return { leaves: "unclear", dependsOn };
    case "Allow":
      return { leaves: holds ? "open" : "shut", dependsOn: [] };
    case "Deny":
      if (!holds) return { leaves: "void", dependsOn: [] };
      // Beside other tests, one that is always met does neither good nor harm.
      return conditions.length > 1 ? undefined : { leaves: "shut", dependsOn: [] };
  }
}
