import {
  isMap,
  isScalar,
  type Document,
  type LineCounter,
  type Node,
  type Pair,
  type YAMLMap,
} from "yaml";
import { composeYaml, yamlProblem, type Parsed } from "../yaml-text";
import { ProgramProblem, offsetOf } from "./problem";

/** An entry of a block of the program: its key, and where and what it is. */
export interface Entry {
  readonly name: string;
  /** The position of the key, from the start of the text. */
  readonly offset: number;
  readonly value: Node | null;
}

/** A program in YAML as in its file, not yet evaluated. */
export interface Template {
  readonly lines: LineCounter;
  readonly document: Document;
  readonly configuration: readonly Entry[];
  readonly variables: readonly Entry[];
  readonly resources: readonly Entry[];
  readonly outputs: readonly Entry[];
  /** Packages with a source of their own. */
  readonly packages: readonly Entry[];
}

/** Reads the blocks of a program; throws a {@link ProgramProblem} where one is no map, or a name names two things. */
export function readTemplate(text: string, file: string, lines: LineCounter): Parsed<Template> {
  const composed = composeYaml(text, file, lines);
  if (composed.kind === "problem") return composed;
  const [document] = composed.value;
  const [error] = document?.errors ?? [];
  if (error !== undefined) return yamlProblem(error, file, lines);
  if (document === undefined) return { kind: "problem", problem: `${file} is empty` };
  const root = entriesOf(document.contents, "the program");
  const block = (name: string): readonly Entry[] => entriesOf(entryOf(root, name), name);
  const template: Template = {
    lines,
    document,
    // Of two with one name, that of `config` counts.
    configuration: [...block("config"), ...block("configuration")],
    variables: block("variables"),
    resources: block("resources"),
    outputs: block("outputs"),
    packages: block("packages"),
  };
  refuseTwoOfOneName(template);
  return { kind: "ok", value: template };
}

/** Pulumi refuses a name with two meanings; here it would hide one of them. */
function refuseTwoOfOneName({ configuration, variables, resources }: Template): void {
  const seen = new Set(["pulumi", ...configuration.map(({ name }) => name)]);
  for (const { name, offset } of [...variables, ...resources]) {
    if (seen.has(name)) throw new ProgramProblem(`\`${name}\` already names something`, offset);
    seen.add(name);
  }
}

/** The entries of a map; none where there is nothing. Throws where it is something else. */
export function entriesOf(node: Node | null | undefined, what: string): readonly Entry[] {
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return [];
  if (!isMap(node)) throw new ProgramProblem(`\`${what}\` is no map`, offsetOf(node));
  return (node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => {
    const { key, value } = pair;
    const name = isScalar(key) ? String(key.value) : "";
    if (name === "") {
      throw new ProgramProblem(`\`${what}\` has a key that is no name`, offsetOf(key));
    }
    return { name, offset: offsetOf(key), value };
  });
}

/**
 * The value of a field of the language, such as `type`. Pulumi accepts it in any case, with a warning
 * (https://github.com/pulumi/pulumi-yaml/blob/main/pkg/pulumiyaml/ast/template.go, `parseRecord`). Throws where it is there
 * twice.
 */
export function entryOf(entries: readonly Entry[], name: string): Node | undefined {
  const lower = name.toLowerCase();
  const [found, again] = entries.filter((entry) => entry.name.toLowerCase() === lower);
  if (again !== undefined) throw new ProgramProblem(`\`${name}\` is here twice`, again.offset);
  return found?.value ?? undefined;
}
