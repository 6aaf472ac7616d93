import { isAlias, isMap, isScalar, isSeq, type Document, type LineCounter, type Node } from "yaml";
import { nearest } from "../core/nearest";

/** A mistake in a file; the message is `<file>:<line>:<column>: <what is wrong>`. */
export class SettingsProblem extends Error {
  override readonly name = "SettingsProblem";
}

/** The file a place is in. */
interface Origin {
  readonly file: string;
  readonly lines: LineCounter;
}

/** A value in a YAML file with its location, so that a mistake in it can be pointed at. */
export class YamlPlace {
  readonly #node: Node | null;
  readonly #document: Document.Parsed;
  readonly #origin: Origin;
  readonly #path: string;

  /** @param path how messages name it, such as `tenants.acme`; empty for the whole file */
  constructor(node: unknown, document: Document.Parsed, origin: Origin, path: string) {
    const found = node as Node | null;
    this.#node = isAlias(found) ? (found.resolve(document) ?? null) : found;
    this.#document = document;
    this.#origin = origin;
    this.#path = path;
    if (isAlias(found) && this.#node === null) {
      throw this.#problemAt(found, "this alias names no anchor before it; write the value out");
    }
  }

  /** Where it is, in lines and columns from 1. */
  position(): { readonly line: number; readonly column: number } {
    const { line, col } = this.#origin.lines.linePos(this.#node?.range?.[0] ?? 0);
    return { line, column: col };
  }

  /** A mistake here. */
  problem(what: string): SettingsProblem {
    return this.#problemAt(this.#node, this.#path === "" ? what : `\`${this.#path}\`: ${what}`);
  }

  /** The fields of an object that may have these and no others. */
  fields<const K extends string>(allowed: readonly K[]): ReadonlyMap<K, YamlPlace> {
    const found = this.entries(`an object with \`${allowed.join("`, `")}\``);
    for (const { key } of found) key.mustBeOneOf(allowed, "setting");
    return new Map(
      found.filter(({ value }) => !value.#isNull()).map(({ key, value }) => [key.name as K, value]),
    );
  }

  /** All entries of an object; none where nothing is written. */
  entries(wanted: string): readonly { readonly key: YamlKey; readonly value: YamlPlace }[] {
    if (this.#isNull()) return [];
    if (!isMap(this.#node)) throw this.#unfit(wanted);
    return this.#node.items.map((pair) => {
      const node = pair.key as Node | null;
      const name = isScalar(node) ? String(node.source ?? node.value) : "";
      const path = this.#path === "" ? name : `${this.#path}.${name}`;
      const key: YamlKey = {
        name,
        mustBeOneOf: (allowed, what) => {
          if (allowed.includes(name)) return;
          const meant = nearest(name, allowed);
          const hint =
            meant === undefined
              ? `allowed are \`${allowed.join("`, `")}\``
              : `did you mean \`${meant}\`?`;
          throw this.#problemAt(node, `this ${what} is not known; ${hint}`);
        },
      };
      return { key, value: new YamlPlace(pair.value, this.#document, this.#origin, path) };
    });
  }

  /** The items of a list. */
  items(wanted: string): readonly YamlPlace[] {
    if (!isSeq(this.#node)) throw this.#unfit(wanted);
    return this.#node.items.map(
      (item, index) => new YamlPlace(item, this.#document, this.#origin, `${this.#path}[${index}]`),
    );
  }

  /** Text, or a number as it is written: `012345678901` keeps its zero. */
  text(wanted: string): string {
    const node = this.#node;
    if (isScalar(node) && typeof node.value === "string" && node.value !== "") return node.value;
    if (isScalar(node) && typeof node.value === "number") return node.source ?? String(node.value);
    throw this.#unfit(wanted);
  }

  /** One of a few words. */
  choice<const T extends string>(allowed: readonly T[]): T {
    const wanted = `one of \`${allowed.join("`, `")}\``;
    const text = this.text(wanted);
    const chosen = allowed.find((word) => word === text);
    if (chosen !== undefined) return chosen;
    throw this.problem(`this is not allowed; write ${wanted}`);
  }

  /** Whether something is so: `true` or `false`. */
  flag(): boolean {
    const node = this.#node;
    if (isScalar(node) && typeof node.value === "boolean") return node.value;
    throw this.#unfit("`true` or `false`");
  }

  /** An object as plain data. */
  record(wanted: string): Readonly<Record<string, unknown>> {
    if (!isMap(this.#node)) throw this.#unfit(wanted);
    try {
      return this.#node.toJS(this.#document) as Readonly<Record<string, unknown>>;
    } catch {
      throw this.problem("has too many aliases; write the values out");
    }
  }

  #isNull(): boolean {
    return this.#node === null || (isScalar(this.#node) && this.#node.value === null);
  }

  #unfit(wanted: string): SettingsProblem {
    const node = this.#node;
    const found = isMap(node)
      ? "an object"
      : isSeq(node)
        ? "a list"
        : this.#isNull()
          ? "nothing"
          : isScalar(node)
            ? `a ${typeof node.value === "string" ? "text" : "number or word"}`
            : "something else";
    return this.problem(`${found} is there; write ${wanted}`);
  }

  #problemAt(node: Node | null, what: string): SettingsProblem {
    const { file, lines } = this.#origin;
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return new SettingsProblem(`${file}:${line}:${col}: ${what}`);
  }
}

/** A key of an object. */
export interface YamlKey {
  readonly name: string;
  /** Throws a {@link SettingsProblem} where the key is none of the allowed ones. */
  readonly mustBeOneOf: (allowed: readonly string[], what: string) => void;
}
