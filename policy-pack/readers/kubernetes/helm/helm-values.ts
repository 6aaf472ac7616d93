import type { Resource } from "../../../../core/snapshot/resource";
import { isCredentialName } from "../../../../core/credential/name";
import {
  LeftOut,
  Secret,
  Unknown,
  isList,
  type Urn,
  type Value,
} from "../../../../core/snapshot/value";
import { waitingFor } from "../../values";
import type { Mark } from "../secrets/literals";

/** Values that a chart is given. */
export interface ChartValues {
  readonly value: Value;
  /** Where they stand in the object: `values`, `spec.source.helm.valuesObject`. */
  readonly path: string;
  /** The chart as it is named, when known: `bitnami/postgresql`. */
  readonly chart?: string | undefined;
}

/** A text in a release's values, and the name under which it stands. */
export interface Leaf {
  readonly path: string;
  readonly under: string | undefined;
  /** Undefined where a preview cannot know it. */
  readonly text: string | undefined;
  /** Whether the text only stands for one that a saved snapshot leaves out. Default false. */
  readonly isLeftOut?: true;
  readonly dependsOn: readonly Urn[];
  /** Whether the program marks the value as secret, or only something around it. */
  readonly mark: Mark;
}

interface Open {
  readonly value: Value;
  readonly path: string;
  readonly under: string | undefined;
  readonly mark: Mark;
}

/** Keys under which charts take a value beside where else it may come from: `secret: { value: … }`. */
const wrappers = new Set(["value", "plain", "plaintext", "plainText", "text", "literal", "inline"]);

/** Under which charts tell what the keys of a Secret are called, by what they have. */
const keyNames = new Set(["secretKeys", "existingSecretKeys"]);

/** The texts among the values of a release, each under the name that tells what it is. */
export function* leavesOf(resource: Resource, values: ChartValues): Iterable<Leaf> {
  const top = values.path.split(/[.[]/, 1)[0] ?? "";
  const open: Open[] = [{ value: values.value, path: values.path, under: undefined, mark: "none" }];
  while (open.length > 0) {
    const here = open.pop();
    if (here === undefined) return;
    const { path, under } = here;
    const isOwn = here.value instanceof Secret;
    const value = here.value instanceof Secret ? here.value.revealForComparison() : here.value;
    const mark = isOwn ? "value" : here.mark;
    const inside: Mark = mark === "none" ? "none" : "around";
    if (typeof value === "string") yield { path, under, text: value, dependsOn: [], mark };
    else if (value instanceof LeftOut) {
      const itself = value.secret ? "value" : mark;
      yield { path, under, text: value.standIn, isLeftOut: true, dependsOn: [], mark: itself };
    } else if (value instanceof Unknown) {
      const dependsOn = waitingFor(resource, top, value.dependsOn);
      const itself = value.secret ? "value" : mark;
      yield { path, under, text: undefined, dependsOn, mark: itself };
    } else if (isList(value)) {
      open.push(
        ...value
          .map((item, index) => ({ value: item, path: `${path}[${index}]`, under, mark: inside }))
          .toReversed(),
      );
    } else if (typeof value === "object" && value !== null && !(value instanceof Secret)) {
      open.push(
        ...Object.entries(value)
          .filter(([key]) => !keyNames.has(key))
          .map(([key, item]) => ({
            value: item,
            path: `${path}.${key}`,
            under: nameOfValue(value, key, under),
            mark: inside,
          }))
          .toReversed(),
      );
    }
  }
}

/** Keys beside which a `secretKey` says which key of a Secret is meant. */
const secretNames = /^(?:secretName|existingSecret(?:Name)?|secretRef)$/;

/** Whether a key says that its value is a key of a Secret. */
function isSecretKey(key: string): boolean {
  if (key === "secretKey") return true;
  return /^\w+$/.test(key) && key.endsWith("Key") && /Secret|Password/.test(key);
}

/** Whether a value is what the key of a Secret is called whose name stands beside it: `{ existingSecret: minio, secretKey: root-user }`. */
function isKeyOfSecret(record: Readonly<Record<string, Value>>, key: string): boolean {
  const value = record[key];
  if (typeof value !== "string") return false;
  const isReported = typeof record["secretName"] === "string" && isCredentialName(key);
  if (!isReported && !isSecretKey(key)) return false;
  if (!/^[A-Za-z]+(?:[-_.][A-Za-z]{1,24}){0,8}$/.test(value)) return false;
  return Object.entries(record).some(
    ([name, text]) => secretNames.test(name) && typeof text === "string" && text !== "",
  );
}

/** What tells of a value: its key, the name of the pair that it is of, or what has it as `value`. */
function nameOfValue(
  record: Readonly<Record<string, Value>>,
  key: string,
  around: string | undefined,
): string {
  if (isKeyOfSecret(record, key)) return `${key}Name`;
  if (!wrappers.has(key)) return key;
  const pair = record["name"] ?? record["key"];
  if (typeof pair === "string" && pair !== "") return pair;
  return around !== undefined && isCredentialName(around) ? around : key;
}
