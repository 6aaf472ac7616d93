import { wrapped } from "./rule-docs";

/** A property as the package's schema has it. */
interface Property {
  readonly type?: string;
  readonly plain?: boolean;
  readonly optional?: boolean;
  readonly description?: string;
  readonly items?: Property;
  readonly additionalProperties?: Property;
  readonly $ref?: string;
}

type Properties = Readonly<Record<string, Property>>;

interface Type {
  readonly description?: string;
  readonly properties?: Properties;
  readonly enum?: readonly { readonly value: string }[];
}

interface Schema {
  readonly resources: Readonly<
    Record<string, Type & { readonly inputProperties: Properties; readonly properties: Properties }>
  >;
  readonly types: Readonly<Record<string, Type>>;
}

const top = `# Reference

Written by \`npm run generate\` from the doc comments of the components. [Components](../components.md) explains them by
task. \`Input<…>\` marks what may be an output of another resource; everything else has to be known when the program runs.`;

/** The page of all components, with their arguments and outputs and the types of arguments, from the package's schema. */
export function referencePage(schemaText: string): string {
  const schema = JSON.parse(schemaText) as Schema;
  const components = Object.entries(schema.resources)
    .map(([token, component]) => ({ name: nameOf(token), component }))
    .sort((a, b) => a.name.localeCompare(b.name));
  const types = typesOf(
    components.map(({ component }) => component.inputProperties),
    schema,
  );
  const typeText = typesAs(types, schema);
  return [
    top,
    ...components.flatMap(({ name, component }) => [
      `## ${name}`,
      prose(component.description),
      tableOf("argument", component.inputProperties, typeText),
      outputsOf(component.properties, typeText),
    ]),
    "## Types of arguments",
    ...[...types].flatMap(([name, type]) => [
      `### ${name}`,
      prose(type.description),
      tableOf("property", type.properties ?? {}, typeText),
    ]),
    "",
  ].join("\n\n");
}

/** Records that arguments are made of, however deep, by name. */
function typesOf(roots: readonly Properties[], schema: Schema): ReadonlyMap<string, Type> {
  const found = new Map<string, Type>();
  const visit = (properties: Properties): void => {
    for (const property of Object.values(properties)) {
      const token = tokenIn(property);
      const type = token === undefined ? undefined : schema.types[token];
      if (token === undefined || type?.properties === undefined || found.has(nameOf(token)))
        continue;
      found.set(nameOf(token), type);
      visit(type.properties);
    }
  };
  roots.forEach(visit);
  return new Map([...found].sort(([a], [b]) => a.localeCompare(b)));
}

type TypeText = (property: Property) => string;

function typesAs(types: ReadonlyMap<string, Type>, schema: Schema): TypeText {
  const text: TypeText = ({ type, items, additionalProperties, $ref }) => {
    if (items !== undefined) return `list of ${text(items)}`;
    if (additionalProperties !== undefined) return `map of ${text(additionalProperties)}`;
    if ($ref === undefined) return `\`${type ?? "any"}\``;
    const token = $ref.replace("#/types/", "");
    const values = schema.types[token]?.enum?.map(({ value }) => `\`${value}\``);
    if (values !== undefined) return values.join(", ");
    const name = nameOf(token);
    return types.has(name) ? `[${name}](#${name.toLowerCase()})` : `\`${name}\``;
  };
  return text;
}

function tableOf(title: string, properties: Properties, typeText: TypeText): string {
  const rows = Object.entries(properties).map(([name, property]) => {
    const { meaning, ifLeftOut } = partsOf(property.description);
    const value = property.optional === true ? ifLeftOut : "required";
    const type = typeText(property);
    return row(`\`${name}\``, property.plain === true ? type : `Input<${type}>`, meaning, value);
  });
  return [row(title, "type", "meaning", "default"), row(...dashes(4)), ...rows].join("\n");
}

function outputsOf(properties: Properties, typeText: TypeText): string {
  const rows = Object.entries(properties).map(([name, property]) =>
    row(`\`${name}\``, typeText(property), oneLine(property.description ?? "")),
  );
  return [row("output", "type", "meaning"), row(...dashes(3)), ...rows].join("\n");
}

/** A doc comment as what it means and its default, which ends it. */
function partsOf(description = ""): { readonly meaning: string; readonly ifLeftOut: string } {
  const text = oneLine(description);
  const [, meaning = text, ifLeftOut = ""] = /^(.*?)\s*Default: (.*)\.$/.exec(text) ?? [];
  return { meaning, ifLeftOut };
}

/** A doc comment as paragraphs, in lines that a page may have. */
function prose(description = ""): string {
  return description.trim().split("\n\n").map(wrapped).join("\n\n");
}

function row(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function dashes(count: number): readonly string[] {
  return Array.from({ length: count }, () => "---");
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

function tokenIn({ $ref, items, additionalProperties }: Property): string | undefined {
  if ($ref !== undefined) return $ref.replace("#/types/", "");
  const inner = items ?? additionalProperties;
  return inner === undefined ? undefined : tokenIn(inner);
}

function nameOf(token: string): string {
  return token.split(":").at(-1) ?? token;
}
