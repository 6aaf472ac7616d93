import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Version and repository of this package, from its package.json, whether run from source or built. */
export interface PackageFacts {
  readonly version: string;
  /** Its repository, as npm writes it, when the package has one. */
  readonly repository?: string | { readonly url?: string };
  /** The folder of that package.json. */
  readonly folder: string;
}

/** Packages that have all that their code reads. */
const whole = ["pulumi-agentid", "pulumi-agentid-broker"];

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
    const manifest = manifestIn(folder);
    if (manifest !== undefined && whole.includes(manifest.name)) return manifest;
    if (manifest?.name === "pulumi-agentid-policy-pack") own ??= manifest;
    if (dirname(folder) === folder) return own ?? { version: "0.0.0", folder: from };
  }
}

function manifestIn(folder: string): (PackageFacts & { readonly name: string }) | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
      readonly name: string;
      readonly version: string;
    };
    return { ...manifest, folder };
  } catch {
    return undefined;
  }
}
