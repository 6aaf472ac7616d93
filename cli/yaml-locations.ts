import {
  LineCounter,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  parseAllDocuments,
  type Document,
  type Node,
  type Pair,
} from "yaml";
import type { Finding } from "../policy-pack/findings/finding";
import type { Report } from "../policy-pack/views/report";
import type { SourcePosition } from "../core/snapshot/resource";

/** Largest file in which properties are looked for, in characters. */
const largest = 2 ** 22;

/**
 * The report with each finding about something in YAML or JSON pointing at the property, and not at the document that it is in.
 *
 * @param textOf the text of a file, by the path in a position; undefined where it cannot be read
 */
export function atProperties(report: Report, textOf: (file: string) => string | undefined): Report {
  const files = new Map<string, YamlFile | undefined>();
  const fileOf = (name: string): YamlFile | undefined => {
    if (!files.has(name)) files.set(name, parsed(textOf(name)));
    return files.get(name);
  };
  const placed = (finding: Finding): Finding => {
    const { source, at } = finding;
    if (source === undefined || !/\.(?:ya?ml|json)$|^stdin$/i.test(source.file)) return finding;
    const found = fileOf(source.file)?.propertyAt(source, stepsOf(at.property));
    return found === undefined ? finding : { ...finding, source: { ...source, ...found } };
  };
  const { judgement } = report;
  return { ...report, judgement: { ...judgement, findings: judgement.findings.map(placed) } };
}

type Place = Required<Pick<SourcePosition, "line" | "column">>;

/** A YAML file in which the property of an object can be found. */
class YamlFile {
  readonly #documents: readonly Document.Parsed[];
  readonly #lines: LineCounter;

  constructor(documents: readonly Document.Parsed[], lines: LineCounter) {
    this.#documents = documents;
    this.#lines = lines;
  }

  /** Where the deepest part of a path is that an object has; undefined where it has none of it. */
  propertyAt(start: SourcePosition, steps: readonly (string | number)[]): Place | undefined {
    const offset = this.#offsetOf(start);
    const document = this.#documents.find(
      ({ range: [from, , to] }) => from <= offset && offset < to,
    );
    const object = document?.contents ? mapAt(document.contents, offset) : undefined;
    if (document === undefined || object === undefined) return undefined;
    // What a program in YAML declares has its inputs one level below.
    const inputs = [["properties", ...steps], steps];
    const found = inputs.map((path) => deepest(object, path, document)).find((each) => each);
    if (found === undefined) return undefined;
    const { line, col: column } = this.#lines.linePos(found);
    return { line, column };
  }

  #offsetOf({ line, column = 1 }: SourcePosition): number {
    return (this.#lines.lineStarts[line - 1] ?? 0) + column - 1;
  }
}

function parsed(text: string | undefined): YamlFile | undefined {
  if (text === undefined || text.length > largest) return undefined;
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: false });
  return Array.isArray(documents) && documents.every(({ errors }) => errors.length === 0)
    ? new YamlFile(documents as readonly Document.Parsed[], lines)
    : undefined;
}

/** The smallest map that begins at or after a location, or contains it, on the path to that location. */
function mapAt(node: Node, offset: number): Node | undefined {
  const [from = 0, , to = 0] = node.range ?? [];
  if (to <= offset) return undefined;
  if (isMap(node) && from >= offset) return node;
  const inner = isMap(node)
    ? node.items.flatMap((pair) => (isNode(pair.value) ? [pair.value] : []))
    : isSeq(node)
      ? node.items.filter(isNode)
      : [];
  for (const each of inner) {
    const found = mapAt(each, offset);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Where the last key or item of a path is that is there, by its offset; undefined where not even the first is. */
function deepest(
  object: Node,
  steps: readonly (string | number)[],
  document: Document.Parsed,
): number | undefined {
  let node: unknown = object;
  let found: number | undefined;
  for (const [at, step] of steps.entries()) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find(
        ({ key }) => isScalar(key) && String(key.value) === String(step),
      );
      if (pair === undefined) break;
      // `properties` alone is no part of the path that is looked for.
      if (at > 0 || step !== "properties" || steps.length === 1) {
        found = (pair.key as Node).range?.[0] ?? found;
      }
      node = resolved(pair.value, document);
    } else if (isSeq(node) && typeof step === "number") {
      const item = node.items[step];
      if (!isNode(item)) break;
      found = item.range?.[0] ?? found;
      node = resolved(item, document);
    } else break;
  }
  return found;
}

function resolved(value: unknown, document: Document.Parsed): unknown {
  return isAlias(value) ? value.resolve(document) : value;
}

/** The steps of a path such as `spec.containers[0].env[0].value` or `data["tls.crt"]`. */
function stepsOf(property: string): readonly (string | number)[] {
  return Array.from(
    property.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g),
    ([, quoted, index, key = ""]) => quoted ?? (index === undefined ? key : Number(index)),
  );
}
