import { isMap, isScalar, isSeq, type Node } from "yaml";
import {
  type Urn,
  type ValueRecord,
  Secret,
  Unknown,
  isRecord,
  type Value,
} from "../../core/snapshot/value";
import { withKnownDocuments } from "../partial/known-documents";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import type { Declared } from "./declared";
import type { Evaluated, Evaluator } from "./evaluator";
import { ProgramProblem, offsetOf } from "./problem";
import { PROVIDERS, withGiven } from "./providers";
import { withConstants, type Declaration } from "./requests";
import { entriesOf, entryOf, type Entry, type Template } from "./template";
import { CUSTOM_OBJECT, fullToken, kindOf, kubernetesKind } from "./tokens";

/** What of a program its declarations are read by. */
interface Program {
  readonly template: Template;
  /** Its file. */
  readonly path: string;
  readonly packages: ReadonlySet<string>;
  readonly evaluator: Evaluator;
  /** By package: the default provider of its resources. */
  readonly defaults: ReadonlyMap<string, string>;
}

/** The type of a resource in full. Throws a {@link ProgramProblem} where it has none. */
export function typeOf(entry: Entry, fields: readonly Entry[]): string {
  const type = entryOf(fields, "type");
  if (
    !isScalar(type) ||
    typeof type.value !== "string" ||
    !/^[^:]+(:[^:]+){1,2}$/.test(type.value)
  ) {
    throw new ProgramProblem(
      `resource \`${entry.name}\` has no \`type\` such as \`aws:iam:Role\``,
      entry.offset,
    );
  }
  return fullToken(type.value);
}

/** Reads the resources of a program in YAML. */
export class Declarations {
  readonly #program: Program;

  constructor(program: Program) {
    this.#program = program;
  }

  /** @param stack the URN of what a resource is in that names no parent */
  of(entry: Entry, fields: readonly Entry[], stack: Urn): Declaration {
    const written = typeOf(entry, fields);
    const options = entriesOf(entryOf(fields, "options"), "options");
    const { properties, from } = this.#properties(entryOf(fields, "properties"));
    const type = written === CUSTOM_OBJECT ? ownKind(properties) : written;
    const text = (node: Node | undefined): string => {
      const { value } = this.#program.evaluator.evaluate(node);
      return typeof value === "string" ? value : "";
    };
    const [parent] = this.#program.evaluator.resourcesIn(entryOf(options, "parent"));
    const { line, col: column } = this.#program.template.lines.linePos(entry.offset);
    return {
      type,
      name: text(entryOf(fields, "name")) || entry.name,
      parent: parent?.urn ?? stack,
      component: kindOf(type, this.#program.packages) === "component",
      properties: withConstants(withKnownDocuments(properties), kubernetesKind(type)),
      from,
      dependsOn: this.#program.evaluator
        .resourcesIn(entryOf(options, "dependsOn"))
        .map(({ urn }) => urn),
      ...this.#providersOf(type, options, parent),
      version: text(entryOf(options, "version")),
      importId: text(entryOf(options, "import")),
      aliases: textsIn(entryOf(options, "aliases")),
      ignoreChanges: textsIn(entryOf(options, "ignoreChanges")),
      secretOutputs: textsIn(entryOf(options, "additionalSecretOutputs")),
      place: { path: this.#program.path, line, column },
    };
  }

  #properties(node: Node | undefined): {
    readonly properties: ValueRecord;
    readonly from: Declaration["from"];
  } {
    if (node === undefined) return { properties: {}, from: {} };
    if (!isMap(node) || /^fn::/i.test(onlyKey(node))) {
      const { value, from } = this.#program.evaluator.evaluate(node);
      const properties = wholeProperties(value, offsetOf(node));
      return {
        properties,
        from: Object.fromEntries(Object.keys(properties).map((key) => [key, from])),
      };
    }
    const properties: OpenRecord = {};
    const origins: Record<string, ReadonlySet<Urn>> = {};
    for (const entry of entriesOf(node, "properties")) {
      const { value, from }: Evaluated = this.#program.evaluator.evaluate(entry.value);
      setOwn(properties, entry.name, value);
      if (from.size > 0) origins[entry.name] = from;
    }
    return { properties, from: origins };
  }

  #providersOf(
    type: string,
    options: readonly Entry[],
    parent: Declared | undefined,
  ): Pick<Declaration, "provider" | "providers"> {
    if (type.startsWith(PROVIDERS)) return { provider: "", providers: new Map() };
    const pkg = type.split(":")[0] ?? "";
    const standard = this.#program.defaults.get(pkg);
    const inherited = new Map(parent?.providers);
    if (standard !== undefined) inherited.set(pkg, standard);
    const given = ["provider", "providers"].flatMap((option) =>
      this.#providersIn(entryOf(options, option)),
    );
    const providers = withGiven(inherited, given);
    return { provider: providers.get(pkg) ?? "", providers };
  }

  #providersIn(node: Node | undefined): readonly Declared[] {
    if (isMap<Node, Node>(node)) {
      return node.items.flatMap(({ value }) =>
        this.#program.evaluator.resourcesIn(value ?? undefined),
      );
    }
    return this.#program.evaluator.resourcesIn(node);
  }
}

function ownKind({ apiVersion, kind }: ValueRecord): string {
  const isKnown = typeof apiVersion === "string" && typeof kind === "string";
  return isKnown ? `kubernetes:${apiVersion}:${kind}` : CUSTOM_OBJECT;
}

/** The texts of a list, as they are written. */
function textsIn(node: Node | undefined): readonly string[] {
  return isSeq(node)
    ? node.items.flatMap((item) => (isScalar(item) ? String(item.value) : []))
    : [];
}

function onlyKey(node: { readonly items: readonly unknown[] }): string {
  const [only] = node.items as readonly { readonly key: unknown }[];
  return node.items.length === 1 && isScalar(only?.key) ? String(only.key.value) : "";
}

/**
 * The properties of a resource that are one value, such as `properties: ${all}`. Throws where they are unknown: the schema has
 * their names, and a resource judged without them would seem to have none.
 */
function wholeProperties(value: Value, offset: number): ValueRecord {
  const plain = value instanceof Secret ? value.revealForComparison() : value;
  if (!isRecord(plain)) {
    const what = plain instanceof Unknown ? "are not known before the update" : "are no map";
    throw new ProgramProblem(`the properties ${what}`, offset);
  }
  if (!(value instanceof Secret)) return plain;
  const marked: OpenRecord = {};
  for (const [key, item] of Object.entries(plain)) setOwn(marked, key, secretly(item));
  return marked;
}

function secretly(value: Value): Value {
  return value instanceof Unknown ? new Unknown(value.dependsOn, true) : new Secret(value);
}
