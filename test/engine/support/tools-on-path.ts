import { chmodSync } from "node:fs";
import { join } from "node:path";
import { withFolder } from "./programs";

/** Runs a test with other environment variables. */
export async function withEnvironment<T>(
  variables: Readonly<Record<string, string>>,
  use: () => T | Promise<T>,
): Promise<T> {
  const before = { ...process.env };
  Object.assign(process.env, variables);
  try {
    return await use();
  } finally {
    for (const name of Object.keys(variables)) {
      if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
      else process.env[name] = before[name];
    }
  }
}

/** Runs a test with only the given scripts on the PATH. */
export function withTools<T>(
  scripts: Readonly<Record<string, string>>,
  use: () => T | Promise<T>,
): Promise<T> {
  return withFolder(scripts, (folder) => {
    for (const name of Object.keys(scripts)) chmodSync(join(folder, name), 0o755);
    return withEnvironment({ PATH: folder }, use);
  });
}

/**
 * Replaces kustomize and kubectl: prints the file `printed` of the folder that it is to build.
 *
 * `@/` in it becomes the path from the folder of its argument, as kustomize reports origins.
 */
export const printingTool = `#!${process.execPath}
const { readFileSync } = require("node:fs");
const { join, relative } = require("node:path");
const target = process.argv[3];
const folder = join(target, fieldsOf(target).resources?.[0] ?? "");
process.stdout.write(
  readFileSync(join(folder, "printed"), "utf8").replaceAll("@/", relative(target, folder) + "/"),
);
function fieldsOf(target) {
  try {
    return JSON.parse(readFileSync(join(target, "kustomization.yaml"), "utf8"));
  } catch {
    return {};
  }
}
`;

/** A script that prints a text on standard error and fails. */
export function failingTool(text: string): string {
  return `#!/bin/sh\nprintf '%s\\n' '${text.replaceAll("'", "'\\''")}' >&2\nexit 1\n`;
}
