import { execFileSync } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { checkout } from "./checkout";
import { madeOnce, temporaryFolder } from "./temporary";

/**
 * The environment in which `pulumi` finds the built programs and the stand-ins, and nothing of the user's.
 *
 * Fails with the command to run when a program is not built.
 */
export const toolsEnvironment = madeOnce(prepare);

function prepare(): NodeJS.ProcessEnv {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  for (const built of builtPrograms(["pulumi", "pulumi-kubernetes", "pulumi-language-yaml"])) {
    place(built, join(bin, basename(built)));
  }
  const standIns = join(checkout, "tools/stand-ins/bin");
  for (const name of readdirSync(standIns)) symlinkSync(join(standIns, name), join(bin, name));
  return {
    PATH: `${bin}${delimiter}${process.env["PATH"] ?? ""}`,
    // An empty home also means no cluster: the Kubernetes provider then previews from inputs alone.
    HOME: folder,
    PULUMI_HOME: join(folder, "pulumi"),
    PULUMI_CONFIG_PASSPHRASE: "a passphrase for tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK: "true",
    PULUMI_NODEJS_TRANSPILE_ONLY: "true",
    // All that an update did is written when it ends, also when it fails; writing all anew after each step takes longer than the
    // steps. A test that kills the engine itself has to take this back.
    PULUMI_SKIP_CHECKPOINTS: "true",
    PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
    // There is room for more garbage, and less time goes into collecting it.
    GOGC: "400",
    NO_COLOR: "1",
  };
}

/** Where the named parts of `tools/` were built; fails with the command to run when one was not. */
export function builtPrograms<const Parts extends readonly string[]>(
  parts: Parts,
): { readonly [Part in keyof Parts]: string } {
  const printed = execFileSync(
    process.execPath,
    [join(checkout, "tools/build.mjs"), "--paths", ...parts],
    { encoding: "utf8" },
  );
  const paths = JSON.parse(printed) as Record<string, string>;
  return parts.map((part) => paths[part]) as { [Part in keyof Parts]: string };
}

/** The CLI looks for language hosts beside itself, where a link to another folder would not count. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
