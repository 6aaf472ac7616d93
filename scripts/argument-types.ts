/** A property as the package's schema has it. */
interface Property {
  readonly type?: string;
  readonly plain?: boolean;
  readonly optional?: boolean;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly $ref?: string;
}

type Properties = Readonly<Record<string, Property>>;

interface Schema {
  readonly resources: Readonly<Record<string, { readonly inputProperties: Properties }>>;
  readonly types: Readonly<Record<string, { readonly properties?: Properties }>>;
}

/**
 * What the constructors of components take, of the package's schema: by the name of a component or a type its fields.
 *
 * Programs in JavaScript, and what is passed on as an output, are not held to types; `components/` checks them by this.
 */
export function argumentTypes(schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  const found = new Map<string, object>();
  const visit = (name: string, properties: Properties): void => {
    if (found.has(name)) return;
    const fields = Object.entries(properties).map(([key, property]) => [
      key,
      { ...shapeOf(property, schema), ...(property.optional !== true && { required: true }) },
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
  // A choice is a text, of which the component says itself what it may be.
  const isChoice = schema.types[token]?.properties === undefined;
  return isChoice ? { kind: "text", ...late } : { kind: "record", type: nameOf(token), ...late };
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
