import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Scopes under which providers publish their SDKs. */
const SCOPES = ["@pulumi", "@pulumiverse"];

/**
 * Reads the names of a function's results from the type declarations of the package that the program has installed.
 *
 * @param directory the program's folder, from which the package is resolved
 * @returns the names, or undefined where the package does not declare them
 */
export function resultProperties(token: string, directory: string): readonly string[] | undefined {
  const [pkg = "", modulePath = "", member = ""] = token.split(":");
  const root = packageRoot(pkg, directory);
  if (root === undefined || !/^[\w/.-]+$/.test(modulePath) || !/^\w+$/.test(member)) {
    return undefined;
  }
  const inside = modulePath.replace(/^index(\/|$)/, "");
  for (const path of [`${inside}.d.ts`, join(inside, `${member}.d.ts`)]) {
    const names = propertiesIn(join(root, path), member);
    if (names !== undefined) return names;
  }
  return undefined;
}

function packageRoot(pkg: string, directory: string): string | undefined {
  if (!/^[\w-]+$/.test(pkg)) return undefined;
  const require = createRequire(join(directory, "program.js"));
  for (const scope of SCOPES) {
    try {
      return dirname(require.resolve(`${scope}/${pkg}/package.json`));
    } catch {
      // Not published under this scope, or not installed.
    }
  }
  return undefined;
}

/** Generated SDKs declare `export interface GetThingResult { readonly name: …; }`, indented by four spaces. */
function propertiesIn(file: string, member: string): readonly string[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const head = `export interface ${member.charAt(0).toUpperCase()}${member.slice(1)}Result {`;
  const start = text.indexOf(head);
  if (start < 0) return undefined;
  const body = text.slice(start + head.length, text.indexOf("\n}", start));
  const names = [...body.matchAll(/^ {4}readonly (\w+)\??:/gm)].map(([, name]) => name ?? "");
  return names.length === 0 ? undefined : names;
}
