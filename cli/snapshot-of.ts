import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { Snapshot } from "../core/snapshot/resource";
import { previewProgram, type RecordedFunction } from "../engine";
import { readManifests } from "../engine/manifests/read-manifests";
import { CouldNotRun } from "./failure";
import type { Input } from "./input";

/** With what programs are previewed. */
export interface ProgramOptions {
  readonly config: Readonly<Record<string, string>>;
  readonly stack?: string;
  /** File of a stack export, so that outputs of what is deployed are known. */
  readonly state?: string;
  readonly timeoutMs?: number;
  readonly verbose: boolean;
  /** Called with the number of resources so far. */
  readonly onProgress: (resources: number) => void;
}

/** The snapshot of what a path holds: previewed, read from manifests, or as it was saved. */
export async function snapshotOf(
  input: Input,
  options: ProgramOptions,
  functions: readonly RecordedFunction[],
): Promise<Snapshot> {
  switch (input.kind) {
    case "program":
      return preview(input.folder, options, functions);
    case "manifests":
      return manifests(input.path, input.folder);
    case "saved":
      return manifests(input.file, input.folder);
  }
}

async function preview(
  directory: string,
  options: ProgramOptions,
  functions: readonly RecordedFunction[],
): Promise<Snapshot> {
  const { config, stack, timeoutMs, verbose, onProgress } = options;
  const result = await previewProgram({
    directory,
    config,
    functions,
    verbose,
    onProgress,
    ...(stack !== undefined && { stack }),
    ...(timeoutMs !== undefined && { timeoutMs }),
  });
  if (result.kind === "snapshot") return result.snapshot;
  throw new CouldNotRun(withPathFrom(directory, result.reason), result.details);
}

function manifests(path: string, folder: string): Snapshot {
  const result = readManifests([path]);
  if (result.kind === "snapshot") return result.snapshot;
  throw new CouldNotRun(withPathFrom(folder, result.reason));
}

/** A reason that starts with the place of a mistake, with the file's path by the folder the command runs in. */
function withPathFrom(folder: string, reason: string): string {
  const [place = "", file = ""] = /^([^:]+):\d+:\d+: /.exec(reason) ?? [];
  const path = resolve(folder, file);
  return place === "" || !existsSync(path)
    ? reason
    : `${relative(process.cwd(), path)}${reason.slice(file.length)}`;
}
