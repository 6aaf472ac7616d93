import { createRequire } from "node:module";
import { join } from "node:path";

/**
 * The cure for a program that does not compile because its project has no TypeScript; empty if it has one.
 *
 * Source: `@pulumi/pulumi/typescript-shim.js`, which takes TypeScript 3.8 of its own in that case. An SDK without this file
 * brings none.
 */
export function olderCompiler(programDirectory: string): string {
  const shim = resolved("@pulumi/pulumi/typescript-shim.js", join(programDirectory, "program.js"));
  if (shim === undefined || resolved("typescript", shim) !== undefined) return "";
  return (
    "; the project has no TypeScript, so Pulumi compiled it by its own 3.8: " +
    `run \`npm install --save-dev typescript\` in \`${programDirectory}\``
  );
}

function resolved(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
