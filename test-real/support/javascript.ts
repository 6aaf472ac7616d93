import ts from "typescript";
import type { Files } from "./files";

const compilerOptions: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.CommonJS,
  esModuleInterop: true,
};

/**
 * The files of a program with its TypeScript compiled, as a team that builds before it deploys has them: Pulumi's own loader
 * does that again in every run, and in between maps the stack of each resource back. Files without TypeScript stay as they are.
 */
export function asJavaScript(files: Files): Files {
  if (!Object.keys(files).some(isTypeScript)) return files;
  return Object.fromEntries(
    Object.entries(files).map(([path, text]) => {
      if (path === "Pulumi.yaml") return [path, withoutLoader(text)];
      if (!isTypeScript(path)) return [path, text];
      const { outputText } = ts.transpileModule(text, { compilerOptions, fileName: path });
      return [path.replace(/\.ts$/, ".js"), outputText];
    }),
  );
}

function isTypeScript(path: string): boolean {
  return path.endsWith(".ts");
}

function withoutLoader(settings: string): string {
  return settings
    .replace(/^runtime: nodejs$/m, "runtime: { name: nodejs, options: { typescript: false } }")
    .replace(/^(main: .*)\.ts$/m, "$1.js");
}
