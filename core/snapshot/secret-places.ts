import { awsTypes, typesWith } from "../aws/types";
import { createdType } from "../kubernetes-type";
import { isList, isRecord, type Value, type ValueRecord } from "./value";

/** A step on the path to a secret: a property, each (`*`), or each item of a list with such a property. */
type Step = string | { readonly eachWith: string };

interface Places {
  /** The paths to secrets from a resource's inputs; at the end of one is a secret, or a map of them. */
  readonly ways: readonly (readonly Step[])[];
  /** Whether the provider's SDK marks the value as secret, whatever the program has. */
  readonly marked: boolean;
}

const ofSecret = [["data"], ["stringData"]];

/**
 * Where secrets belong, by type.
 *
 * Source: the constructors of `@pulumi/kubernetes` 4, and of the SDKs of the rows in `core/aws`.
 */
const places: ReadonlyMap<string, Places> = new Map<string, Places>([
  ["kubernetes:core/v1:Secret", { ways: ofSecret, marked: true }],
  ["kubernetes:core/v1:SecretPatch", { ways: ofSecret, marked: true }],
  [
    "kubernetes:core/v1:SecretList",
    { ways: ofSecret.map((way) => ["items", "*", ...way]), marked: false },
  ],
  ...[...awsTypes].flatMap(([type, { native, secrets, nativeSecrets }]) => [
    ...(secrets ? [placesOf(type, secrets.at, secrets.marked)] : []),
    ...(native !== undefined && nativeSecrets ? [placesOf(native, nativeSecrets)] : []),
  ]),
]);

function placesOf(
  type: string,
  paths: readonly string[],
  marked = false,
): readonly [string, Places] {
  return [type, { ways: paths.map(stepsOf), marked }];
}

/** The steps of a path in a row of `core/aws`. */
function stepsOf(path: string): readonly Step[] {
  return path.split(".").flatMap((step): readonly Step[] => {
    const [name = "", eachWith] = step.split(/[[\]]/);
    return eachWith === undefined ? [name] : [name, { eachWith }];
  });
}

/** The types whose values at locations for secrets are marked by the provider, by its SDK where that has a class of the type. */
export const typesMarkedBySdk: readonly string[] = [...places].flatMap(([type, { marked }]) =>
  marked ? [type] : [],
);

/** The types whose plain values an SDK marks by itself. For the others that it marks, no reader uses the marked values. */
export const typesMarkedInTheOpen: readonly string[] = [...typesWith("isMarkedInTheOpen").keys()];

/** The inputs of a resource of a type with other values at locations for secrets. */
export function inSecretPlaces(
  type: string,
  inputs: ValueRecord,
  as: (value: Value) => Value,
): ValueRecord {
  const ways = places.get(createdType(type, inputs))?.ways ?? [];
  return ways.reduce((record, way) => recordWith(record, way, as), inputs);
}

function recordWith(
  record: ValueRecord,
  way: readonly Step[],
  as: (value: Value) => Value,
): ValueRecord {
  const [step, ...rest] = way;
  const keys = step === "*" ? Object.keys(record) : typeof step === "string" ? [step] : [];
  const changed = keys.flatMap((key) => {
    const value = record[key];
    return value === undefined || value === null
      ? []
      : [[key, valueWith(value, rest, as)] as const];
  });
  return changed.length === 0 ? record : { ...record, ...Object.fromEntries(changed) };
}

function valueWith(value: Value, way: readonly Step[], as: (value: Value) => Value): Value {
  const [step, ...rest] = way;
  if (step === undefined) return as(value);
  if (isRecord(value)) return recordWith(value, way, as);
  if (!isList(value) || (typeof step === "string" && step !== "*")) return value;
  return value.map((item) =>
    typeof step === "string" || (isRecord(item) && item[step.eachWith] === true)
      ? valueWith(item, rest, as)
      : item,
  );
}
