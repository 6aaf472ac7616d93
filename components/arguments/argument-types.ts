import * as pulumi from "@pulumi/pulumi";
import { withUnit } from "../../core/duration";
import { nearest } from "../../core/nearest";
import { argumentError } from "./argument-error";
import table from "./argument-types.json";

/** The type of an argument; where it is `late`, an output may be its value. */
type Shape = { readonly late?: true } & (
  | { readonly kind: "text" | "number" | "flag" }
  | { readonly kind: "list" | "map"; readonly of: Shape }
  | { readonly kind: "record"; readonly type: string }
);

type Field = Shape & { readonly required?: true };

const types = table as unknown as Readonly<Record<string, Readonly<Record<string, Field>>>>;

/** A component, or a type of which arguments are, as the package's schema names it. */
export type TypeName = keyof typeof table;

/** Arguments that are a length of time, of whatever type. */
const durations = ["session", "maxSession"];

function isDuration(path: string): boolean {
  return durations.includes(path.split(".").pop() ?? "");
}

/** A value that is passed on whole, without a description of its parts. */
const references: Readonly<Record<string, readonly [what: string, give: string]>> = {
  TenantRef: ["a tenant", "`tenant.ref`"],
  ToolRef: ["a tool", "`tool.ref`"],
  GatewayRef: ["a gateway", "`gateway.ref`"],
  BrokeredWorkload: ["a workload", "`agent.brokerRef`"],
};

/**
 * Refuses arguments of another type than in the package's schema, down to each part that is plain.
 *
 * Types do not check programs in JavaScript, nor the value of an output. No value is repeated: it may be a secret in the wrong
 * place.
 *
 * @param path the arguments' own location, such as `federation`; empty for those of a component
 */
export function checkTypes(subject: string, type: TypeName, given: unknown, path = ""): void {
  checkRecord(subject, type, given, path);
}

function check(subject: string, shape: Shape, given: unknown, path: string): void {
  if (isLate(given)) {
    if (shape.late) return;
    throw argumentError(subject, `${path} is an output, which is known too late; give it as it is`);
  }
  switch (shape.kind) {
    case "text":
    case "number":
    case "flag":
      if (typeof given === typeNames[shape.kind] && !Number.isNaN(given)) return;
      if (Number.isInteger(given) && isDuration(path)) {
        throw argumentError(subject, `${path} is \`${String(given)}\`; ${withUnit(String(given))}`);
      }
      throw wrong(subject, shape, given, path);
    case "list":
      if (!Array.isArray(given)) throw wrong(subject, shape, given, path);
      // A hole is a value that is missing.
      Array.from(given as unknown[]).forEach((each, index) => {
        check(subject, shape.of, each, `${path}[${index}]`);
      });
      return;
    case "map":
      if (!isPlainObject(given)) throw wrong(subject, shape, given, path);
      for (const [key, each] of Object.entries(given)) {
        check(subject, shape.of, each, `${path}.${key}`);
      }
      return;
    case "record":
      checkRecord(subject, shape.type, given, path);
  }
}

function checkRecord(subject: string, type: string, given: unknown, path: string): void {
  const fields = types[type] ?? {};
  const reference = references[type];
  if (reference !== undefined) checkReference(subject, fields, given, path, reference);
  if (!isPlainObject(given)) throw wrong(subject, { kind: "record", type }, given, path);
  const at = (key: string): string => (path === "" ? key : `${path}.${key}`);
  for (const [key, value] of Object.entries(given)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (value === undefined || (field === undefined && reference !== undefined)) continue;
    if (field === undefined) throw unknownField(subject, at(key), key, Object.keys(fields));
    check(subject, field, value, at(key));
  }
  for (const [key, field] of Object.entries(fields)) {
    if (field.required === true && given[key] === undefined) {
      throw argumentError(subject, `${at(key)} is missing; give ${wanted(field)}`);
    }
  }
}

/** A tenant or tool itself has some of its reference's properties. */
function checkReference(
  subject: string,
  fields: Readonly<Record<string, Field>>,
  given: unknown,
  path: string,
  [what, give]: readonly [string, string],
): void {
  const required = Object.keys(fields).filter((key) => fields[key]?.required);
  if (isPlainObject(given) && required.every((key) => given[key] !== undefined)) return;
  throw argumentError(subject, `${path} is no reference to ${what}; give ${give}`);
}

function isLate(value: unknown): boolean {
  return pulumi.Output.isInstance(value) || value instanceof Promise;
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isLate(value);
}

const typeNames = { text: "string", number: "number", flag: "boolean" } as const;

function wrong(subject: string, shape: Shape, given: unknown, path: string): Error {
  const where = path === "" ? "what it is made from" : path;
  return argumentError(subject, `${where} is ${called(given)}; give ${wanted(shape)}`);
}

function unknownField(subject: string, path: string, key: string, known: readonly string[]): Error {
  const meant = nearest(key, known);
  const instead =
    meant === undefined
      ? `give ${known.map((each) => `\`${each}\``).join(", ")}, or leave it out`
      : `did you mean \`${meant}\`?`;
  return argumentError(subject, `${path} is not known; ${instead}`);
}

/** The type of the value, without the value. */
function called(given: unknown): string {
  if (given === null) return "`null`";
  if (Number.isNaN(given)) return "`NaN`";
  if (Array.isArray(given)) return "a list";
  return words[typeof given];
}

const words = {
  string: "a text",
  number: "a number",
  bigint: "a number",
  boolean: "`true` or `false`",
  function: "a function",
  symbol: "a symbol",
  object: "an object",
  undefined: "missing",
} as const;

function wanted(shape: Shape): string {
  switch (shape.kind) {
    case "text":
      return "a text";
    case "number":
      return "a number";
    case "flag":
      return "`true` or `false`";
    case "list":
      return `a list of ${plurals[shape.of.kind]}`;
    case "map":
      return `an object of ${plurals[shape.of.kind]}`;
    case "record":
      return references[shape.type]?.[1] ?? fieldsOf(shape.type);
  }
}

/** An object with few fields is described by them. */
function fieldsOf(type: string): string {
  const names = Object.keys(types[type] ?? {}).map((key) => `\`${key}\``);
  return names.length === 0 || names.length > 4
    ? "an object"
    : `an object with ${names.join(", ")}`;
}

const plurals = {
  text: "texts",
  number: "numbers",
  flag: "`true` and `false`",
  list: "lists",
  map: "objects",
  record: "objects",
} as const;
