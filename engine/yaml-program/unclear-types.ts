import type { SnapshotNote } from "../../core/snapshot/resource";
import { PROVIDERS } from "./providers";
import { CUSTOM_OBJECT, kindOf } from "./tokens";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * A note on a resource that was not judged, since its type may be mistyped or that of a component; undefined for a known
 * type.
 *
 * @param type as it is written, in full
 * @param packages those that the program declares by a source of their own
 * @param directory the program's folder
 */
export function unclearTypeNote(
  type: string,
  packages: ReadonlySet<string>,
  directory: string,
): Pick<SnapshotNote, "kind" | "message"> | undefined {
  if (type === CUSTOM_OBJECT || type.startsWith(PROVIDERS)) return undefined;
  switch (kindOf(type, packages)) {
    case "component":
      return undefined;
    case "custom": {
      const message = mistypedNote(type, directory);
      return message === undefined ? undefined : { kind: "unrendered", message };
    }
    case "unclear":
      return {
        kind: "opaque-component",
        message: `\`${type}\` is of an unknown package: where it is a component, its resources were not judged`,
      };
  }
}

/** Packages whose resources decide what is judged, so that a mistyped one would be missed. */
const READ = new Set(["aws", "kubernetes", "random"]);

/**
 * Returns why a type is none of its package's SDK; undefined where it is one, and without an installed SDK.
 *
 * @param directory the program's folder, whose SDK comes before that beside this package
 */
function mistypedNote(type: string, directory: string): string | undefined {
  const [pkg = "", module = "", member = ""] = type.split(":");
  const sdk = READ.has(pkg) ? sdkOf(pkg, directory) : undefined;
  if (sdk === undefined || hasType(sdk.root, pkg, module, member)) return undefined;
  return `\`${type}\` is no type that \`@pulumi/${pkg}\` ${sdk.version} has, so it was not judged: it is mistyped, or of another version`;
}

interface Sdk {
  readonly root: string;
  readonly version: string;
}

function sdkOf(pkg: string, directory: string): Sdk | undefined {
  for (const from of [join(directory, "program.js"), __filename]) {
    try {
      const file = createRequire(from).resolve(`@pulumi/${pkg}/package.json`);
      const { version } = JSON.parse(readFileSync(file, "utf8")) as { version: string };
      return { root: dirname(file), version };
    } catch {
      // Not installed there.
    }
  }
  return undefined;
}

/** Generated SDKs have a file a type, in a folder a module; names of files differ from those of types by their case. */
function hasType(root: string, pkg: string, module: string, member: string): boolean {
  const folder = join(root, folderOf(pkg, module));
  const wanted = member.toLowerCase();
  // `index.js` is the folder's own.
  const names = new Set([`${wanted}.js`, `${wanted}_.js`]);
  return filesIn(folder).some(
    (file) =>
      names.has(file.toLowerCase()) &&
      readFileSync(join(folder, file), "utf8").includes(`'${pkg}:${module}:${member}'`),
  );
}

/** `aws:iam/role:Role` is in `iam`, `kubernetes:rbac.authorization.k8s.io/v1:Role` in `rbac/v1`. */
function folderOf(pkg: string, module: string): string {
  const [first = "", second = ""] = module.split("/");
  if (pkg === "kubernetes") return join(first.split(".")[0] ?? "", second);
  return first === "index" ? "" : first;
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
