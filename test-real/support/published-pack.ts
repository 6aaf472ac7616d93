import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { checkout } from "./checkout";
import { npm } from "./npm";
import { temporaryFolder } from "./temporary";

/**
 * The policy pack as Pulumi Cloud hands it to who previews: the folder alone, packed by npm, unpacked into an empty
 * folder, and its dependencies installed there.
 *
 * Source: pulumi/pulumi, pkg/backend/httpstate/policypack.go (Publish, completeNodeJSInstall).
 */
export async function publishedPack(): Promise<string> {
  const folder = join(temporaryFolder(), "published");
  mkdirSync(folder);
  const printed = await npm(
    ["pack", "--ignore-scripts", "--json", "--pack-destination", folder],
    join(checkout, "policy-pack"),
  );
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  execFileSync("tar", ["-xzf", join(folder, filename), "-C", folder]);
  const pack = join(folder, "package");
  await npm(["install", "--no-audit", "--no-fund", "--prefer-offline"], pack);
  return pack;
}
