import { join } from "node:path";
import { packageFacts } from "../policy-pack/files/package-facts";

/** Version of the package this file is in. */
export function packageVersion(): string {
  return packageFacts(__dirname).version;
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
