/** A policy's statement in the provider's order of fields; conditions and principals are kept as JSON. */
export interface Statement {
  readonly sid: string;
  readonly effect: string;
  readonly action: unknown;
  readonly notAction: unknown;
  readonly resource: unknown;
  readonly notResource: unknown;
  readonly principal: unknown;
  readonly notPrincipal: unknown;
  readonly condition: unknown;
}

/** A policy as the provider merges and prints it. */
export interface Policy {
  readonly version: string;
  readonly id: string;
  readonly statements: readonly Statement[];
}

/** Reads a policy document; undefined when the text is none. */
export function readPolicy(text: string): Policy | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isObject(parsed)) return undefined;
  const listed = parsed["Statement"];
  const statements: unknown[] = Array.isArray(listed)
    ? listed
    : listed === undefined
      ? []
      : [listed];
  if (!statements.every(isObject)) return undefined;
  return {
    version: stringOr(parsed["Version"], ""),
    id: stringOr(parsed["Id"], ""),
    statements: statements.map((statement) => ({
      sid: stringOr(statement["Sid"], ""),
      effect: stringOr(statement["Effect"], ""),
      action: statement["Action"],
      notAction: statement["NotAction"],
      resource: statement["Resource"],
      notResource: statement["NotResource"],
      principal: statement["Principal"],
      notPrincipal: statement["NotPrincipal"],
      condition: statement["Condition"],
    })),
  };
}

/** Adds a policy to another: its id and a higher version win, a statement replaces an earlier one of its Sid. */
export function mergePolicies(base: Policy, added: Policy): Policy {
  const statements = [...base.statements];
  for (const statement of added.statements) {
    const taken =
      statement.sid === "" ? -1 : statements.findIndex((other) => other.sid === statement.sid);
    if (taken < 0) statements.push(statement);
    else statements[taken] = statement;
  }
  return {
    version: added.version > base.version ? added.version : base.version,
    id: added.id === "" ? base.id : added.id,
    statements,
  };
}

/** Prints a policy as the provider does: fields in its order, empty ones left out. */
export function printPolicy(policy: Policy, indent: number): string {
  const statements = policy.statements.map((statement) => ({
    Sid: orLeftOut(statement.sid),
    Effect: orLeftOut(statement.effect),
    Action: statement.action,
    NotAction: statement.notAction,
    Resource: statement.resource,
    NotResource: statement.notResource,
    Principal: statement.principal,
    NotPrincipal: statement.notPrincipal,
    Condition: statement.condition,
  }));
  const document = {
    Version: orLeftOut(policy.version),
    Id: orLeftOut(policy.id),
    Statement: statements.length === 0 ? undefined : statements,
  };
  return JSON.stringify(document, null, indent).replace(ESCAPED, escape);
}

/** Go's JSON encoder, which the provider uses, escapes these inside strings. */
const ESCAPED = /[<>&\u2028\u2029]/g;

function escape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** The first Sid that two statements share; undefined when there is none. */
export function firstSharedSid(statements: readonly Statement[]): string | undefined {
  const seen = new Set<string>();
  for (const { sid } of statements) {
    if (sid !== "" && seen.has(sid)) return sid;
    seen.add(sid);
  }
  return undefined;
}

function orLeftOut(text: string): string | undefined {
  return text === "" ? undefined : text;
}

function stringOr(value: unknown, fallback: string): string {
  return typeof value === "string" ? value : fallback;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
