import { existsSync, readdirSync, statSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { isWithin, repositoryOf } from "../policy-pack/files/repository";
import { readDocuments } from "../engine/kubernetes/documents";
import { MAX_FILE_BYTES, isLeftOut } from "../engine/kubernetes/manifest-files";
import { notRegular } from "../engine/regular-file";
import { reasonOf } from "../policy-pack/files/system-reason";
import { CouldNotRun } from "./failure";
import { readText } from "./files";

/** The kind of a path on the command line, and the folder for source positions and settings. */
export type Input =
  | {
      readonly kind: "program";
      readonly folder: string;
      /** The program's own file, where it is not called as projects are. */
      readonly file?: string;
    }
  | { readonly kind: "manifests"; readonly path: string; readonly folder: string }
  | { readonly kind: "piped"; readonly bytes: Buffer; readonly folder: string }
  | { readonly kind: "saved"; readonly file: string; readonly folder: string };

const settingsName = "agentid.yaml";
const projectFiles = ["Pulumi.yaml", "Pulumi.yml", "Pulumi.json"];

/**
 * Returns the kind of a path: the folder of a Pulumi program or its file in YAML, a folder or file of Kubernetes objects, or a
 * JSON file with a saved snapshot.
 */
export function classifyInput(path: string): Input {
  let stats: Stats;
  try {
    stats = statSync(path);
  } catch (error) {
    throw new CouldNotRun(
      `cannot read \`${path}\`: ${reasonOf(error)}; name a folder of a Pulumi program or of Kubernetes YAML`,
    );
  }
  const reason = notRegular(stats);
  if (reason !== undefined) throw new CouldNotRun(`cannot read \`${path}\`: ${reason}`);
  if (stats.isDirectory()) {
    const isProgram = projectFiles.some((name) => existsSync(join(path, name)));
    if (isProgram) return { kind: "program", folder: path };
    if (containsManifests(path)) return { kind: "manifests", path, folder: path };
    throw new CouldNotRun(
      `\`${path}\` has neither a Pulumi.yaml nor Kubernetes YAML; name the folder of a Pulumi program or of manifests`,
    );
  }
  const folder = dirname(path);
  if (projectFiles.includes(basename(path))) return { kind: "program", folder };
  if (path.toLowerCase().endsWith(".json")) return { kind: "saved", file: path, folder };
  if (/\.ya?ml$/i.test(path)) {
    // One that is larger is no program, and its manifests are refused where they are read.
    const mayBeProgram = stats.size <= MAX_FILE_BYTES;
    return mayBeProgram && isProgram(readText(path, "the file"))
      ? { kind: "program", folder, file: path }
      : { kind: "manifests", path, folder };
  }
  throw new CouldNotRun(
    `\`${path}\` is neither YAML nor JSON; name a folder of a Pulumi program, Kubernetes YAML or a saved snapshot`,
  );
}

/** What another program pipes: manifests, such as those of `helm template`. */
export async function pipedInput(): Promise<Input> {
  if (process.stdin.isTTY) {
    throw new CouldNotRun(
      "`-` reads manifests from standard input, and nothing is piped: `helm template chart | npx --no-install agentid check -`",
    );
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FILE_BYTES) {
      throw new CouldNotRun(`standard input is larger than ${MAX_FILE_BYTES / 1024 / 1024} MiB`);
    }
    chunks.push(chunk);
  }
  return { kind: "piped", bytes: Buffer.concat(chunks), folder: "." };
}

/** Whether a text in YAML is a Pulumi project, of which each has a runtime, and has nothing that kubectl would apply. */
function isProgram(text: string): boolean {
  if (!/^runtime\s*:/m.test(text)) return false;
  const read = readDocuments(text, "");
  return read.kind === "problem" || read.value.objects.length === 0;
}

/** Whether a folder has a file that could be a manifest; our own settings are none. */
function containsManifests(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (entry.isDirectory()) {
      return !isLeftOut(entry.name) && containsManifests(join(folder, entry.name));
    }
    return /\.(ya?ml|json)$/i.test(entry.name) && entry.name !== settingsName;
  });
}

/** The settings file beside a program, or undefined where there is none. */
export function settingsBeside(input: Input): string | undefined {
  const file = join(input.folder, settingsName);
  if (!existsSync(resolve(file))) return undefined;
  if (isWithin(file, repositoryOf(input.folder))) return file;
  throw new CouldNotRun(`\`${file}\` leads out of its repository; give it by \`--settings\``);
}
