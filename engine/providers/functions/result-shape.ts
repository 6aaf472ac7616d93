import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Scopes under which providers publish their SDKs. */
const SCOPES = ["@pulumi", "@pulumiverse"];

/** What a package declares of a result or an output: its name, and what it is in a word or two. */
export interface ResultProperty {
  readonly name: string;
  readonly is: string;
}

/**
 * Reads the names of a function's results from the type declarations of the package that the program has installed.
 *
 * @param directory the program's folder, from which the package is resolved
 * @returns the names, or undefined where the package does not declare them
 */
export function resultProperties(token: string, directory: string): readonly string[] | undefined {
  return resultsOf(token, directory)?.map(({ name }) => name);
}

/** What a function gives, or what a resource of a type has, by the type declarations of the package; optional ones are left out. */
export function resultsOf(token: string, directory: string): readonly ResultProperty[] | undefined {
  const [pkg = "", modulePath = "", member = ""] = token.split(":");
  const root = packageRoot(pkg, directory);
  if (root === undefined || !/^[\w/.-]+$/.test(modulePath) || !/^\w+$/.test(member)) {
    return undefined;
  }
  const inside = modulePath.replace(/^index(\/|$)/, "");
  for (const path of [`${inside}.d.ts`, join(inside, `${member}.d.ts`)]) {
    const properties = propertiesIn(join(root, path), member);
    if (properties !== undefined) return properties;
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

/**
 * Generated SDKs declare `export interface GetThingResult { readonly name: …; }` and
 * `export declare class Thing extends … { readonly name: pulumi.Output<…>; }`, indented by four spaces.
 */
function propertiesIn(file: string, member: string): readonly ResultProperty[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  const name = `${member.charAt(0).toUpperCase()}${member.slice(1)}`;
  const heads = [`export interface ${name}Result {`, `export declare class ${name} extends `];
  const head = heads.find((each) => text.includes(each));
  if (head === undefined) return undefined;
  const start = text.indexOf(head) + head.length;
  const body = text.slice(start, text.indexOf("\n}", start));
  const found = [...body.matchAll(/^ {4}readonly (\w+)(\??): (.*);$/gm)].map(
    ([, property = "", , type = ""]) => ({ name: property, is: wordFor(type) }),
  );
  return found.length === 0 ? undefined : found;
}

function wordFor(declared: string): string {
  const type = declared.replace(/^pulumi\.Output<(.*)>$/, "$1").replace(/ \| undefined$/, "");
  if (type.endsWith("[]")) return "list";
  if (type === "string" || type.endsWith("ARN")) return "text";
  return type === "number" || type === "boolean" ? type : "object";
}
