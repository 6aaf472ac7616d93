import {
  parse,
  type AnyNode,
  type ArrowFunctionExpression,
  type AssignmentExpression,
  type CallExpression,
  type Expression,
  type FunctionExpression,
  type MemberExpression,
  type ObjectExpression,
  type Pattern,
  type Property,
  type SpreadElement,
  type Statement,
  type Super,
  type TemplateLiteral,
} from "acorn";
import {
  ConfiguredSecret,
  PartialText,
  Unknown,
  isList,
  isRecord,
  type Value,
} from "../../core/snapshot/value";
import { setOwn, type OpenRecord } from "../../core/snapshot/record";
import { HugeValue, lifted, refuseHuge } from "../partial/lift";
import { partialDocument } from "../partial/partial-document";
import { jsonOf, partlyMade } from "../partial/partly-made";
import { memberOf } from "./configured-secret";
import { isPutting, put } from "./put-together";

/** Longer than any policy is. */
const LONGEST_TEXT = 100_000;

/** A function that is not of the form that is read. */
class NotRead extends Error {}

/** What ends the reading: no JavaScript, nesting without end, half a character, a value without end, another form. */
const refusals = [SyntaxError, RangeError, URIError, HugeValue, NotRead];

/**
 * The result of a function of the program that only writes a value: an object, a text with its argument, or `JSON.stringify` of
 * one. Nothing of the program is run. A name from outside the function, and everything computed, is unknown in its place, with
 * the dependencies of the argument.
 *
 * @param text the function as V8 prints it
 * @param given its argument, which may be unknown
 * @returns undefined where the text is not of that form
 */
export function readCallback(text: string, given: Value): Value | undefined {
  try {
    const unknown = lifted([given, new Unknown()], () => null);
    return new CallbackReader(unknown, new Map()).result(functionIn(text), given);
  } catch (error) {
    if (refusals.some((refusal) => error instanceof refusal)) return undefined;
    throw error;
  }
}

type Func = ArrowFunctionExpression | FunctionExpression;

function functionIn(text: string): Func {
  const [only, ...others] = parse(`(${text}\n)`, { ecmaVersion: "latest" }).body;
  if (only?.type !== "ExpressionStatement" || others.length > 0) throw new NotRead();
  if (!isFunction(only.expression)) throw new NotRead();
  return only.expression;
}

function isFunction(node: AnyNode): node is Func {
  return node.type === "ArrowFunctionExpression" || node.type === "FunctionExpression";
}

class CallbackReader {
  readonly #unknown: Value;
  readonly #names: Map<string, Value>;
  /** Names that are declared by `let`. */
  readonly #changing = new Set<string>();

  constructor(unknown: Value, names: ReadonlyMap<string, Value>) {
    this.#unknown = unknown;
    this.#names = new Map(names);
  }

  /** What a function returns that receives a value. */
  result(func: Func, given: Value): Value {
    const [parameter, ...others] = func.params;
    if (func.generator || others.length > 0) throw new NotRead();
    if (parameter !== undefined) this.#bind(parameter, given);
    if (func.body.type !== "BlockStatement") return this.#value(func.body);
    const statements = [...func.body.body];
    const last = statements.pop();
    for (const statement of statements) this.#run(statement);
    if (last?.type !== "ReturnStatement" || !last.argument) throw new NotRead();
    return this.#value(last.argument);
  }

  #run(statement: Statement): void {
    if (statement.type === "ExpressionStatement") {
      const { expression } = statement;
      if (expression.type === "AssignmentExpression") this.#assign(expression);
      else this.#unread(expression);
      return;
    }
    if (statement.type !== "VariableDeclaration" || statement.kind === "var") throw new NotRead();
    for (const { id, init } of statement.declarations) {
      if (!init) throw new NotRead();
      const value = this.#value(init);
      refuseHuge(value);
      this.#bind(id, value);
      if (statement.kind === "let" && id.type === "Identifier") this.#changing.add(id.name);
    }
  }

  /** `text = …` and `text += …` of a variable of this function. */
  #assign({ left, operator, right }: AssignmentExpression): void {
    if (left.type !== "Identifier" || !this.#changing.has(left.name)) throw new NotRead();
    const value = this.#value(right);
    if (operator === "=") this.#names.set(left.name, value);
    else if (operator === "+=") {
      this.#names.set(left.name, this.#added(this.#value(left), value));
    } else throw new NotRead();
    refuseHuge(this.#value(left));
  }

  #bind(pattern: Pattern, value: Value): void {
    if (pattern.type === "Identifier") {
      this.#names.set(pattern.name, value);
    } else if (pattern.type === "ArrayPattern") {
      for (const [at, item] of pattern.elements.entries()) {
        if (item !== null) this.#bind(item, this.#memberOf(value, at));
      }
    } else if (pattern.type === "ObjectPattern") {
      for (const property of pattern.properties) {
        if (property.type === "RestElement" || property.computed) throw new NotRead();
        if (property.key.type !== "Identifier") throw new NotRead();
        this.#bind(property.value, this.#memberOf(value, property.key.name));
      }
    } else {
      throw new NotRead();
    }
  }

  #value(node: Expression): Value {
    if (node.type === "Identifier") return this.#names.get(node.name) ?? this.#unknown;
    if (node.type === "ChainExpression") return this.#value(node.expression);
    if (node.type === "AwaitExpression") return this.#value(node.argument);
    if (node.type === "TemplateLiteral") return this.#template(node);
    if (node.type === "TaggedTemplateExpression" && nameOf(node.tag) === "interpolate") {
      return this.#template(node.quasi);
    }
    const written = this.#written(node);
    return written === undefined ? this.#unread(node) : written;
  }

  /** Undefined for what is computed. */
  #written(node: Expression): Value | undefined {
    if (node.type === "Literal") return literalOf(node.regex ?? node.value);
    if (node.type === "MemberExpression") return this.#member(node);
    if (node.type === "ObjectExpression") return this.#record(node);
    if (node.type === "CallExpression") return this.#called(node);
    if (node.type === "ArrayExpression") {
      const items = node.elements.filter((item) => item !== null && item.type !== "SpreadElement");
      return items.length < node.elements.length
        ? undefined
        : items.map((item) => this.#value(item));
    }
    if (node.type !== "BinaryExpression" || node.operator !== "+") return undefined;
    if (node.left.type === "PrivateIdentifier") return undefined;
    return this.#added(this.#value(node.left), this.#value(node.right));
  }

  #added(...parts: readonly [Value, Value]): Value {
    return parts.some(isText) ? this.#joined(parts) : this.#unknown;
  }

  #template({ expressions, quasis }: TemplateLiteral): Value {
    const put = expressions.map((expression) => this.#value(expression));
    const texts = quasis.map(({ value }) => value.cooked ?? "");
    return this.#joined(texts.flatMap((text, at) => [text, ...put.slice(at, at + 1)]));
  }

  /** Unknown, in place of what is computed; refuses what may change the value of a name. */
  #unread(node: AnyNode): Value {
    for (const part of nodesIn(node)) {
      if (part.type === "AssignmentExpression" || part.type === "UpdateExpression")
        throw new NotRead();
      const named = part.type === "Identifier" ? this.#names.get(part.name) : undefined;
      if (isList(named) || isRecord(named)) throw new NotRead();
    }
    return this.#unknown;
  }

  #member({ object, property, computed }: MemberExpression): Value | undefined {
    if (object.type === "Super") return undefined;
    if (!computed && property.type === "Identifier")
      return this.#memberOf(this.#value(object), property.name);
    const key = property.type === "Literal" ? property.value : undefined;
    return typeof key === "string" || typeof key === "number"
      ? this.#memberOf(this.#value(object), key)
      : undefined;
  }

  #memberOf(value: Value, key: string | number): Value {
    if (isList(value) && typeof key === "number") return value[key] ?? this.#unknown;
    if (isRecord(value) && Object.hasOwn(value, key)) return value[key] ?? this.#unknown;
    if (value instanceof ConfiguredSecret) return memberOf(value, key);
    return value instanceof Unknown ? new Unknown(value.dependsOn, value.secret) : this.#unknown;
  }

  /** Where a key is unknown the whole is: it may be any. */
  #record({ properties }: ObjectExpression): Value {
    const record: OpenRecord = {};
    let isKnown = true;
    for (const property of properties) {
      if (property.type === "SpreadElement") {
        this.#value(property.argument);
        isKnown = false;
        continue;
      }
      if (property.kind !== "init" || property.method) throw new NotRead();
      const key = this.#keyOf(property);
      const value = this.#value(property.value);
      if (typeof key === "string") setOwn(record, key, value);
      else isKnown = false;
    }
    return isKnown ? record : this.#unknown;
  }

  #keyOf({ key, computed }: Property): Value {
    if (computed) return this.#value(key);
    return key.type === "Identifier" ? key.name : String(key.type === "Literal" && key.value);
  }

  /**
   * What functions return that put texts together, and `JSON.stringify`, `getPolicyDocument` of the AWS SDK, and `then` and `apply` of
   * what follows from these.
   */
  #called(call: CallExpression): Value | undefined {
    return this.#encoded(call) ?? this.#puttingTogether(call) ?? this.#following(call);
  }

  /** Secret configuration as base64, which is the same secret. */
  #encoded({ callee, arguments: [given] }: CallExpression): Value | undefined {
    if (given === undefined || isSpread(given)) return undefined;
    if (callee.type === "Identifier" && callee.name === "btoa") return this.#secret(given);
    const isBase64 = given.type === "Literal" && given.value === "base64";
    if (callee.type !== "MemberExpression" || nameOf(callee) !== "toString" || !isBase64) {
      return undefined;
    }
    const { object } = callee;
    if (object.type !== "CallExpression" || object.callee.type !== "MemberExpression") {
      return undefined;
    }
    const isBuffer = nameOf(object.callee.object) === "Buffer" && nameOf(object.callee) === "from";
    const [of] = object.arguments;
    return isBuffer && of !== undefined && !isSpread(of) ? this.#secret(of) : undefined;
  }

  #secret(node: Expression): Value | undefined {
    const value = this.#value(node);
    return value instanceof ConfiguredSecret ? value : undefined;
  }

  #puttingTogether({ callee, arguments: given }: CallExpression): Value | undefined {
    const isOfSdk = callee.type === "MemberExpression" && nameOf(callee.object) === "pulumi";
    const name = (isOfSdk ? "pulumi." : "") + nameOf(callee);
    if (!isPutting(name)) return undefined;
    const values = given.flatMap((each) => (isSpread(each) ? [] : [this.#value(each)]));
    if (values.length < given.length) return undefined;
    const of = callee.type === "MemberExpression" && !isOfSdk ? callee.object : undefined;
    const receiver = of === undefined || of.type === "Super" ? undefined : this.#value(of);
    const parts = put(name, receiver, values);
    return parts === undefined ? undefined : this.#joined(parts);
  }

  #following({ callee, arguments: [first, second] }: CallExpression): Value | undefined {
    if (callee.type !== "MemberExpression" || first === undefined) return undefined;
    if (first.type === "SpreadElement") return undefined;
    const of = nameOf(callee.object);
    const name = nameOf(callee);
    if (of === "JSON" && name === "stringify") {
      const value = this.#value(first);
      refuseHuge(value);
      const isWhole = second === undefined || (second.type === "Literal" && second.value === null);
      return isWhole ? limited(jsonOf(value)) : undefined;
    }
    if (of === "iam" && /^getPolicyDocument(Output)?$/.test(name)) {
      const args = this.#value(first);
      return isRecord(args) ? partialDocument(args) : undefined;
    }
    const isMapped = (name === "then" || name === "apply") && second === undefined;
    if (!isMapped || !isFunction(first) || callee.object.type === "Super") return undefined;
    const value = this.#value(callee.object);
    return new CallbackReader(this.#unknown, this.#names).result(first, value);
  }

  #joined(parts: readonly Value[]): Value {
    const isPlain = parts.every(
      (part) => part instanceof Unknown || typeof part === "string" || typeof part === "number",
    );
    return isPlain
      ? limited(partlyMade(parts, (plain) => plain.map(String).join("")))
      : this.#unknown;
  }
}

function isSpread(node: Expression | SpreadElement): node is SpreadElement {
  return node.type === "SpreadElement";
}

/** The last name of `a` and of `a.b`. */
function nameOf(node: Expression | Super): string {
  if (node.type === "Identifier") return node.name;
  if (node.type !== "MemberExpression" || node.computed) return "";
  return node.property.type === "Identifier" ? node.property.name : "";
}

/** Undefined for a regular expression and a bigint. */
function literalOf(value: unknown): Value | undefined {
  const isRead = value === null || ["string", "number", "boolean"].includes(typeof value);
  return isRead ? (value as Value) : undefined;
}

function isText(value: Value): boolean {
  return typeof value === "string" || value instanceof PartialText;
}

function* nodesIn(node: unknown): Iterable<AnyNode> {
  if (typeof node !== "object" || node === null) return;
  if ("type" in node) yield node as AnyNode;
  for (const part of Object.values(node)) yield* nodesIn(part);
}

function limited(value: Value): Value {
  const parts = value instanceof PartialText ? value.parts : [value];
  const length = parts.reduce<number>(
    (sum, part) => sum + (typeof part === "string" ? part.length : 1),
    0,
  );
  if (length > LONGEST_TEXT) throw new NotRead();
  return value;
}
