import { readdirSync } from "node:fs";
import { join } from "node:path";

const folder = "policy-pack/read/catalogue/kubernetes";

/** The list of the catalogue's products, by the files of its folder: a bundle needs imports that are written down. */
export function catalogueIndex(root: string): { readonly path: string; readonly content: string } {
  const names = readdirSync(join(root, folder))
    .filter((file) => file.endsWith(".ts") && file !== "index.ts")
    .map((file) => file.slice(0, -".ts".length))
    .sort();
  const lines = names.map((name) => `export { default as ${variableOf(name)} } from "./${name}";`);
  const head = "// Every product of the catalogue. `npm run generate` writes this list.";
  return { path: `${folder}/index.ts`, content: `${[head, ...lines].join("\n")}\n` };
}

function variableOf(name: string): string {
  return name.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
