import schema from "../../../provider/schema.json";

/** A property as the schema has it. */
export interface Property {
  readonly description?: string;
  readonly type?: string;
  readonly optional?: boolean;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly $ref?: string;
}

/** An argument of a component, or a property of what such an argument is made of. */
export interface Argument {
  readonly property: Property;
  /** The description of the type that it is a property of; empty for a component's own arguments. */
  readonly block: string;
}

interface Type {
  readonly description?: string;
  readonly properties?: Properties;
  readonly inputProperties?: Properties;
  readonly enum?: readonly { readonly value: string; readonly description?: string }[];
}

type Properties = Readonly<Record<string, Property>>;

const resources: Readonly<Record<string, Type>> = schema.resources;
const types: Readonly<Record<string, Type>> = schema.types;

/** All entries of the schema, as `Type` and `Type.property`, with their descriptions. */
export function describedInSchema(): readonly (readonly [path: string, text: string])[] {
  return [...Object.entries(resources), ...Object.entries(types)].flatMap(([token, type]) => {
    const name = nameOf(token);
    const properties = [
      ...Object.entries(type.properties ?? {}),
      ...Object.entries(type.inputProperties ?? {}),
    ];
    return [
      [name, type.description ?? ""] as const,
      ...properties.map(([key, { description = "" }]) => [`${name}.${key}`, description] as const),
      ...(type.enum ?? []).map(
        ({ value, description = "" }) => [`${name} ${value}`, description] as const,
      ),
    ];
  });
}

/** Each argument of a component, and each property of the types in them, as `Type.property`. */
export function argumentsOfSchema(): ReadonlyMap<string, Argument> {
  const found = new Map<string, Argument>();
  const visit = (name: string, block: string, properties: Properties): void => {
    for (const [key, property] of Object.entries(properties)) {
      const path = `${name}.${key}`;
      if (found.has(path)) continue;
      found.set(path, { property, block });
      const token = typeIn(property);
      const type = token === undefined ? undefined : types[token];
      if (token !== undefined) {
        visit(nameOf(token), type?.description ?? "", type?.properties ?? {});
      }
    }
  };
  for (const [token, { inputProperties = {} }] of Object.entries(resources)) {
    visit(nameOf(token), "", inputProperties);
  }
  return found;
}

/** Whether a property is a number, or a list of them. */
export function isNumber({ type, items }: Property): boolean {
  return type === "number" || type === "integer" || (items !== undefined && isNumber(items));
}

function typeIn({ $ref, items, additionalProperties }: Property): string | undefined {
  if ($ref !== undefined) return $ref.replace("#/types/", "");
  const inner = items ?? additionalProperties;
  return inner === undefined ? undefined : typeIn(inner);
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
