import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Alias,
  type Document,
  type Node,
  type YAMLMap,
  Scalar,
} from "yaml";
import { Secret, Unknown, type Urn, type Value } from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { mayBeUnread } from "../program/configuration";
import { messageOf } from "../yaml-text";
import { outputOf, type Declared } from "./declared";
import { builtins, plainText, stepInto, type Folders } from "./functions";
import { HugeValue, lifted, refuseHuge } from "../partial/lift";
import { partlyMade } from "../partial/partly-made";
import { ProgramProblem, offsetOf } from "./problem";
import { readReferences, type Step, type TextPart } from "./references";

type Reference = Extract<TextPart, { readonly kind: "reference" }>;

/** The value of a name of the program. */
export type Named =
  | { readonly kind: "value"; readonly value: Value; readonly from: ReadonlySet<Urn> }
  | { readonly kind: "resource"; readonly resource: Declared };

/** What an expression is worth, and whose outputs it is made of. */
export interface Evaluated {
  readonly value: Value;
  readonly from: ReadonlySet<Urn>;
}

/** What the evaluator needs of the program around it. */
export interface Surroundings {
  /** What aliases of YAML are looked up in. */
  readonly document: Document;
  /** Where files are read from. */
  readonly folders: Folders;
  /** The value of a name; undefined where the program declares none. */
  readonly lookUp: (name: string) => Named | undefined;
  /** The sources of further configuration that were not read, in words. */
  readonly unread: string;
  /** Calls a provider's function. */
  readonly invoke: (call: Call) => Value;
}

/** A call of a provider's function. */
export interface Call {
  readonly token: string;
  readonly args: Value;
  /** The one result that is wanted. */
  readonly wanted?: string;
  /** The provider that is called, where the call names one. */
  readonly provider?: Declared;
  /** The resource whose provider is called otherwise. */
  readonly parent?: Declared;
}

/** More aliases than a program has, so that none that multiply exhaust memory. */
const MAX_ALIASES = 1000;

/** Evaluates the expressions of a program in YAML. Throws a {@link ProgramProblem} at what is none. */
export class Evaluator {
  #from = new Set<Urn>();
  #aliases = 0;

  constructor(readonly surroundings: Surroundings) {}

  /** Evaluates an expression on its own. */
  evaluate(node: Node | null | undefined): Evaluated {
    const outer = this.#from;
    this.#from = new Set();
    try {
      const value = this.#value(node);
      refuseHuge(value);
      return { value, from: this.#from };
    } catch (error) {
      if (error instanceof HugeValue) throw new ProgramProblem(error.message, offsetOf(node));
      // Deeper than the stack of this process.
      if (!(error instanceof RangeError)) throw error;
      throw new ProgramProblem("this refers to too long a chain", offsetOf(node));
    } finally {
      this.#from = outer;
    }
  }

  /** The resource that an expression is: `${one}`, and nothing else. */
  resourceOf(node: Node | null): Declared | undefined {
    if (!isScalar(node) || typeof node.value !== "string") return undefined;
    const [part, ...more] = this.#parts(node.value, node);
    if (part?.kind !== "reference" || part.steps.length > 0 || more.length > 0) return undefined;
    const named = this.#named(part, node);
    return named.kind === "resource" ? named.resource : undefined;
  }

  /** The resources that an expression names: `${one}`, or a list of such. */
  resourcesIn(node: Node | undefined): readonly Declared[] {
    if (node === undefined || (isScalar(node) && node.value === null)) return [];
    if (isAlias(node)) return this.resourcesIn(this.#aliased(node));
    if (isSeq<Node>(node)) return node.items.flatMap((item) => this.resourcesIn(item));
    const resource = this.resourceOf(node);
    if (resource !== undefined) return [resource];
    throw new ProgramProblem("a resource is named here, such as `${name}`", offsetOf(node));
  }

  #value(node: Node | null | undefined): Value {
    if (node === null || node === undefined) return null;
    if (isAlias(node)) return this.#value(this.#aliased(node));
    if (isSeq<Node | null>(node)) return node.items.map((item) => this.#value(item));
    if (isMap<Node, Node | null>(node)) {
      const [only] = node.items;
      const key = only !== undefined && isScalar(only.key) ? String(only.key.value) : "";
      if (/^fn::/i.test(key) && node.items.length === 1) {
        return this.#called(key, only?.value ?? null, node);
      }
      return this.#record(node);
    }
    const value = isScalar(node) ? scalarValue(node) : null;
    return typeof value === "string" ? this.#text(value, node) : value;
  }

  /** A map, whose keys may refer to values too; of keys that are not known, the whole map is not. */
  #record(node: YAMLMap<Node, Node | null>): Value {
    const keys = node.items.map(({ key }) => this.#key(key));
    const values = node.items.map(({ value }) => this.#value(value));
    return lifted(keys, (names) => {
      const record: OpenRecord = {};
      for (const [at, name] of names.entries()) setOwn(record, name as string, values[at] ?? null);
      return record;
    });
  }

  #key(key: Node): Value {
    const value = isScalar(key) ? this.#text(plainText(key.value as Value), key) : null;
    if (typeof value === "string" || value instanceof Unknown || value instanceof Secret)
      return value;
    throw new ProgramProblem("a key of a map is a text", offsetOf(key));
  }

  #aliased(alias: Alias): Node {
    this.#aliases++;
    const node = alias.resolve(this.surroundings.document);
    if (node === undefined || this.#aliases > MAX_ALIASES) {
      throw new ProgramProblem("this alias cannot be followed", offsetOf(alias));
    }
    return node;
  }

  #text(text: string, node: Node): Value {
    const parts = this.#parts(text, node).map((part) =>
      part.kind === "text" ? part.text : this.#referred(part, node),
    );
    const [only = ""] = parts;
    if (parts.length === 1) return only;
    return partlyMade(parts, (plain) => plain.map(plainText).join(""));
  }

  #parts(text: string, node: Node): readonly TextPart[] {
    const read = readReferences(text);
    if (read.kind === "problem") throw new ProgramProblem(read.problem, offsetOf(node));
    return read.parts;
  }

  #referred(reference: Reference, node: Node): Value {
    const named = this.#named(reference, node);
    if (named.kind === "resource") {
      this.#from.add(named.resource.urn);
      return outputOf(named.resource, reference.steps);
    }
    for (const urn of named.from) this.#from.add(urn);
    return this.#stepped(reference.steps, named.value, node);
  }

  #stepped(steps: readonly Step[], value: Value, node: Node): Value {
    try {
      return steps.reduce(stepInto, value);
    } catch (error) {
      throw new ProgramProblem(messageOf(error), offsetOf(node));
    }
  }

  #named(reference: Reference, node: Node): Named {
    const named = this.surroundings.lookUp(reference.root);
    if (named !== undefined) return named;
    const { unread } = this.surroundings;
    const message = `\`${reference.root}\` is no resource, variable or configuration of this program`;
    const given = unread === "" ? "" : `; give it with --config ${reference.root}=VALUE`;
    throw new ProgramProblem(message + mayBeUnread(unread) + given, offsetOf(node));
  }

  #called(name: string, argument: Node | null, node: Node): Value {
    const lower = name.toLowerCase();
    if (lower === "fn::invoke") return this.#invoked(argument, node);
    if (lower === "fn::stackreference") {
      return this.#asked(
        { token: "pulumi:pulumi:StackReference", args: this.#value(argument) },
        node,
      );
    }
    const builtin = Object.hasOwn(builtins, lower) ? builtins[lower] : undefined;
    if (builtin !== undefined) {
      const value = this.#value(argument);
      try {
        return builtin(value, this.surroundings.folders);
      } catch (error) {
        throw new ProgramProblem(`\`${name}\` ${messageOf(error)}`, offsetOf(node));
      }
    }
    // Short for `fn::invoke`: `fn::aws:iam:getPolicyDocument`.
    if (/^fn::[^:]+:[^:]+(:[^:]+)?$/.test(name)) {
      return this.#asked({ token: name.slice("fn::".length), args: this.#value(argument) }, node);
    }
    throw new ProgramProblem(`there is no function \`${name}\``, offsetOf(node));
  }

  #invoked(argument: Node | null, node: Node): Value {
    if (!isMap<Node, Node | null>(argument)) {
      throw new ProgramProblem("`fn::invoke` takes a map", offsetOf(node));
    }
    const part = (name: string): Node | undefined => fieldOf(argument, name);
    const [token, wanted] = [part("function"), part("return")];
    if (!isScalar(token) || typeof token.value !== "string") {
      throw new ProgramProblem("`fn::invoke` names no `function`", offsetOf(node));
    }
    const options = part("options");
    const option = (name: string): Declared | undefined => {
      if (!isMap<Node, Node | null>(options)) return undefined;
      return this.resourcesIn(fieldOf(options, name))[0];
    };
    const [provider, parent] = [option("provider"), option("parent")];
    return this.#asked(
      {
        token: token.value,
        args: this.#value(part("arguments")) ?? {},
        ...(isScalar(wanted) && { wanted: String(wanted.value) }),
        ...(provider !== undefined && { provider }),
        ...(parent !== undefined && { parent }),
      },
      node,
    );
  }

  #asked(call: Call, node: Node): Value {
    try {
      return this.surroundings.invoke(call);
    } catch (error) {
      if (error instanceof ProgramProblem) throw error;
      throw new ProgramProblem(`\`${call.token}\` ${messageOf(error)}`, offsetOf(node));
    }
  }
}

/** A field of the language, in any case. */
function fieldOf(map: YAMLMap<Node, Node | null>, name: string): Node | undefined {
  const found = map.items.find(
    ({ key }) => isScalar(key) && String(key.value).toLowerCase() === name,
  );
  return found?.value ?? undefined;
}

/**
 * What a scalar is worth to Pulumi, which reads numbers as Go's YAML 1.1 does, with `_` between digits and octals that start
 * with `0`: https://github.com/go-yaml/yaml/blob/v3/resolve.go.
 */
function scalarValue(scalar: Scalar): Value {
  const { source = "", tag, type, value } = scalar;
  const number = type === Scalar.PLAIN && tag === undefined ? numberOf(source) : undefined;
  return number ?? (value as Value | undefined) ?? null;
}

function numberOf(source: string): number | undefined {
  if (!/^[-+.]?\d/.test(source)) return undefined;
  const plain = source.replaceAll("_", "");
  const [, sign, based, octal] = /^([-+]?)(?:(0[xob][\da-f]+)|0([0-7]+))$/i.exec(plain) ?? [];
  if (based !== undefined || octal !== undefined) {
    const number = Number(based ?? `0o${octal}`);
    if (Number.isNaN(number)) return undefined;
    return sign === "-" ? -number : number;
  }
  return /^[-+]?(\.\d+|\d+(\.\d*)?)(e[-+]?\d+)?$/i.test(plain) ? Number(plain) : undefined;
}
