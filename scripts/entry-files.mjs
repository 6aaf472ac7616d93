// What the entries of a package need of the built files.
import { existsSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { build } from "esbuild";

/**
 * What built entries load: files by their paths, and packages by their names.
 *
 * @param entries such as `dist/agent/index.js`
 */
export async function loadedBy(entries) {
  const { metafile } = await build({
    ...{ entryPoints: entries, outdir: "dist", bundle: true, packages: "external" },
    ...{ platform: "node", write: false, metafile: true, logLevel: "warning" },
  });
  return { files: Object.keys(metafile.inputs), packages: packagesOf(metafile) };
}

/** Names of the packages that a bundle leaves outside. */
export function packagesOf({ outputs }) {
  const imported = Object.values(outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ external, path }) => external && !path.startsWith(".") && !isBuiltin(path));
  const names = imported.map(({ path }) => /^(?:@[^/]+\/)?[^/]+/.exec(path)[0]);
  return [...new Set(names)].sort();
}

/**
 * Declarations that the types of built entries name, and the entries themselves.
 *
 * @param entries such as `dist/agent/index.d.ts`
 */
export function declaredBy(entries) {
  const declared = [...entries];
  for (const file of declared) {
    for (const [, name] of readFileSync(file, "utf8").matchAll(
      /(?:from|import)\(? ?"(\.[^"]+)"/g,
    )) {
      const [found] = [`${name}.d.ts`, `${name}/index.d.ts`]
        .map((each) => join(file, "..", each))
        .filter((each) => existsSync(each));
      if (found !== undefined && !declared.includes(found)) declared.push(found);
    }
  }
  return declared;
}
