import { execFileSync } from "node:child_process";
import { copyFileSync, linkSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { checkout } from "./checkout";
import { temporaryFolder } from "./temporary";

let environment: NodeJS.ProcessEnv | undefined;

/**
 * The environment in which `pulumi` finds the built programs and the stand-ins, and nothing of the user's.
 *
 * Fails with the command to run when a program is not built.
 */
export function toolsEnvironment(): NodeJS.ProcessEnv {
  environment ??= prepare();
  return environment;
}

function prepare(): NodeJS.ProcessEnv {
  const folder = temporaryFolder();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const printed = execFileSync(process.execPath, [join(checkout, "tools/build.mjs"), "--paths"], {
    encoding: "utf8",
  });
  for (const built of Object.values(JSON.parse(printed) as Record<string, string>)) {
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
    NO_COLOR: "1",
  };
}

/** The CLI looks for language hosts beside itself, where a link to elsewhere would not count as beside. */
function place(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
