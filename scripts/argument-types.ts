/** A property as the package's schema has it. */
interface Property {
  readonly type?: string;
  readonly plain?: boolean;
  readonly optional?: boolean;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly $ref?: string;
  readonly description?: string;
}

type Properties = Readonly<Record<string, Property>>;

interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: Properties }>>;
  readonly types: Readonly<
    Record<
      string,
      { readonly properties?: Properties; readonly enum?: readonly { readonly value: string }[] }
    >
  >;
}

/**
 * The arguments of components' constructors, from the package's schema: by the name of a component or a type its fields.
 *
 * Types do not check programs in JavaScript, nor outputs; `components/` checks them by this.
 */
export function argumentTypes(schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  const found = new Map<string, object>();
  const visit = (name: string, properties: Properties): void => {
    if (found.has(name)) return;
    const fields = Object.entries(properties).map(([key, property]) => [
      key,
      {
        ...shapeOf(property, schema),
        ...(property.optional !== true && { required: true }),
        ...describedAs(property),
      },
    ]);
    found.set(name, Object.fromEntries(fields) as object);
    for (const property of Object.values(properties)) {
      const token = tokenIn(property);
      if (token === undefined) continue;
      const inner = schema.types[token]?.properties;
      if (inner !== undefined) visit(nameOf(token), inner);
    }
  };
  for (const [token, { inputProperties }] of Object.entries(schema.resources)) {
    visit(nameOf(token), inputProperties);
  }
  return JSON.stringify(Object.fromEntries(found));
}

function shapeOf(property: Property, schema: Schema): object {
  const late = property.plain === true ? {} : { late: true };
  const { items, additionalProperties } = property;
  if (items !== undefined) return { kind: "list", of: shapeOf(items, schema), ...late };
  if (additionalProperties !== undefined) {
    return { kind: "map", of: shapeOf(additionalProperties, schema), ...late };
  }
  const token = tokenIn(property);
  if (token === undefined) return { kind: kinds[property.type ?? ""], ...late };
  const { properties, enum: choices = [] } = schema.types[token] ?? {};
  if (properties !== undefined) return { kind: "record", type: nameOf(token), ...late };
  return { kind: "text", values: choices.map(({ value }) => value), ...late };
}

/** The doc comment of a property, and the value that it names as the default. */
function describedAs({ description = "", type }: Property): object {
  const about = description.replaceAll(/\s+/g, " ").trim();
  const [, before, text] = /^(.*?) ?Default: `?([^`<;]+?)`?\.$/.exec(about) ?? [];
  if (before === undefined || text === undefined) return { about };
  const value = defaultOf(text, type, about.endsWith("`."));
  return value === undefined ? { about } : { about: before, default: value };
}

function defaultOf(text: string, type: string | undefined, isQuoted: boolean): unknown {
  if (type === "number") return /^[0-9]+$/.test(text) ? Number(text) : undefined;
  if (type === "boolean") return text === "true" || text === "false" ? text === "true" : undefined;
  return isQuoted && type !== "array" ? text : undefined;
}

const kinds: Readonly<Record<string, string>> = {
  string: "text",
  number: "number",
  integer: "number",
  boolean: "flag",
};

function tokenIn({ $ref, items, additionalProperties }: Property): string | undefined {
  if ($ref !== undefined) return $ref.replace("#/types/", "");
  const inner = items ?? additionalProperties;
  return inner === undefined ? undefined : tokenIn(inner);
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
