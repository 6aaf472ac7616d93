import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { notInstalled } from "./not-installed";

/** Most settings of the compiler that extend one another. */
const MOST_SETTINGS = 10;

/**
 * Node's message on a missing module, by what has to be done; undefined for any other error.
 *
 * @param shown how messages show a path
 */
export function missingModule(
  threw: { readonly message: string; readonly code: string },
  directory: string,
  shown: (path: string) => string,
): string | undefined {
  const [, module, unbuilt] =
    /^Cannot find (?:module|package) '([^']+)'(\. Please verify that the package\.json)?/.exec(
      threw.message,
    ) ?? [];
  if (module === undefined || !/MODULE_NOT_FOUND$/.test(threw.code)) return undefined;
  if (unbuilt !== undefined) {
    return `\`${shown(module)}\` is not there, which the package names as its \`main\`; build the package first`;
  }
  if (module.startsWith(".") || isAbsolute(module)) {
    return `there is no module \`${shown(module)}\``;
  }
  const [, name = "", file] = /^((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(module) ?? [];
  if (file !== undefined && isInstalled(name, directory)) {
    return `the installed \`${name}\` has no \`${file}\`; install the version that the program is written for`;
  }
  if (isMapped(module, join(directory, "tsconfig.json"))) {
    return (
      `\`${module}\` is found by \`paths\` of the compiler's settings, which Node ignores; ` +
      "load what resolves it, such as `tsconfig-paths/register` by `nodeargs` in Pulumi.yaml"
    );
  }
  return `\`${module}\` cannot be found: ${notInstalled(directory)}`;
}

/**
 * Whether the compiler's settings contain the location of a module, or those that they extend:
 * https://www.typescriptlang.org/tsconfig/#paths, #extends.
 */
function isMapped(module: string, settings: string, left = MOST_SETTINGS): boolean {
  if (left === 0 || !existsSync(settings)) return false;
  const text = readFileSync(settings, "utf8");
  const paths = /"paths"\s*:\s*\{([^}]*)/.exec(text)?.[1];
  if (paths !== undefined) return isResolvedBy(paths, module);
  const extended = /"extends"\s*:\s*"(\.[^"]*)"/.exec(text)?.[1];
  if (extended === undefined) return false;
  const file = /\.json$/.test(extended) ? extended : `${extended}.json`;
  return isMapped(module, resolve(dirname(settings), file), left - 1);
}

function isResolvedBy(paths: string, module: string): boolean {
  const patterns = [...paths.matchAll(/"([^"]+)"\s*:/g)].map(([, pattern = ""]) => pattern);
  return patterns.some((pattern) => {
    // One for all modules shows nothing for this one.
    if (pattern === "*") return false;
    const [start = "", end] = pattern.split("*");
    return end === undefined ? module === start : module.startsWith(start) && module.endsWith(end);
  });
}

function isInstalled(name: string, directory: string): boolean {
  const folders = createRequire(join(directory, "program.js")).resolve.paths(name) ?? [];
  return folders.some((folder) => existsSync(join(folder, name)));
}
