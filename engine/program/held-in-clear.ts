import { Secret, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/** Places for secrets that the SDK of a provider marks by itself, by type; a map has one under each key. */
const places: Readonly<Record<string, readonly string[]>> = {
  "kubernetes:core/v1:Secret": ["data", "stringData"],
  "aws:secretsmanager/secretVersion:SecretVersion": [
    ...["secretString", "secretBinary", "secretStringWo"],
  ],
  "aws:ssm/parameter:Parameter": ["value", "valueWo"],
};

/**
 * Marks as secret the texts that stand unmarked in places for secrets, and says of each that the program holds it in clear.
 *
 * What the SDK would have marked is hidden as before wherever it is shown or saved.
 */
export function withHeldInClear(type: string, inputs: ValueRecord): ValueRecord {
  const found = (places[type] ?? []).flatMap((property) => {
    const value = inputs[property];
    return value === undefined ? [] : [[property, held(value)] as const];
  });
  return found.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(found) };
}

function held(value: Value): Value {
  if (typeof value === "string") return new Secret(value, true);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === "string" ? new Secret(item, true) : item,
    ]),
  );
}
