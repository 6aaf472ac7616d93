import types from "../../../components/arguments/argument-types.json";

/** A value of a declaration, and what it is by the schema. */
export interface Place {
  /** Such as `permissions[0].actions[0]`. */
  readonly path: string;
  readonly keys: readonly (string | number)[];
  readonly kind: Shape["kind"];
  readonly required: boolean;
  readonly late: boolean;
  /** The argument as the schema names it, such as `Permission.actions`. */
  readonly argument: string;
}

interface Shape {
  readonly kind: "text" | "number" | "flag" | "list" | "map" | "record";
  readonly of?: Shape;
  readonly type?: string;
  readonly late?: boolean;
  readonly required?: boolean;
}

const table = types as unknown as Readonly<Record<string, Readonly<Record<string, Shape>>>>;

/** All arguments that the schema has, as `Type.field`. */
export const everyArgument: readonly string[] = Object.entries(table).flatMap(([type, fields]) =>
  Object.keys(fields).map((field) => `${type}.${field}`),
);

/** Every value in a declaration, down to each text. */
export function placesIn(type: string, args: object): readonly Place[] {
  return inRecord(type, args, "", []);
}

function inRecord(
  type: string,
  record: object,
  path: string,
  keys: Place["keys"],
): readonly Place[] {
  return Object.entries(table[type] ?? {}).flatMap(([field, shape]) => {
    const value = (record as Readonly<Record<string, unknown>>)[field];
    if (value === undefined) return [];
    const at = path === "" ? field : `${path}.${field}`;
    return inShape(shape, value, {
      path: at,
      keys: [...keys, field],
      argument: `${type}.${field}`,
    });
  });
}

function inShape(
  shape: Shape,
  value: unknown,
  at: Pick<Place, "path" | "keys" | "argument">,
): readonly Place[] {
  const { kind, required = false, late = false } = shape;
  const own = { ...at, kind, required, late };
  if (shape.of !== undefined) {
    const inner = shape.of;
    return [
      own,
      ...Object.entries(value as object).flatMap(([key, each]: [string, unknown]) => {
        const path = kind === "list" ? `${at.path}[${key}]` : `${at.path}.${key}`;
        const step = kind === "list" ? Number(key) : key;
        return inShape(inner, each, { ...at, path, keys: [...at.keys, step] });
      }),
    ];
  }
  if (shape.type === undefined) return [own];
  return [own, ...inRecord(shape.type, value as object, at.path, at.keys)];
}

/** The declaration with another value at one place. */
export function withValue(args: unknown, [key, ...rest]: Place["keys"], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = (args as Readonly<Record<string | number, unknown>>)[key];
  const changed = withValue(inner, rest, value);
  if (Array.isArray(args))
    return args.map((each: unknown, index) => (index === key ? changed : each));
  return { ...(args as object), [key]: changed };
}
