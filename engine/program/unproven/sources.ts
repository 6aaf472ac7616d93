import { readFileSync, readdirSync, statSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import { basename, dirname, extname, join, resolve } from "node:path";
import type ts from "typescript";

/** No handwritten program has more files or longer ones. */
const [MOST_FILES, LONGEST_FILE] = [500, 500_000];

/** The target of an imported name. */
export interface Imported {
  readonly module: string;
  /** The export: `*` for all of them, `default` for the default one. */
  readonly name: string;
}

/** What a module can do: `harmless` modules cannot load the Pulumi SDK, so that no function of theirs creates a resource. */
export type ModuleKind = "own" | "pulumi" | "harmless";

/** The files of a program, as syntax trees with symbols, and their declarations by name. */
export class ProgramSources {
  readonly program: ts.Program;
  readonly checker: ts.TypeChecker;
  readonly files: readonly ts.SourceFile[];
  readonly #functions = new Map<string, ts.FunctionLikeDeclaration[]>();
  /** Names of parameters and of variables without a function that is written there. */
  readonly #variables = new Set<string>();
  readonly #imports = new Map<string, Imported[]>();
  readonly #kinds = new Map<string, ModuleKind>();

  /** @param directory the folder that packages are looked up from */
  constructor(
    readonly ts: typeof import("typescript"),
    readonly directory: string,
    paths: readonly string[],
  ) {
    this.program = programOf(ts, paths);
    this.checker = this.program.getTypeChecker();
    const wanted = new Set(paths.map((path) => slashed(path)));
    this.files = this.program.getSourceFiles().filter(({ fileName }) => wanted.has(fileName));
    for (const file of this.files) this.#index(file);
  }

  /** The file of a path; undefined where it is none of the program's. */
  file(path: string): ts.SourceFile | undefined {
    return this.files.find(({ fileName }) => fileName === slashed(path));
  }

  /** The functions and methods that are declared by a name. */
  functionsNamed(name: string): readonly ts.FunctionLikeDeclaration[] {
    return this.#functions.get(name) ?? [];
  }

  /** Whether the value of this name may be any function. */
  isVariable(name: string): boolean {
    return this.#variables.has(name);
  }

  /** What a name is imported from, as the program writes it or as TypeScript compiles it (`helpers_1`). */
  importsOf(name: string): readonly Imported[] {
    return this.#imports.get(name) ?? this.#imports.get(name.replace(/_\d+$/, "_1")) ?? [];
  }

  /** What a module can do. */
  kindOf(module: string): ModuleKind {
    const known = this.#kinds.get(module);
    if (known !== undefined) return known;
    const kind = kindOf(module, this.directory);
    this.#kinds.set(module, kind);
    return kind;
  }

  #index(file: ts.SourceFile): void {
    const { ts } = this;
    const visit = (node: ts.Node): void => {
      this.#add(node);
      ts.forEachChild(node, visit);
    };
    visit(file);
  }

  #add(node: ts.Node): void {
    const { ts } = this;
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const module = node.moduleSpecifier.text;
      const { importClause } = node;
      if (importClause?.name !== undefined) this.#import(importClause.name.text, module, "default");
      const bindings = importClause?.namedBindings;
      if (bindings !== undefined && ts.isNamespaceImport(bindings)) {
        this.#import(bindings.name.text, module, "*");
      } else {
        for (const { name, propertyName } of bindings?.elements ?? []) {
          this.#import(name.text, module, (propertyName ?? name).text);
        }
      }
      return;
    }
    if (ts.isImportEqualsDeclaration(node)) {
      const { moduleReference } = node;
      if (!ts.isExternalModuleReference(moduleReference)) return;
      const { expression } = moduleReference;
      if (ts.isStringLiteral(expression)) this.#import(node.name.text, expression.text, "*");
      return;
    }
    if (ts.isVariableDeclaration(node)) this.#addVariable(node);
    if (ts.isParameter(node)) this.#addNames(node.name);
    const isDefault =
      ts.isFunctionDeclaration(node) &&
      node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword) === true;
    for (const name of new Set([nameOfFunction(ts, node), isDefault ? "default" : undefined])) {
      if (name === undefined) continue;
      const declared = node as ts.FunctionLikeDeclaration;
      this.#functions.set(name, [...this.functionsNamed(name), declared]);
    }
  }

  #addVariable({ name, initializer }: ts.VariableDeclaration): void {
    const { ts } = this;
    const required = initializer === undefined ? undefined : moduleRequired(ts, initializer);
    if (required === undefined) {
      if (ts.isIdentifier(name) && initializer !== undefined && isFunction(ts, initializer)) return;
      this.#addNames(name);
    } else if (ts.isIdentifier(name)) {
      this.#import(name.text, required, "*");
    } else if (ts.isObjectBindingPattern(name)) {
      for (const element of name.elements) {
        if (!ts.isIdentifier(element.name)) continue;
        const from = element.propertyName ?? element.name;
        this.#import(element.name.text, required, ts.isIdentifier(from) ? from.text : "*");
      }
    }
  }

  #addNames(name: ts.BindingName): void {
    const { ts } = this;
    if (ts.isIdentifier(name)) this.#variables.add(name.text);
    else {
      for (const element of name.elements) {
        if (!ts.isOmittedExpression(element)) this.#addNames(element.name);
      }
    }
  }

  #import(local: string, module: string, name: string): void {
    const add = (key: string, imported: Imported): void => {
      this.#imports.set(key, [...(this.#imports.get(key) ?? []), imported]);
    };
    add(local, { module, name });
    const base = basename(module).replace(/\.[cm]?[jt]s$/, "");
    add(`${base.replace(/\W/g, "_")}_1`, { module, name: "*" });
  }
}

/** The source files in a folder, without those of packages. */
export function sourcesIn(directory: string): readonly string[] {
  const found: string[] = [];
  const folders = [directory];
  for (const folder of folders) {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (/^(\.|node_modules$)/.test(entry.name)) continue;
      if (entry.isDirectory()) folders.push(path);
      else if (entry.isFile() && isSource(path)) found.push(path);
      if (found.length >= MOST_FILES) return found;
    }
  }
  return found;
}

function isSource(path: string): boolean {
  return /(?<!\.d)\.[cm]?[jt]sx?$/.test(path) && statSync(path).size <= LONGEST_FILE;
}

/** Only the files themselves are read: neither packages nor the library of JavaScript, which would take seconds. */
function programOf(compiler: typeof ts, paths: readonly string[]): ts.Program {
  const known = new Map(paths.map((path) => [slashed(path), path] as const));
  const options: ts.CompilerOptions = {
    allowJs: true,
    noLib: true,
    types: [],
    target: compiler.ScriptTarget.Latest,
    module: compiler.ModuleKind.CommonJS,
  };
  const host: ts.CompilerHost = {
    getSourceFile: (name, target) => {
      const path = known.get(name);
      return path === undefined
        ? undefined
        : compiler.createSourceFile(name, readFileSync(path, "utf8"), target, true);
    },
    resolveModuleNameLiterals: (literals, from) =>
      literals.map(({ text }) => {
        const base = slashed(resolve(dirname(from), text));
        const stem = base.replace(/\.[cm]?js$/, "");
        const found = [base, ...endings.map((end) => stem + end)].find((name) => known.has(name));
        return text.startsWith(".") && found !== undefined
          ? { resolvedModule: { resolvedFileName: found, extension: extname(found) } }
          : { resolvedModule: undefined };
      }),
    fileExists: (name) => known.has(name),
    readFile: (name) => (known.has(name) ? readFileSync(name, "utf8") : undefined),
    getDefaultLibFileName: () => "lib.d.ts",
    getCurrentDirectory: () => "/",
    getCanonicalFileName: (name) => name,
    useCaseSensitiveFileNames: () => true,
    getNewLine: () => "\n",
    writeFile: () => undefined,
  };
  return compiler.createProgram({ rootNames: [...known.keys()], options, host });
}

const endings = [
  ...[".ts", ".js", ".mts", ".cts", ".mjs", ".cjs", ".tsx", ".jsx"],
  ...["/index.ts", "/index.js"],
];

function slashed(path: string): string {
  return path.replaceAll("\\", "/");
}

function kindOf(module: string, directory: string): ModuleKind {
  if (/^[./]/.test(module)) return "own";
  if (isBuiltin(module)) return "harmless";
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(module)?.[0] ?? module;
  if (isOfPulumi(name)) return "pulumi";
  const require = createRequire(join(directory, "program.js"));
  for (const folder of require.resolve.paths(name) ?? []) {
    try {
      const fields = JSON.parse(readFileSync(join(folder, name, "package.json"), "utf8")) as object;
      return loadsPulumi(fields) ? "pulumi" : "harmless";
    } catch {
      // It is not installed in this folder.
    }
  }
  return "own";
}

function loadsPulumi(fields: object): boolean {
  const { dependencies, peerDependencies } = fields as Readonly<Record<string, object | undefined>>;
  return [dependencies, peerDependencies].some((list) => Object.keys(list ?? {}).some(isOfPulumi));
}

function isOfPulumi(name: string): boolean {
  return /^@pulumi(?:verse)?\/|^pulumi-/.test(name);
}

/** The module of `require("…")`. */
export function moduleRequired(compiler: typeof ts, node: ts.Expression): string | undefined {
  if (!compiler.isCallExpression(node) || !compiler.isIdentifier(node.expression)) return undefined;
  const [argument] = node.arguments;
  return node.expression.text === "require" && argument && compiler.isStringLiteral(argument)
    ? argument.text
    : undefined;
}

/** Whether an expression is a function that is written there. */
export function isFunction(
  compiler: typeof ts,
  node: ts.Node,
): node is ts.ArrowFunction | ts.FunctionExpression {
  return compiler.isArrowFunction(node) || compiler.isFunctionExpression(node);
}

/** The name by which a function is called: its own, or that of what it is put into. */
function nameOfFunction(compiler: typeof ts, node: ts.Node): string | undefined {
  if (compiler.isMethodDeclaration(node)) return node.name.getText();
  if (compiler.isFunctionDeclaration(node)) return node.name?.getText() ?? "default";
  if (!isFunction(compiler, node)) return undefined;
  const { parent } = node;
  if (
    compiler.isVariableDeclaration(parent) ||
    compiler.isPropertyAssignment(parent) ||
    compiler.isPropertyDeclaration(parent)
  ) {
    return parent.name.getText();
  }
  if (compiler.isExportAssignment(parent)) return "default";
  return compiler.isBinaryExpression(parent)
    ? /(?<![\w$])([\w$]+)$/.exec(parent.left.getText())?.[1]
    : undefined;
}
