import { isCredentialName } from "../../domain/secrets/name";
import type { Resource } from "../../../core/snapshot/resource";
import {
  LeftOut,
  Secret,
  Unknown,
  isList,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";
import { dependenciesAt } from "./values";

/** Whether the program marks a value as secret, or only something around it. */
export type Mark = "none" | "around" | "value";

/** Values of a resource that are read text by text. */
interface Values {
  readonly value: Value;
  /** Their location in the resource. */
  readonly path: string;
  /** What they are called. Default: nothing. */
  readonly under?: string;
}

/** A text among values, and its name. */
export interface Leaf {
  readonly path: string;
  readonly under: string | undefined;
  /** Undefined where it is unknown in a preview. */
  readonly text: string | undefined;
  /** What is known of a text that is not known as a whole. */
  readonly parts?: Unknown["parts"];
  /** Whether the text replaces one that a saved snapshot leaves out. Default false. */
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

/** The keys under which charts set the names of a Secret's keys, by their content. */
const keyNames = new Set(["secretKeys", "existingSecretKeys"]);

/** The texts in all inputs of a resource, each under its name. */
export function* textsOf(resource: Resource): Iterable<Leaf> {
  const { inputs } = resource;
  for (const [path, value] of Object.entries(inputs)) {
    yield* leavesOf(resource, { value, path, under: nameOfInput(inputs, path) });
  }
}

/** The texts among values of a resource, each under its name. */
export function* leavesOf(resource: Resource, values: Values): Iterable<Leaf> {
  const top = values.path.split(/[.[]/, 1)[0] ?? "";
  const open: Open[] = [{ under: undefined, ...values, mark: "none" }];
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
      const dependsOn = dependenciesAt(resource, top, value);
      const itself = value.secret ? "value" : mark;
      yield { path, under, text: undefined, parts: value.parts, dependsOn, mark: itself };
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

/** Keys beside which a `secretKey` selects a key of a Secret. */
const secretNames = /^(?:secretName|existingSecret(?:Name)?|secretRef)$/;

/** Whether a key has the name of a Secret's key as its value. */
function isSecretKey(key: string): boolean {
  if (key === "secretKey") return true;
  return /^\w+$/.test(key) && key.endsWith("Key") && /Secret|Password/.test(key);
}

/**
 * Whether a value is the name of a Secret's key, with the Secret's name beside it: `{ existingSecret: minio, secretKey:
 * root-user }`.
 */
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

/** Keys under which stores of secrets take a value. Source: `github.ActionsSecret`, `gcp.secretmanager.SecretVersion`. */
const stored = new Set(["plaintextValue", "secretData"]);

/** What describes an input of a resource; a value of a store has the secret's name, or none. */
function nameOfInput(inputs: ValueRecord, key: string): string {
  if (!stored.has(key)) return nameOfValue(inputs, key, undefined);
  const name = inputs["secretName"];
  return typeof name === "string" && isCredentialName(name) ? name : "secretValue";
}

/** What describes a value: its key, the name of its pair, or the parent of a `value`. */
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
