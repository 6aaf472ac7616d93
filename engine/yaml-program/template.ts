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
  /** Where the key stands, from the start of the text. */
  readonly offset: number;
  readonly value: Node | null;
}

/** A program in YAML as its file holds it, not yet evaluated. */
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

/** Reads the blocks of a program; throws a {@link ProgramProblem} where one is no map. */
export function readTemplate(text: string, file: string, lines: LineCounter): Parsed<Template> {
  const composed = composeYaml(text, file, lines);
  if (composed.kind === "problem") return composed;
  const [document] = composed.value;
  const [error] = document?.errors ?? [];
  if (error !== undefined) return yamlProblem(error, file, lines);
  if (document === undefined) return { kind: "problem", problem: `${file} is empty` };
  const { contents } = document;
  const root = isMap(contents) ? contents : undefined;
  const block = (name: string): readonly Entry[] =>
    root === undefined ? [] : entriesOf(root.get(name, true), name);
  return {
    kind: "ok",
    value: {
      lines,
      document,
      configuration: [...block("configuration"), ...block("config")],
      variables: block("variables"),
      resources: block("resources"),
      outputs: block("outputs"),
      packages: block("packages"),
    },
  };
}

/** The entries of a map; none where there is nothing. Throws where it is something else. */
export function entriesOf(node: Node | null | undefined, what: string): readonly Entry[] {
  if (node === undefined || node === null || (isScalar(node) && node.value === null)) return [];
  if (!isMap(node)) throw new ProgramProblem(`\`${what}\` is no map`, offsetOf(node));
  return (node as YAMLMap<Node, Node | null>).items.map((pair: Pair<Node, Node | null>) => {
    const { key, value } = pair;
    const name = isScalar(key) ? String(key.value) : "";
    if (name === "")
      throw new ProgramProblem(`\`${what}\` has a key that is no name`, offsetOf(key));
    return { name, offset: offsetOf(key), value };
  });
}

/** The value of one entry of a map. */
export function entryOf(entries: readonly Entry[], name: string): Node | undefined {
  return entries.find((entry) => entry.name === name)?.value ?? undefined;
}
