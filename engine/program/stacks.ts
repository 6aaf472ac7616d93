import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { regularFile } from "../regular-file";
import { parseYaml } from "../yaml-text";
import { plainRecord } from "./plain";

/** How the file of a project is called, in the order in which it is looked for. */
export const PROJECT_FILES = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/** The folder with the files of a project's stacks. */
export function stacksDirectoryOf(
  root: string,
  project: Readonly<Record<string, unknown>>,
): string {
  const folder = project["stackConfigDir"];
  return typeof folder === "string" ? join(root, folder) : root;
}

/** The stacks that have files. `Pulumi.README.yaml` is how projects explain their settings, and no stack's file. */
export function stacksIn(directory: string): readonly string[] {
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .flatMap((file) => /^Pulumi\.(.+)\.(?:ya?ml|json)$/.exec(file)?.[1] ?? [])
    .filter((name) => name !== "README")
    .sort();
}

/**
 * The stacks of a project that have files, whatever its language; none where the project cannot be read.
 *
 * @param given its file, where it has another name than usual
 */
export function stacksOfProject(root: string, given?: string): readonly string[] {
  const inFolder = PROJECT_FILES.map((name) => join(root, name));
  const file = given ?? inFolder.find((path) => existsSync(path));
  if (file === undefined) return [];
  try {
    const parsed = parseYaml(readFileSync(regularFile(file), "utf8"), file);
    return parsed.kind === "ok" ? stacksIn(stacksDirectoryOf(root, plainRecord(parsed.value))) : [];
  } catch {
    return [];
  }
}

/** The name by which a stack has its file, without organization and project. */
export function shortName(stack: string): string {
  return stack.slice(stack.lastIndexOf("/") + 1);
}
