import type ts from "typescript";
import { isFunction, moduleRequired, type ProgramSources } from "./sources";

/** Classes of the Pulumi SDK that are no resources. */
const PLAIN_CLASSES = new Set([
  ...["StringAsset", "FileAsset", "RemoteAsset", "AssetArchive", "FileArchive", "RemoteArchive"],
  ...["Config", "RunError", "ResourceError", "InputPropertiesError"],
]);

/** Functions of the Pulumi SDK that create nothing. */
const PLAIN_FUNCTIONS = new Set([
  ...["output", "all", "concat", "interpolate", "jsonStringify", "jsonParse", "secret", "unsecret"],
  ...["isUnknown", "isSecret", "getStack", "getProject", "getOrganization", "isDryRun", "create"],
  ...["isInstance", "debug", "info", "warn", "error"],
]);

/** Methods that change what they are called on. */
const CHANGING = new Set([
  ...["push", "pop", "shift", "unshift", "splice", "sort", "reverse", "fill", "copyWithin"],
  ...["set", "add", "delete", "clear", "assign", "defineProperty", "defineProperties"],
]);

/** Methods that call what they are handed first. */
const CALLING = new Set([
  ...["map", "forEach", "filter", "reduce", "reduceRight", "some", "every", "flatMap", "find"],
  ...["findIndex", "findLast", "sort", "toSorted", "then", "catch", "finally", "apply"],
]);

/** Functions that run text, or that a name cannot be followed through. */
const UNSAFE = new Set(["eval", "Function", "Reflect", "Proxy", "globalThis", "global", "module"]);

const METHODS: ReadonlySet<string> = new Set(
  [
    ...[Object, Function, Array, String, Number, Boolean, Date, RegExp, Map, Set, Promise],
    ...[URL, URLSearchParams, Buffer, Symbol, BigInt, Error],
  ].flatMap((each) => Object.getOwnPropertyNames(each.prototype)),
);

/**
 * What a function does besides computing its result, as the end of a sentence such as "the callback calls `userFor`"; undefined where
 * it creates no resource and changes nothing outside itself.
 *
 * It is judged by its text alone, with the functions of the program that it calls. What cannot be followed counts as an effect.
 */
export class Effects {
  readonly #judged = new Map<ts.Node, string | undefined>();

  constructor(readonly sources: ProgramSources) {}

  /** The effects of a function, by its source. */
  ofText(text: string): string | undefined {
    const { ts } = this.sources;
    if (/\[native code\]\s*\}$/.test(text.slice(-40))) return "has a text that cannot be read";
    for (const wrapped of [`(${text})`, `({${text}})`]) {
      const parsed = ts.createSourceFile("callback.ts", wrapped, ts.ScriptTarget.Latest, true);
      const { parseDiagnostics = [] } = parsed as { parseDiagnostics?: readonly unknown[] };
      if (parseDiagnostics.length === 0) return this.of(parsed);
    }
    return "has a text that cannot be read";
  }

  /** What the code of a node does, with that of all functions in it. */
  of(node: ts.Node): string | undefined {
    if (this.#judged.has(node)) return this.#judged.get(node);
    this.#judged.set(node, undefined);
    const effect = new EffectsOfNode(this, node).find();
    this.#judged.set(node, effect);
    return effect;
  }

  /** What a function of the program does that is called by a name; undefined also where none has the name. */
  ofNamed(name: string): string | undefined {
    for (const declared of this.sources.functionsNamed(name)) {
      const effect = this.of(declared);
      if (effect !== undefined) return effect;
    }
    return undefined;
  }
}

class EffectsOfNode {
  /** Names that are declared within the node, and whether their value is a function that is written there. */
  readonly #locals = new Map<string, boolean>();

  constructor(
    readonly effects: Effects,
    readonly node: ts.Node,
  ) {
    this.#declare(node);
  }

  find(): string | undefined {
    return this.#visit(this.node);
  }

  get #ts(): typeof import("typescript") {
    return this.effects.sources.ts;
  }

  #declare(node: ts.Node): void {
    const { ts } = this.effects.sources;
    if (ts.isVariableDeclaration(node) || ts.isParameter(node) || ts.isBindingElement(node)) {
      if (ts.isIdentifier(node.name)) {
        const isWritten = node.initializer !== undefined && isFunction(ts, node.initializer);
        this.#locals.set(node.name.text, isWritten);
      }
    }
    if (ts.isFunctionDeclaration(node) && node.name !== undefined && node !== this.node) {
      this.#locals.set(node.name.text, true);
    }
    ts.forEachChild(node, (child) => this.#declare(child));
  }

  #visit(node: ts.Node): string | undefined {
    return this.#ofOne(node) ?? this.#ts.forEachChild(node, (child) => this.#visit(child));
  }

  #ofOne(node: ts.Node): string | undefined {
    const ts = this.#ts;
    if (ts.isNewExpression(node)) return this.#ofNew(node);
    if (ts.isCallExpression(node)) {
      return this.#ofCall(node, node.expression) ?? this.#ofArguments(node);
    }
    if (ts.isTaggedTemplateExpression(node)) return this.#ofCall(node, node.tag);
    if (ts.isDeleteExpression(node)) return this.#ofChange(node.expression);
    if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
      const isStep =
        node.operator === ts.SyntaxKind.PlusPlusToken ||
        node.operator === ts.SyntaxKind.MinusMinusToken;
      return isStep ? this.#ofChange(node.operand) : undefined;
    }
    if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      const isAssignment =
        kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment;
      return isAssignment ? this.#ofChange(node.left) : undefined;
    }
    return undefined;
  }

  #ofNew(node: ts.NewExpression): string | undefined {
    const name = lastName(this.#ts, node.expression);
    const isGlobal =
      name !== undefined && name in globalThis && this.#ts.isIdentifier(node.expression);
    if (name !== undefined && (PLAIN_CLASSES.has(name) || (isGlobal && !UNSAFE.has(name)))) {
      return undefined;
    }
    return `creates ${shown(node.expression)}`;
  }

  #ofChange(target: ts.Expression): string | undefined {
    const root = rootOf(this.#ts, target);
    if (root !== undefined && this.#locals.has(root)) return undefined;
    return `changes ${shown(target)}`;
  }

  /** Functions that are handed on by name may be called. */
  #ofArguments(node: ts.CallExpression): string | undefined {
    const ts = this.#ts;
    const method = ts.isPropertyAccessExpression(node.expression) ? node.expression.name.text : "";
    for (const [at, argument] of node.arguments.entries()) {
      const isName = ts.isIdentifier(argument) || ts.isPropertyAccessExpression(argument);
      const name = isName ? lastName(ts, argument) : undefined;
      if (name === undefined || this.#locals.get(name) === true) continue;
      const isDeclared = this.effects.sources.functionsNamed(name).length > 0;
      const imported = ts.isIdentifier(argument) ? this.effects.sources.importsOf(name) : [];
      const isCalled = CALLING.has(method) && at === 0;
      if (!isDeclared && imported.length === 0 && !isCalled) continue;
      const effect = this.#ofCallee(argument);
      if (effect !== undefined) return effect;
    }
    return undefined;
  }

  #ofCall(
    call: ts.CallExpression | ts.TaggedTemplateExpression,
    called: ts.Expression,
  ): string | undefined {
    const ts = this.#ts;
    if (called.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = ts.isCallExpression(call) ? call.arguments : [];
      const module = argument && ts.isStringLiteralLike(argument) ? argument.text : undefined;
      return this.#ofModule(module);
    }
    const required = ts.isCallExpression(call) ? moduleRequired(ts, call) : undefined;
    if (required !== undefined) return this.#ofModule(required);
    return this.#ofCallee(called);
  }

  #ofModule(module: string | undefined): string | undefined {
    const isHarmless = module !== undefined && this.effects.sources.kindOf(module) === "harmless";
    return isHarmless ? undefined : `loads ${module === undefined ? "a module" : quoted(module)}`;
  }

  /** What calling a function does. */
  #ofCallee(given: ts.Expression): string | undefined {
    const ts = this.#ts;
    const called = unwrapped(ts, given);
    if (isFunction(ts, called)) return undefined;
    // What a function returns was walked with it.
    if (ts.isCallExpression(called)) return undefined;
    if (ts.isIdentifier(called)) return this.#ofFunction(called);
    if (ts.isPropertyAccessExpression(called)) return this.#ofMethod(called, called.name.text);
    if (ts.isElementAccessExpression(called) && ts.isStringLiteralLike(called.argumentExpression)) {
      return this.#ofMethod(called, called.argumentExpression.text);
    }
    return `calls ${shown(called)}`;
  }

  #ofFunction(called: ts.Identifier): string | undefined {
    const { sources } = this.effects;
    const name = called.text;
    const local = this.#locals.get(name);
    if (local === true || /^__\w+$/.test(name)) return undefined;
    const unknown = `calls ${shown(called)}`;
    if (local === false) return unknown;
    const imports = sources.importsOf(name);
    for (const { module, name: imported } of imports) {
      const effect = this.#ofImported(module, imported, unknown);
      if (effect !== undefined) return effect;
    }
    if (sources.functionsNamed(name).length > 0) {
      return sources.isVariable(name) || this.effects.ofNamed(name) !== undefined
        ? unknown
        : undefined;
    }
    if (imports.length > 0) return undefined;
    const isGlobal = name in globalThis && !sources.isVariable(name) && !UNSAFE.has(name);
    return isGlobal ? undefined : unknown;
  }

  #ofImported(module: string, name: string, unknown: string): string | undefined {
    const { sources } = this.effects;
    switch (sources.kindOf(module)) {
      case "harmless":
        return undefined;
      case "pulumi":
        return isPlainFunction(name) ? undefined : unknown;
      case "own":
        return sources.functionsNamed(name).length === 0 || this.effects.ofNamed(name) !== undefined
          ? unknown
          : undefined;
    }
  }

  #ofMethod(
    called: ts.PropertyAccessExpression | ts.ElementAccessExpression,
    name: string,
  ): string | undefined {
    const ts = this.#ts;
    const { sources } = this.effects;
    const unknown = `calls ${shown(called)}`;
    const receiver = unwrapped(ts, called.expression);
    const root = rootOf(ts, receiver);
    if (/^(?:call|apply|bind)$/.test(name)) {
      const target = lastName(ts, receiver);
      const isDeclared = target !== undefined && sources.functionsNamed(target).length > 0;
      return isDeclared ? this.#ofCallee(receiver) : undefined;
    }
    const isLocal = root === undefined || this.#locals.has(root);
    const imports = root === undefined || isLocal ? [] : sources.importsOf(root);
    const isOfValue =
      METHODS.has(name) && !CHANGING.has(name) && sources.functionsNamed(name).length === 0;
    if (imports.length > 0 && !isOfValue) {
      for (const { module } of imports) {
        const effect = this.#ofImported(module, name, unknown);
        if (effect !== undefined) return effect;
      }
      return undefined;
    }
    if (!isLocal && root in globalThis && !sources.isVariable(root)) {
      if (UNSAFE.has(root)) return unknown;
      return CHANGING.has(name) ? this.#ofChangedArgument(called) : undefined;
    }
    if (!isLocal && sources.functionsNamed(name).length > 0) {
      return this.effects.ofNamed(name) === undefined ? undefined : unknown;
    }
    if (METHODS.has(name)) {
      return !isLocal && CHANGING.has(name) ? this.#ofChange(receiver) : undefined;
    }
    return sources.functionsNamed(name).length > 0 && this.effects.ofNamed(name) === undefined
      ? undefined
      : unknown;
  }

  /** `Object.assign(target, …)` changes its first argument. */
  #ofChangedArgument(called: ts.Expression): string | undefined {
    const ts = this.#ts;
    const { parent } = called;
    const [target] = ts.isCallExpression(parent) ? parent.arguments : [];
    if (target === undefined || ts.isObjectLiteralExpression(target)) return undefined;
    return this.#ofChange(target);
  }
}

/** Functions of providers by these names read from a cloud and create nothing. */
function isPlainFunction(name: string): boolean {
  return (
    PLAIN_FUNCTIONS.has(name) ||
    /^get(?:[A-Z]|$)/.test(name) ||
    name === "assumeRolePolicyForPrincipal"
  );
}

/** An expression without what changes no value: brackets, assertions, and `(0, f)` of compiled imports. */
function unwrapped(compiler: typeof ts, node: ts.Expression): ts.Expression {
  if (
    compiler.isParenthesizedExpression(node) ||
    compiler.isAsExpression(node) ||
    compiler.isNonNullExpression(node) ||
    compiler.isSatisfiesExpression(node)
  ) {
    return unwrapped(compiler, node.expression);
  }
  if (
    compiler.isBinaryExpression(node) &&
    node.operatorToken.kind === compiler.SyntaxKind.CommaToken
  ) {
    return unwrapped(compiler, node.right);
  }
  return node;
}

/** The name that a chain of members and calls starts with; undefined where it starts with a literal. */
function rootOf(compiler: typeof ts, given: ts.Expression): string | undefined {
  const node = unwrapped(compiler, given);
  if (compiler.isIdentifier(node)) return node.text;
  if (node.kind === compiler.SyntaxKind.ThisKeyword) return "this";
  if (
    compiler.isPropertyAccessExpression(node) ||
    compiler.isElementAccessExpression(node) ||
    compiler.isCallExpression(node) ||
    compiler.isAwaitExpression(node)
  ) {
    return rootOf(compiler, node.expression);
  }
  return undefined;
}

function lastName(compiler: typeof ts, given: ts.Expression): string | undefined {
  const node = unwrapped(compiler, given);
  if (compiler.isIdentifier(node)) return node.text;
  return compiler.isPropertyAccessExpression(node) ? node.name.text : undefined;
}

/** An expression without what TypeScript makes of imports: `helpers_1.userFor`. */
function shown(node: ts.Node): string {
  return quoted(
    node
      .getText()
      .replace(/\s+/g, " ")
      .replace(/^\(0, ([\w$.]+)\)$/, "$1")
      .replace(/^\w+_\d+\./, ""),
  );
}

function quoted(text: string): string {
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}
