import { crc32 } from "node:zlib";
import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";

/** A computed document, or the sentence with which the provider refuses the arguments. */
export type Computed =
  | { readonly kind: "result"; readonly result: ValueRecord }
  | { readonly kind: "refused"; readonly reason: string };

/** The provider's default policy language version. */
const DEFAULT_VERSION = "2012-10-17";

class Refused extends Error {}

/**
 * Computes `aws:iam/getPolicyDocument:getPolicyDocument` as the AWS provider does.
 *
 * Sources come first, then the statements, then overrides; a later statement replaces an earlier one of its Sid.
 * Behaviour as documented at
 * https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document.
 */
export function policyDocument(args: ValueRecord): Computed {
  try {
    const policy = compose(args);
    const json = printPolicy(policy, 2);
    const echoed = Object.entries(args).filter(([, value]) => value !== null);
    return {
      kind: "result",
      result: {
        ...Object.fromEntries(echoed),
        id: String(crc32(json)),
        json,
        minifiedJson: printPolicy(policy, 0),
      },
    };
  } catch (error) {
    if (error instanceof Refused) return { kind: "refused", reason: error.message };
    throw error;
  }
}

function compose(args: ValueRecord): Policy {
  const version = textOf(args["version"]);
  const own: Policy = {
    version: version ?? DEFAULT_VERSION,
    id: textOf(args["policyId"]) ?? "",
    statements: itemsOf(args["statements"]).map((item) =>
      statementOf(item, version ?? DEFAULT_VERSION),
    ),
  };
  requireUnique(own.statements);
  const sources = documentsOf(args, "sourceJson", "sourcePolicyDocuments");
  requireUnique(sources.flatMap((source) => source.statements));
  const overrides = documentsOf(args, "overrideJson", "overridePolicyDocuments");
  return [...sources, own, ...overrides].reduce(mergePolicies);
}

function documentsOf(args: ValueRecord, single: string, list: string): Policy[] {
  const texts = [textOf(args[single]), ...itemsOf(args[list]).map(textOf)];
  return texts.flatMap((text) => {
    if (text === undefined || text === "") return [];
    const policy = readPolicy(text);
    if (policy === undefined) throw new Refused(`\`${list}\` has a text that is not a policy`);
    return [policy];
  });
}

function requireUnique(statements: readonly Statement[]): void {
  const taken = firstSharedSid(statements);
  if (taken !== undefined) throw new Refused(`duplicate Sid \`${taken}\``);
}

function statementOf(item: Value, version: string): Statement {
  const fields = isRecord(item) ? item : {};
  const variables = (text: string): string => withVariables(text, version);
  const strings = (name: string): string[] =>
    itemsOf(fields[name]).map((value) => variables(textOf(value) ?? ""));
  const principals = (name: string): Statement["principal"] =>
    principalsOf(fields[name], variables);
  return {
    sid: textOf(fields["sid"]) ?? "",
    effect: textOf(fields["effect"]) ?? "Allow",
    action: oneOrDescending(itemsOf(fields["actions"]).map((value) => textOf(value) ?? "")),
    notAction: oneOrDescending(itemsOf(fields["notActions"]).map((value) => textOf(value) ?? "")),
    resource: oneOrDescending(strings("resources")),
    notResource: oneOrDescending(strings("notResources")),
    principal: principals("principals"),
    notPrincipal: principals("notPrincipals"),
    condition: conditionsOf(fields["conditions"], variables),
  };
}

/** A lone `*` of type `*` is written as `"*"`; all else as lists by type, in descending order within a block. */
function principalsOf(
  value: Value | undefined,
  variables: (text: string) => string,
): Statement["principal"] {
  const blocks = itemsOf(value).map((item) => {
    const fields = isRecord(item) ? item : {};
    const identifiers = itemsOf(fields["identifiers"]).map((id) => variables(textOf(id) ?? ""));
    return { type: textOf(fields["type"]) ?? "", identifiers };
  });
  if (blocks.length === 0) return undefined;
  const [first] = blocks;
  if (blocks.length === 1 && first?.type === "*" && first.identifiers.join() === "*") return "*";
  const byType = new Map<string, string[]>();
  for (const block of blocks) {
    const known = byType.get(block.type) ?? [];
    byType.set(block.type, [...known, ...descending(block.identifiers)]);
  }
  return sortedRecord([...byType].map(([type, ids]) => [type, single(ids)]));
}

/** Conditions by operator and key; values keep their order, since some operators depend on it. */
function conditionsOf(
  value: Value | undefined,
  variables: (text: string) => string,
): Statement["condition"] {
  const byTest = new Map<string, Map<string, string[]>>();
  for (const item of itemsOf(value)) {
    const fields = isRecord(item) ? item : {};
    const test = textOf(fields["test"]) ?? "";
    const key = textOf(fields["variable"]) ?? "";
    const keys = byTest.get(test) ?? new Map<string, string[]>();
    const values = itemsOf(fields["values"]).map((text) => variables(textOf(text) ?? ""));
    keys.set(key, [...(keys.get(key) ?? []), ...values]);
    byTest.set(test, keys);
  }
  if (byTest.size === 0) return undefined;
  return sortedRecord(
    [...byTest].map(([test, keys]) => [
      test,
      sortedRecord([...keys].map(([key, values]) => [key, single(values)])),
    ]),
  );
}

/** The provider writes `&{…}` for policy variables, which only the language of 2012 has. */
function withVariables(text: string, version: string): string {
  if (!text.includes("&{")) return text;
  if (version === "2008-10-17") {
    throw new Refused(`policy version \`${version}\` has no variables, found in \`${text}\``);
  }
  return text.replaceAll("&{", "${");
}

function oneOrDescending(texts: readonly string[]): string | string[] | undefined {
  if (texts.length === 0) return undefined;
  return single(descending([...new Set(texts)]));
}

function single(texts: readonly string[]): string | string[] {
  const [first] = texts;
  return texts.length === 1 && first !== undefined ? first : [...texts];
}

function descending(texts: readonly string[]): string[] {
  return [...texts].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0));
}

function sortedRecord<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}

function itemsOf(value: Value | undefined): readonly Value[] {
  return isList(value) ? value : [];
}

function textOf(value: Value | undefined): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A policy's statement in the provider's order of fields; conditions and principals stay as JSON. */
interface Statement {
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
interface Policy {
  readonly version: string;
  readonly id: string;
  readonly statements: readonly Statement[];
}

/** Reads a policy document; undefined when the text is none. */
function readPolicy(text: string): Policy | undefined {
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
function mergePolicies(base: Policy, added: Policy): Policy {
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
function printPolicy(policy: Policy, indent: number): string {
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
function firstSharedSid(statements: readonly Statement[]): string | undefined {
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
