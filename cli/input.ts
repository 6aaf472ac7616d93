import { existsSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { CouldNotRun, reasonOf } from "./failure";

/** What a path given on the command line is, and the folder that source positions and settings go by. */
export type Input =
  | { readonly kind: "program"; readonly folder: string }
  | { readonly kind: "manifests"; readonly path: string; readonly folder: string }
  | { readonly kind: "saved"; readonly file: string; readonly folder: string };

const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Tells what a path is: the folder of a Pulumi program, a folder or file of Kubernetes objects, or a JSON file that
 * holds a saved snapshot.
 */
export function classifyInput(path: string): Input {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (error) {
    throw new CouldNotRun(
      `cannot read \`${path}\`: ${reasonOf(error)}; name a folder of a Pulumi program or of Kubernetes YAML`,
    );
  }
  if (isFolder) {
    const isProgram = projectFiles.some((name) => existsSync(join(path, name)));
    return isProgram
      ? { kind: "program", folder: path }
      : { kind: "manifests", path, folder: path };
  }
  const folder = dirname(path);
  if (projectFiles.includes(basename(path))) return { kind: "program", folder };
  if (path.toLowerCase().endsWith(".json")) return { kind: "saved", file: path, folder };
  if (/\.ya?ml$/i.test(path)) return { kind: "manifests", path, folder };
  throw new CouldNotRun(
    `\`${path}\` is neither YAML nor JSON; name a folder of a Pulumi program, Kubernetes YAML or a saved snapshot`,
  );
}

/** The settings file beside a program, or undefined where there is none. */
export function settingsBeside(input: Input): string | undefined {
  const file = join(input.folder, "agentid.yaml");
  return existsSync(resolve(file)) ? file : undefined;
}
