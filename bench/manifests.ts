import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { processorSoFar } from "./processor";
import { stackOf } from "./stack";

const cli = join(resolve(__dirname, ".."), "dist/cli/main.js");

/** Writes the Kubernetes objects of a stack of a size as manifests, one a file; answers their folder and how many. */
export function writeManifests(
  folder: string,
  size: number,
): { readonly manifests: string; readonly count: number } {
  const manifests = join(folder, `manifests-${size}`);
  mkdirSync(manifests);
  let count = 0;
  for (const { type, properties } of stackOf(size)) {
    if (!type.startsWith("kubernetes:")) continue;
    writeFileSync(join(manifests, `object-${count++}.yaml`), stringify(properties));
  }
  return { manifests, count };
}

/** Processor time of a check of manifests, in milliseconds. */
export function checkManifests(manifests: string): number {
  return took(process.execPath, [cli, "check", manifests]);
}

/** Processor time of Checkov's Kubernetes runner on manifests, in milliseconds; undefined where it is not on the PATH. */
export function checkovOf(manifests: string): number | undefined {
  if (spawnSync("checkov", ["--version"], { stdio: "ignore" }).error !== undefined)
    return undefined;
  const only = ["--framework", "kubernetes", "--compact", "--quiet", "--soft-fail"];
  return took("checkov", ["--directory", manifests, ...only, "--skip-download"]);
}

function took(command: string, args: readonly string[]): number {
  const before = processorSoFar();
  // What it finds wrong is no matter here, and of thousands of manifests is long.
  const { status, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (status === null || status === 2)
    throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
  return processorSoFar() - before;
}
