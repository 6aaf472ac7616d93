import { notKnown } from "../certainty";
import { Unknown, isList, isRecord, type Value, type ValueRecord } from "../snapshot/value";
import { parseOperator } from "./condition/operator";
import { plainAction, plainArn, plainRuns } from "./plain-wildcards";
import { Refusal, Reader } from "./reader";
import {
  type ParsedDocument,
  type Selection,
  type Statement,
  type UnknownStatement,
  type Condition,
  type Part,
  principalTypes,
  type PrincipalPart,
  type PrincipalType,
  type Principals,
} from "./statement";

export type { ParsedDocument, Statement } from "./statement";

/** Longest text of a document that is looked at; AWS accepts no policy near it (KMS, the longest, takes 32 KiB). */
const longestDocument = 131_072;

const documentElements = ["Version", "Id", "Statement"];
const statementElements = [
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
];

/**
 * Reads a policy document, from JSON text or from an object with parts that may be unknown or secret.
 *
 * Nothing is guessed: what IAM would refuse is a problem, and what is unknown stays an unknown part.
 */
export function parsePolicyDocument(value: Value): ParsedDocument {
  const reader = new Reader();
  try {
    return parseWhole(reader, value);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { kind: "problem", problem: error.message };
  }
}

function parseWhole(reader: Reader, given: Value): ParsedDocument {
  const value = reader.open(given);
  if (value instanceof Unknown) return notKnown(value);
  const document = reader.open(typeof value === "string" ? parseJson(value) : value);
  if (!isRecord(document)) throw new Refusal("a policy document is a JSON object");
  reader.checkElements("a policy document", document, documentElements);
  const version = reader.open(document["Version"] ?? "2008-10-17");
  if (!(version instanceof Unknown) && version !== "2012-10-17" && version !== "2008-10-17") {
    throw new Refusal("the `Version` of a policy document is `2012-10-17` or `2008-10-17`");
  }
  const statement = reader.open(document["Statement"] ?? null);
  if (statement instanceof Unknown) return notKnown(statement);
  const statements = isList(statement) ? statement : [statement];
  if (statements.length === 0) throw new Refusal("a policy document needs a `Statement`");
  return {
    kind: "document",
    document: {
      variables: version !== "2008-10-17",
      statements: statements.map((each, index) => parseStatement(reader, each, index)),
    },
  };
}

function parseJson(text: string): Value {
  if (text.length > longestDocument) {
    throw new Refusal(
      `the policy document has ${text.length} characters, more than any that AWS accepts`,
    );
  }
  try {
    return JSON.parse(text) as Value;
  } catch {
    // The parser's own message quotes the document.
    throw new Refusal("the policy document is not JSON");
  }
}

function parseStatement(reader: Reader, given: Value, index: number): Statement | UnknownStatement {
  const where = `statement ${index + 1}`;
  const value = reader.open(given);
  if (value instanceof Unknown) return { kind: "unknown", index, dependsOn: value.dependsOn };
  if (!isRecord(value)) throw new Refusal(`${where} of the policy document is not an object`);
  reader.checkElements(where, value, statementElements);
  const principals = parsePrincipals(reader, where, value);
  const resources = parseSelection(reader, where, value, "Resource");
  const actions = parseSelection(reader, where, value, "Action");
  if (actions === undefined) throw new Refusal(`${where} names no \`Action\``);
  const sid = reader.open(value["Sid"] ?? null);
  return {
    kind: "statement",
    index,
    ...(typeof sid === "string" && !reader.secretDocument ? { sid } : {}),
    ...parseEffect(reader, where, value),
    ...(principals === undefined ? {} : { principals }),
    actions,
    ...(resources === undefined ? {} : { resources }),
    conditions: parseConditions(reader, where, value["Condition"] ?? null),
  };
}

function parseEffect(
  reader: Reader,
  where: string,
  statement: ValueRecord,
): Pick<Statement, "effect" | "dependsOn"> {
  const effect = reader.open(statement["Effect"] ?? null);
  if (effect instanceof Unknown) return { effect: "unknown", dependsOn: effect.dependsOn };
  if (effect === "Allow" || effect === "Deny") return { effect };
  throw new Refusal(`the \`Effect\` of ${where} is \`Allow\` or \`Deny\``);
}

function parseSelection(
  reader: Reader,
  where: string,
  statement: ValueRecord,
  element: "Action" | "Resource",
): Selection | undefined {
  const found = reader.eitherOf(where, statement, element);
  if (found === undefined) return undefined;
  const values = reader.texts(where, found.element, found.value);
  if (values.length === 0) throw new Refusal(`\`${found.element}\` of ${where} is empty`);
  const plain = element === "Action" ? plainAction : plainArn;
  return { negated: found.negated, values: values.map((part) => respelled(part, plain)) };
}

/** A text as one spelling has it, so that what reads patterns decides by what they match. */
function respelled(part: Part, plain: (text: string) => string): Part {
  return part.kind === "text" ? { ...part, text: plain(part.text) } : part;
}

/** Reads `Condition`: operator → key → value or values. */
function parseConditions(reader: Reader, where: string, given: Value): readonly Condition[] {
  const value = reader.open(given);
  if (value === null) return [];
  if (value instanceof Unknown) return [notKnown(value)];
  return entriesOf(where, value).flatMap(([operator, inner]): readonly Condition[] => {
    const keys = reader.open(inner);
    if (keys instanceof Unknown) return [notKnown(keys)];
    const plain = hasWildcards(operator) ? plainRuns : (text: string) => text;
    return entriesOf(where, keys).map(([key, values]) => ({
      kind: "test",
      operator,
      key,
      values: reader.texts(where, "Condition", values).map((part) => respelled(part, plain)),
    }));
  });
}

/** Whether `*` and `?` in values of an operator are wildcards. */
function hasWildcards(operator: string): boolean {
  const base = parseOperator(operator)?.base;
  return base !== undefined && base !== "Null" && /^(?:StringLike|Arn)/.test(base.name);
}

function entriesOf(where: string, value: Value): readonly (readonly [string, Value])[] {
  if (!isRecord(value)) {
    throw new Refusal(`\`Condition\` of ${where} is an object: operator, then key, then values`);
  }
  return Object.entries(value);
}

/** Reads `Principal` or `NotPrincipal`: the string `*`, or lists of values by type. */
function parsePrincipals(
  reader: Reader,
  where: string,
  statement: ValueRecord,
): Principals | undefined {
  const found = reader.eitherOf(where, statement, "Principal");
  if (found === undefined) return undefined;
  const { negated, element } = found;
  return { negated, values: parseValues(reader, where, element, reader.open(found.value)) };
}

function parseValues(
  reader: Reader,
  where: string,
  element: string,
  value: Value,
): readonly PrincipalPart[] {
  if (value instanceof Unknown) {
    return [{ type: "unknown", value: notKnown(value) }];
  }
  if (value === "*") return [{ type: "*", value: { kind: "text", text: "*", secret: false } }];
  if (!isRecord(value)) {
    throw new Refusal(`\`${element}\` of ${where} is \`*\` or an object of principals by type`);
  }
  return Object.entries(value).flatMap(([name, given]) => {
    const type = typeOf(name);
    if (type === undefined) {
      throw new Refusal(
        `\`${element}\` of ${where} has a type that is not \`AWS\`, \`Federated\`, \`Service\` or \`CanonicalUser\``,
      );
    }
    return reader
      .texts(where, element, given)
      .map((part) => ({ type, value: respelled(part, plainArn) }));
  });
}

function typeOf(name: string): PrincipalType | undefined {
  return name === "*" ? undefined : principalTypes.find((type) => type === name);
}
