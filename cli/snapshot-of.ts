import { existsSync } from "node:fs";
import { relative, resolve } from "node:path";
import { isCredentialName } from "../policy-pack/domain/secrets/name";
import type { Snapshot } from "../core/snapshot/resource";
import type { RecordedFunction } from "../engine";
import type { MissingAnswer } from "../engine/providers/functions/missing-answers";
import { readManifestBytes, readManifests, type Manifests } from "../engine/read-manifests";
import { readSnapshot } from "../engine/snapshot-file";
import { loadFormats } from "../policy-pack/read/credentials";
import { mayContainObject } from "../engine/kubernetes/read-files";
import { plainRecord } from "../engine/program/plain";
import { readStackExport, stackExportIn, type ReadSnapshot } from "../engine/state";
import { CouldNotRun } from "./failure";
import { readText } from "./files";
import { providerModule } from "./package-facts";
import type { Input } from "./input";

/** With what programs are previewed. */
export interface ProgramOptions {
  readonly config: Readonly<Record<string, string>>;
  readonly stack?: string;
  /** File of a stack export, so that outputs of what is deployed are known. */
  readonly state?: string;
  readonly timeoutMs?: number;
  /** Whether a program fails where its types do not check. Default: no. */
  readonly typecheck?: boolean;
  /** Where Kubernetes objects live that name no namespace. */
  readonly namespace?: string;
  readonly verbose: boolean;
  /** Called with the number of resources so far. */
  readonly onProgress: (resources: number) => void;
  /** Called with the calls of functions that had no answer, and the folder of the program that makes them. */
  readonly onMissingAnswers?: (missing: readonly MissingAnswer[], directory: string) => void;
}

/** What the preview of a program knows beforehand. */
export interface KnownBefore {
  /** Recorded answers to provider functions. */
  readonly functions: readonly RecordedFunction[];
  /** What is deployed. */
  readonly state: Snapshot | undefined;
}

/** What is deployed, from the file that is given for a program; undefined for an input that is no program, and without a file. */
export function stateFor(input: Input, { state }: ProgramOptions): Snapshot | undefined {
  if (input.kind !== "program" || state === undefined) return undefined;
  return deployed(state, readText(state, "the state"));
}

/** The snapshot of a path: previewed, read from manifests, or as it was saved. */
export async function snapshotOf(
  input: Input,
  options: ProgramOptions,
  known: KnownBefore,
): Promise<Snapshot> {
  switch (input.kind) {
    case "program":
      return preview(input, options, known);
    case "manifests":
      return manifests(input.path, input.folder, options.namespace);
    case "piped":
      return manifestsFrom(
        readManifestBytes(input.bytes, "stdin", options.namespace),
        input.folder,
      );
    case "saved":
      return saved(input.file, input.folder, options.namespace);
  }
}

async function preview(
  { folder: directory, file }: Extract<Input, { kind: "program" }>,
  options: ProgramOptions,
  { functions, state }: KnownBefore,
): Promise<Snapshot> {
  const { config, stack, timeoutMs, typecheck, verbose, onProgress, onMissingAnswers } = options;
  // A program may change files: what judges it is loaded before it runs.
  await loadFormats();
  // The transport of a preview takes as long to load as a third of all rules, and manifests have no use for it.
  const { previewProgram } = await import("../engine/preview-program.js");
  const result = await previewProgram({
    isCredentialName,
    directory,
    ...(file !== undefined && { file }),
    config,
    functions,
    verbose,
    onProgress,
    ...(onMissingAnswers !== undefined && { onMissingAnswers }),
    plugins: { agentid: { module: providerModule(), nodeArgs: process.execArgv } },
    ...(stack !== undefined && { stack }),
    ...(state !== undefined && { state }),
    ...(timeoutMs !== undefined && { timeoutMs }),
    ...(typecheck !== undefined && { typecheck }),
  });
  if (result.kind === "snapshot") return result.snapshot;
  throw new CouldNotRun(withPathFrom(directory, result.reason), result.details);
}

function manifests(path: string, folder: string, namespace?: string): Snapshot {
  return manifestsFrom(readManifests([path], namespace), folder);
}

function manifestsFrom(result: Manifests, folder: string): Snapshot {
  if (result.kind === "snapshot") return result.snapshot;
  throw new CouldNotRun(withPathFrom(folder, result.reason));
}

/**
 * A JSON file is a saved snapshot, a stack export or a manifest, by what it has at its top: Kubernetes inputs of a stack have the fields
 * of manifests, and a manifest may have any field beside its own.
 */
function saved(file: string, folder: string, namespace?: string): Snapshot {
  const text = readText(file, "the snapshot");
  const parsed = parsedJson(text);
  if (parsed === undefined ? mayContainObject(text) : isManifest(parsed)) {
    return manifests(file, folder, namespace);
  }
  if (parsed !== undefined && "deployment" in parsed) return exported(file, stackExportIn(parsed));
  const result = readSnapshot(text);
  if ("snapshot" in result) return result.snapshot;
  throw new CouldNotRun(`\`${file}\`: ${result.problem}`);
}

function parsedJson(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    return plainRecord(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Whether kubectl would take something for an object, or for a list of objects. */
function isManifest(fields: Readonly<Record<string, unknown>>): boolean {
  const { kind, apiVersion } = fields;
  return typeof kind === "string" && (typeof apiVersion === "string" || "items" in fields);
}

function deployed(file: string, text: string): Snapshot {
  return exported(file, readStackExport(text));
}

function exported(file: string, result: ReadSnapshot): Snapshot {
  if (result.kind === "snapshot") return result.snapshot;
  throw new CouldNotRun(`\`${file}\`: ${result.reason}`);
}

/** A reason of which lines start with the place of a mistake, with the file's path by the folder the command runs in. */
function withPathFrom(folder: string, reason: string): string {
  return reason
    .split("\n")
    .map((line) => {
      const [place = "", file = ""] = /^([^:]+):\d+:\d+: /.exec(line) ?? [];
      const path = resolve(folder, file);
      return place === "" || !existsSync(path)
        ? line
        : `${relative(process.cwd(), path)}${line.slice(file.length)}`;
    })
    .join("\n");
}
