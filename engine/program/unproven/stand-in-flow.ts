import type ts from "typescript";
import type { Effects } from "./effects";
import { isFunction, type ProgramSources } from "./sources";

/** Functions that put a value into a text, a list or an output, where it stays recognisable. */
const PUTTING = new Set([
  ...["stringify", "jsonStringify", "String", "output", "all", "secret", "unsecret", "concat"],
  ...["interpolate", "resolve", "create"],
]);

/** Methods that put what they are called on, or what they are handed, into another value. */
const PUTTING_METHODS = new Set(["toString", "concat", "join", "replace", "replaceAll", "slice"]);

/** Functions that only print. */
const PRINTING = /^(?:console|log|pulumi\.log)$/;

/**
 * Follows a stand-in through the program's source, from the call that returned it.
 *
 * It is proven harmless where it ends in arguments of resources, in outputs of the stack or in texts and lists that do: there
 * it is unknown, and judged as such. Where the program compares it, counts it or passes it to code that cannot be followed, the
 * program may declare something else once the value is known.
 */
export class StandInFlow {
  readonly #names = new Map<string, ts.Identifier[]>();
  readonly #seen = new Set<ts.Node>();

  constructor(
    readonly sources: ProgramSources,
    readonly effects: Effects,
  ) {
    const { ts } = sources;
    const visit = (node: ts.Node): void => {
      if (ts.isIdentifier(node)) {
        const found = this.#names.get(node.text);
        if (found === undefined) this.#names.set(node.text, [node]);
        else found.push(node);
      }
      ts.forEachChild(node, visit);
    };
    for (const file of sources.files) visit(file);
  }

  /**
   * What the program does with what a call gives, besides using it as an input; undefined where it does nothing else.
   *
   * @param names the names that the function may be called by
   * @param members the names of the parts of the value that are stand-ins, wherever the program reads one by such a name; empty
   * where it is one as a whole
   */
  from(
    file: ts.SourceFile,
    line: number,
    { names, members }: { readonly names: readonly string[]; readonly members: readonly string[] },
  ): string | undefined {
    if (members.length > 0) return this.#ofMembers(members);
    const calls = this.#callsAt(file, line, names);
    if (calls.length === 0) return "uses it where it cannot be followed";
    for (const call of calls) {
      const use = this.#ofCall(call);
      if (use !== undefined) return use;
    }
    return undefined;
  }

  #ofMembers(members: readonly string[]): string | undefined {
    const ts = this.#ts;
    for (const name of members.flatMap((member) => this.#names.get(member) ?? [])) {
      const { parent } = name;
      const isRead = ts.isPropertyAccessExpression(parent) && parent.name === name;
      const isBound = ts.isBindingElement(parent) && parent.name === name;
      const use = isRead ? this.#of(parent) : isBound ? this.#ofName(name) : undefined;
      if (use !== undefined) return use;
    }
    return undefined;
  }

  get #ts(): typeof import("typescript") {
    return this.sources.ts;
  }

  #callsAt(file: ts.SourceFile, line: number, names: readonly string[]): ts.CallExpression[] {
    const ts = this.#ts;
    const [named, others]: [ts.CallExpression[], ts.CallExpression[]] = [[], []];
    const visit = (node: ts.Node): void => {
      if (ts.isCallExpression(node)) {
        const name = nameNodeOf(ts, node.expression);
        const start = (name ?? node.expression).getStart(file);
        if (file.getLineAndCharacterOfPosition(start).line + 1 === line) {
          (name !== undefined && names.includes(name.text) ? named : others).push(node);
        }
      }
      ts.forEachChild(node, visit);
    };
    visit(file);
    return named.length > 0 ? named : others;
  }

  /** A call whose result is a stand-in, or a promise of one, and that may fail once it is answered. */
  #ofCall(call: ts.CallExpression): string | undefined {
    const ts = this.#ts;
    for (let node: ts.Node = call; !isBoundary(ts, node); node = node.parent) {
      const { parent } = node;
      if (ts.isTryStatement(parent) && parent.tryBlock === node && parent.catchClause) {
        const effect = this.effects.of(parent.catchClause.block);
        if (effect !== undefined) return `${effect} where the call fails`;
      }
    }
    return this.#of(call);
  }

  /** What is done with the value of an expression. */
  #of(node: ts.Node): string | undefined {
    if (this.#seen.has(node)) return undefined;
    this.#seen.add(node);
    const ts = this.#ts;
    const { parent } = node;
    if (
      ts.isParenthesizedExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isNonNullExpression(parent) ||
      ts.isSatisfiesExpression(parent) ||
      ts.isAwaitExpression(parent) ||
      ts.isTemplateSpan(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      ts.isSpreadElement(parent) ||
      ts.isSpreadAssignment(parent) ||
      ts.isComputedPropertyName(parent) ||
      ts.isShorthandPropertyAssignment(parent) ||
      ts.isPropertyAssignment(parent) ||
      ts.isObjectLiteralExpression(parent)
    ) {
      return this.#of(parent);
    }
    if (ts.isTemplateExpression(parent)) return this.#ofTemplate(parent);
    if (ts.isPropertyAccessExpression(parent)) return this.#ofMember(parent);
    if (ts.isElementAccessExpression(parent)) {
      return parent.expression === node ? this.#of(parent) : `looks up ${shown(parent)}`;
    }
    if (ts.isBinaryExpression(parent)) return this.#ofBinary(parent, node);
    if (ts.isConditionalExpression(parent)) {
      return parent.condition === node ? `tests ${shown(node)}` : this.#of(parent);
    }
    if (ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent)) {
      return parent.initializer === node ? this.#ofBinding(parent.name) : undefined;
    }
    if (ts.isCallExpression(parent) && parent.expression !== node) {
      return this.#ofArgument(parent, node);
    }
    if (ts.isNewExpression(parent) && parent.expression !== node) {
      return this.#ofCreation(parent, node);
    }
    if (ts.isReturnStatement(parent)) return this.#ofResult(functionAround(ts, parent));
    if (ts.isArrowFunction(parent)) return this.#ofResult(parent);
    if (
      ts.isExpressionStatement(parent) ||
      ts.isExportAssignment(parent) ||
      ts.isVoidExpression(parent) ||
      ts.isThrowStatement(parent) ||
      ts.isExportSpecifier(parent)
    ) {
      return undefined;
    }
    const isTest =
      ts.isIfStatement(parent) ||
      ts.isPrefixUnaryExpression(parent) ||
      ts.isSwitchStatement(parent);
    return isTest
      ? `tests ${shown(node)}`
      : `uses it in ${shown(parent)}, which cannot be followed`;
  }

  #ofTemplate(template: ts.TemplateExpression): string | undefined {
    const ts = this.#ts;
    if (!ts.isTaggedTemplateExpression(template.parent)) return this.#of(template);
    const tag = nameNodeOf(ts, template.parent.tag)?.text ?? "";
    return PUTTING.has(tag) ? this.#of(template.parent) : `calls ${shown(template.parent.tag)}`;
  }

  #ofMember(member: ts.PropertyAccessExpression): string | undefined {
    const ts = this.#ts;
    const call = member.parent;
    if (!ts.isCallExpression(call) || call.expression !== member) return this.#of(member);
    const name = member.name.text;
    if (PUTTING_METHODS.has(name)) return this.#of(call);
    if (!/^(?:then|catch|finally|map|flatMap|apply)$/.test(name)) {
      return `calls ${shown(member)}`;
    }
    const [first, ...others] = call.arguments;
    for (const failed of name === "catch" ? call.arguments : others) {
      const effect = this.effects.of(failed);
      if (effect !== undefined) return `${effect} where the call fails`;
    }
    if (name === "catch" || name === "finally" || first === undefined) return this.#of(call);
    return this.#ofFunction(first, 0) ?? this.#of(call);
  }

  #ofBinary(binary: ts.BinaryExpression, operand: ts.Node): string | undefined {
    const ts = this.#ts;
    const { kind } = binary.operatorToken;
    if (kind === ts.SyntaxKind.EqualsToken) {
      return binary.right === operand
        ? (this.#ofTarget(binary.left) ?? this.#of(binary))
        : undefined;
    }
    const isPut =
      kind === ts.SyntaxKind.PlusToken ||
      kind === ts.SyntaxKind.QuestionQuestionToken ||
      kind === ts.SyntaxKind.BarBarToken ||
      ((kind === ts.SyntaxKind.AmpersandAmpersandToken || kind === ts.SyntaxKind.CommaToken) &&
        binary.right === operand);
    if (isPut) return this.#of(binary);
    if (kind === ts.SyntaxKind.PlusEqualsToken) return this.#ofTarget(binary.left);
    return `tests ${shown(binary)}`;
  }

  /** A place that the value is put into. */
  #ofTarget(target: ts.Expression): string | undefined {
    const ts = this.#ts;
    if (ts.isIdentifier(target)) return this.#ofName(target);
    if (ts.isPropertyAccessExpression(target)) {
      const holder = target.expression;
      const isExports =
        (ts.isIdentifier(holder) && holder.text === "exports") ||
        holder.getText() === "module.exports";
      return isExports || this.#hasSymbol(target.name)
        ? this.#ofName(target.name)
        : ts.isIdentifier(holder)
          ? this.#ofName(holder)
          : `uses it in ${shown(target)}, which cannot be followed`;
    }
    if (ts.isElementAccessExpression(target) && ts.isIdentifier(target.expression)) {
      return this.#ofName(target.expression);
    }
    return `uses it in ${shown(target)}, which cannot be followed`;
  }

  #ofBinding(name: ts.BindingName | ts.PropertyName): string | undefined {
    const ts = this.#ts;
    if (ts.isIdentifier(name) || ts.isPrivateIdentifier(name)) return this.#ofName(name);
    if (!ts.isObjectBindingPattern(name) && !ts.isArrayBindingPattern(name)) {
      return `uses it in ${shown(name)}, which cannot be followed`;
    }
    for (const element of name.elements) {
      if (ts.isOmittedExpression(element)) continue;
      const use = this.#ofBinding(element.name);
      if (use !== undefined) return use;
    }
    return undefined;
  }

  #hasSymbol(name: ts.MemberName): boolean {
    return this.#symbolOf(name) !== undefined;
  }

  /** The uses of a name. */
  #ofName(name: ts.Identifier | ts.PrivateIdentifier): string | undefined {
    const ts = this.#ts;
    const symbol = this.#symbolOf(name);
    if (symbol === undefined) return `uses it in ${shown(name)}, which cannot be followed`;
    for (const other of this.#names.get(name.text) ?? []) {
      if (other === name || this.#isDeclared(other)) continue;
      if (this.#symbolOf(other) !== symbol) continue;
      // A member is used as a whole: `config.account`, of which the name is the last part.
      const { parent } = other;
      const isMember = ts.isPropertyAccessExpression(parent) && parent.name === other;
      const use = this.#of(isMember ? parent : other);
      if (use !== undefined) return use;
    }
    return undefined;
  }

  #isDeclared(name: ts.Identifier): boolean {
    const { parent } = name;
    const ts = this.#ts;
    return (
      (ts.isVariableDeclaration(parent) ||
        ts.isParameter(parent) ||
        ts.isBindingElement(parent) ||
        ts.isPropertyDeclaration(parent) ||
        ts.isImportSpecifier(parent) ||
        ts.isExportSpecifier(parent) ||
        ts.isImportClause(parent)) &&
      parent.name === name
    );
  }

  #symbolOf(name: ts.Node): ts.Symbol | undefined {
    const ts = this.#ts;
    const { checker } = this.sources;
    const { parent } = name;
    const symbol = ts.isShorthandPropertyAssignment(parent)
      ? checker.getShorthandAssignmentValueSymbol(parent)
      : checker.getSymbolAtLocation(name);
    if (symbol === undefined) return undefined;
    return (symbol.flags & ts.SymbolFlags.Alias) === 0 ? symbol : checker.getAliasedSymbol(symbol);
  }

  #ofArgument(call: ts.CallExpression, argument: ts.Node): string | undefined {
    const ts = this.#ts;
    const name = nameNodeOf(ts, call.expression);
    const method = ts.isPropertyAccessExpression(call.expression) ? call.expression : undefined;
    const text = name?.text ?? "";
    const holder = method?.expression.getText() ?? "";
    if (PRINTING.test(holder)) return undefined;
    if (PUTTING.has(text) || (text === "all" && holder === "Promise")) return this.#of(call);
    if (method !== undefined && PUTTING_METHODS.has(text)) return this.#of(call);
    if (method !== undefined && (text === "push" || text === "unshift")) {
      return this.#ofTarget(method.expression);
    }
    const at = call.arguments.indexOf(argument as ts.Expression);
    const declared = name === undefined ? undefined : this.#declarationOf(name);
    if (declared !== undefined) return this.#ofFunction(declared, at);
    const root = /^\w+/.exec(holder)?.[0] ?? text;
    const isProvider = this.sources
      .importsOf(root)
      .some(({ module }) => this.sources.kindOf(module) === "pulumi");
    // The answer is a stand-in of its own, which is reported at its call.
    return isProvider && /^get(?:[A-Z]|$)/.test(text)
      ? undefined
      : `calls ${shown(call.expression)}`;
  }

  /** What a function does with one of the values that it is handed. */
  #ofFunction(given: ts.Node, at: number): string | undefined {
    const ts = this.#ts;
    const declared = isCallable(ts, given)
      ? given
      : ts.isIdentifier(given) || ts.isPropertyAccessExpression(given)
        ? this.#declarationOf(ts.isIdentifier(given) ? given : given.name)
        : undefined;
    if (declared === undefined) return `calls ${shown(given)}`;
    const parameter = declared.parameters[Math.min(at, declared.parameters.length - 1)];
    if (parameter === undefined) return undefined;
    return this.#ofBinding(parameter.name);
  }

  #declarationOf(name: ts.Node): ts.FunctionLikeDeclaration | undefined {
    const ts = this.#ts;
    const [declaration, ...others] = this.#symbolOf(name)?.declarations ?? [];
    if (declaration === undefined || others.length > 0) return undefined;
    if (isCallable(ts, declaration)) return declaration;
    const initializer =
      ts.isVariableDeclaration(declaration) ||
      ts.isPropertyAssignment(declaration) ||
      ts.isPropertyDeclaration(declaration)
        ? declaration.initializer
        : undefined;
    return initializer !== undefined && isFunction(ts, initializer) ? initializer : undefined;
  }

  #ofCreation(creation: ts.NewExpression, argument: ts.Node): string | undefined {
    const ts = this.#ts;
    const name = nameNodeOf(ts, creation.expression);
    if (name === undefined || (ts.isIdentifier(creation.expression) && name.text in globalThis)) {
      return `calls ${shown(creation)}`;
    }
    const [declaration] = this.#symbolOf(name)?.declarations ?? [];
    if (declaration === undefined || !ts.isClassDeclaration(declaration)) return undefined;
    const made = declaration.members.find((member) => ts.isConstructorDeclaration(member));
    const at = creation.arguments?.indexOf(argument as ts.Expression) ?? 0;
    return made === undefined ? undefined : this.#ofFunction(made, at);
  }

  /** What is done with what a function returns. */
  #ofResult(declared: ts.FunctionLikeDeclaration | undefined): string | undefined {
    if (declared === undefined || this.#seen.has(declared)) return undefined;
    this.#seen.add(declared);
    const ts = this.#ts;
    let node: ts.Node = declared;
    while (ts.isParenthesizedExpression(node.parent)) node = node.parent;
    const { parent } = node;
    if (ts.isExportAssignment(parent)) return undefined;
    if (ts.isCallExpression(parent)) {
      if (parent.expression === node) return this.#of(parent);
      const method = nameNodeOf(ts, parent.expression)?.text ?? "";
      // What a callback of a promise, a list or an output returns is in what the call gives.
      return /^(?:then|map|flatMap|apply)$/.test(method)
        ? this.#of(parent)
        : `calls ${shown(parent.expression)}`;
    }
    if (ts.isBinaryExpression(parent) && /^(?:module\.)?exports$/.test(parent.left.getText())) {
      return undefined;
    }
    const name = isFunction(ts, declared)
      ? ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)
        ? parent.name
        : undefined
      : declared.name;
    const isDefault =
      ts.isFunctionDeclaration(declared) &&
      declared.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true;
    if (name === undefined || !ts.isIdentifier(name)) {
      return isDefault ? undefined : `uses it in ${shown(parent)}, which cannot be followed`;
    }
    return this.#ofCalls(name);
  }

  #ofCalls(name: ts.Identifier): string | undefined {
    const ts = this.#ts;
    const symbol = this.#symbolOf(name);
    if (symbol === undefined) return `uses it in ${shown(name)}, which cannot be followed`;
    for (const other of this.#names.get(name.text) ?? []) {
      if (other === name || this.#isDeclared(other) || this.#symbolOf(other) !== symbol) continue;
      let called: ts.Node = other;
      if (ts.isPropertyAccessExpression(called.parent) && called.parent.name === called) {
        called = called.parent;
      }
      const { parent } = called;
      if (ts.isExportSpecifier(parent) || ts.isExportAssignment(parent)) continue;
      if (!ts.isCallExpression(parent) || parent.expression !== called) {
        return `uses it in ${shown(parent)}, which cannot be followed`;
      }
      const use = this.#ofCall(parent);
      if (use !== undefined) return use;
    }
    return undefined;
  }
}

function isBoundary(compiler: typeof ts, node: ts.Node): boolean {
  return compiler.isSourceFile(node) || isCallable(compiler, node);
}

function isCallable(compiler: typeof ts, node: ts.Node): node is ts.FunctionLikeDeclaration {
  return (
    isFunction(compiler, node) ||
    compiler.isFunctionDeclaration(node) ||
    compiler.isMethodDeclaration(node) ||
    compiler.isConstructorDeclaration(node)
  );
}

function functionAround(
  compiler: typeof ts,
  node: ts.Node,
): ts.FunctionLikeDeclaration | undefined {
  for (let { parent } = node; !compiler.isSourceFile(parent); { parent } = parent) {
    if (isCallable(compiler, parent)) return parent;
  }
  return undefined;
}

function nameNodeOf(compiler: typeof ts, node: ts.Expression): ts.Identifier | undefined {
  if (compiler.isIdentifier(node)) return node;
  return compiler.isPropertyAccessExpression(node) && compiler.isIdentifier(node.name)
    ? node.name
    : undefined;
}

function shown(node: ts.Node): string {
  const text = node.getText().replace(/\s+/g, " ");
  return `\`${text.length > 60 ? `${text.slice(0, 59)}…` : text}\``;
}
