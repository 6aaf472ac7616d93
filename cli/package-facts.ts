import { join } from "node:path";
import { packageFacts } from "../policy-pack/crossguard/package-facts";

/** Version of the package this file is in. */
export function packageVersion(): string {
  return packageFacts(__dirname).version;
}

/** Where a rule's page is: an address where the package has a homepage, else its path in the package. */
export function docOf(rule: string): string {
  const { homepage } = packageFacts(__dirname);
  const path = rule === "agentid" ? "docs/cli.md" : `docs/rules/${rule}.md`;
  return homepage === undefined ? path : new URL(path, homepage).href;
}

/** The folder of the policy pack, for the engine. */
export function packFolder(): string {
  return join(packageFacts(__dirname).folder, "policy-pack");
}

/** The module of the plugin that makes our components, as built or from source like this file. */
export function providerModule(): string {
  const { folder } = packageFacts(__dirname);
  return join(folder, __filename.endsWith(".ts") ? "provider/index" : "dist/provider/index");
}
