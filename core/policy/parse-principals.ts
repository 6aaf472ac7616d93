import { notKnown } from "../certainty";
import { Unknown, isRecord, type Value, type ValueRecord } from "../snapshot/value";
import {
  principalTypes,
  type PrincipalPart,
  type PrincipalType,
  type Principals,
} from "./statement";
import { Refusal, type Reader } from "./reader";

/** Reads `Principal` or `NotPrincipal`: the string `*`, or lists of values by type. */
export function parsePrincipals(
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
    return reader.texts(where, element, given).map((part) => ({ type, value: part }));
  });
}

function typeOf(name: string): PrincipalType | undefined {
  return name === "*" ? undefined : principalTypes.find((type) => type === name);
}
