import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** Version and documentation of this package, from its package.json, whether run from source or built. */
export interface PackageFacts {
  readonly version: string;
  /** Where the documentation is, when the package says so. */
  readonly homepage?: string;
}

/** Reads the package.json nearest above a folder that is this package's, not the pack's own. */
export function packageFacts(from: string = __dirname): PackageFacts {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = readManifest(join(folder, "package.json"));
    if (found?.name === "pulumi-agentid") return found;
    if (dirname(folder) === folder) return { version: "0.0.0" };
  }
}

function readManifest(file: string): (PackageFacts & { readonly name: string }) | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as PackageFacts & { readonly name: string };
  } catch {
    return undefined;
  }
}
