import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Version and documentation of this package, from its package.json, whether run from source or built. */
export interface PackageFacts {
  readonly version: string;
  /** Where the documentation is, when the package says so. */
  readonly homepage?: string;
}

const found = new Map<string, PackageFacts>();

/** Reads, once, the package.json of this package above a folder; where the pack is published alone, the pack's own. */
export function packageFacts(from: string = __dirname): PackageFacts {
  const facts = found.get(from) ?? nearest(from);
  found.set(from, facts);
  return facts;
}

function nearest(from: string): PackageFacts {
  let own: PackageFacts | undefined;
  for (let folder = from; ; folder = dirname(folder)) {
    const manifest = readManifest(join(folder, "package.json"));
    if (manifest?.name === "pulumi-agentid") return manifest;
    if (manifest?.name === "pulumi-agentid-policy-pack") own ??= manifest;
    if (dirname(folder) === folder) return own ?? { version: "0.0.0" };
  }
}

function readManifest(file: string): (PackageFacts & { readonly name: string }) | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PackageFacts & { readonly name: string };
  } catch {
    return undefined;
  }
}
