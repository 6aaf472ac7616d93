import { createHash } from "node:crypto";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import type { Report } from "../../policy-pack/views/report";
import type { Snapshot } from "../../core/snapshot/resource";
import { plainRecord } from "../../engine/program/plain";
import { regularFile } from "../../engine/regular-file";
import { readSnapshot } from "../../engine/snapshot-file";
import { exportOfCheckpoint, stackExportIn, timeOfExport } from "../../engine/state";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { jsonProblem } from "../../yaml/json-problem";
import { CouldNotRun } from "../failure";
import { parseReports } from "../report-file";
import { isFactFolder } from "./fact-folder";

/** Something that facts are read from. */
export type FleetInput =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "facts"; readonly path: string };

/** The content of a file. */
export type FleetFile =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot; readonly updated: string }
  | { readonly kind: "reports"; readonly reports: readonly Report[] };

/** Folders of a self-managed backend, and of tools, without a current state of a stack. */
const leftOut = new Set(["history", "backups", "locks", "node_modules", ".git"]);

/** What Pulumi printed or keeps of the updates of a stack: it is read beside the state of that stack. */
const historyFile = /\.history\.json(?:\.gz)?$/i;

/** Largest file that is taken in, unpacked; a text in Node can hardly be larger. */
const mostBytes = 512 * 1024 * 1024;

/**
 * The files and folders of facts below paths, in the order of their names.
 *
 * Of a folder, files in JSON count, also packed by gzip: stack exports, reports, and the state that a self-managed backend keeps.
 */
export function inputsAt(paths: readonly string[]): readonly FleetInput[] {
  // A shell's pattern names the files beside exports too.
  const states = paths.filter((path) => !historyFile.test(path));
  return (states.length > 0 ? states : paths).flatMap((path) => {
    let isFolder: boolean;
    try {
      isFolder = statSync(path).isDirectory();
    } catch (error) {
      throw new CouldNotRun(`cannot read \`${path}\`: ${reasonOf(error)}`);
    }
    const found = isFolder ? inFolder(path) : [{ kind: "file", path } as const];
    if (found.length > 0) return found;
    throw new CouldNotRun(
      `\`${path}\` has no JSON file; give what \`pulumi stack export\` printed, or a folder of such files`,
    );
  });
}

function inFolder(path: string): readonly FleetInput[] {
  if (isFactFolder(path)) return [{ kind: "facts", path }];
  return readdirSync(path, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry): readonly FleetInput[] => {
      const inner = join(path, entry.name);
      if (entry.isDirectory()) return leftOut.has(entry.name) ? [] : inFolder(inner);
      const isState = /\.json(?:\.gz)?$/i.test(entry.name) && !historyFile.test(entry.name);
      return isState ? [{ kind: "file", path: inner }] : [];
    });
}

/** A file of an input. */
export interface InputFile {
  /** SHA-256 of its bytes. */
  readonly digest: string;
  /** Its text, unpacked: most files of a night are known by their digest, and need not be read further. */
  readonly text: () => string;
}

/** A file; it and its text throw one sentence where they cannot be had. */
export function fileAt(path: string): InputFile {
  const bytes = reading(() => readFileSync(regularFile(path)));
  return {
    digest: createHash("sha256").update(bytes).digest("hex"),
    text: () => reading(() => unpacked(bytes).toString("utf8")),
  };

  function reading<T>(read: () => T): T {
    try {
      return read();
    } catch (error) {
      throw new CouldNotRun(`cannot read \`${path}\`: ${reasonOf(error)}`);
    }
  }
}

function unpacked(bytes: Buffer): Buffer {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isPacked ? gunzipSync(bytes, { maxOutputLength: mostBytes }) : bytes;
}

/** The kind of a text in JSON: a stack export, a checkpoint, a saved snapshot or a report. */
export function readFleetFile(path: string, text: string): FleetFile {
  let fields: Readonly<Record<string, unknown>>;
  try {
    fields = plainRecord(JSON.parse(text));
  } catch (error) {
    throw new CouldNotRun(`\`${path}\` ${jsonProblem(text, error)}`);
  }
  if ("deployment" in fields || "checkpoint" in fields) {
    const exported = exportOfCheckpoint(fields);
    const read = stackExportIn(exported);
    if (read.kind === "could-not-run") throw new CouldNotRun(`\`${path}\`: ${read.reason}`);
    if (read.snapshot.project === "")
      throw new CouldNotRun(`\`${path}\`: the stack has no resources`);
    return { kind: "snapshot", snapshot: read.snapshot, updated: timeOfExport(exported) };
  }
  if ("judgement" in fields || "reports" in fields) {
    const read = parseReports(text);
    if (read.kind === "ok") return { kind: "reports", reports: read.reports };
    throw new CouldNotRun(`\`${path}\` ${read.problem}`);
  }
  if ("resources" in fields) {
    const read = readSnapshot(text);
    if ("snapshot" in read) return { kind: "snapshot", snapshot: read.snapshot, updated: "" };
    throw new CouldNotRun(`\`${path}\`: ${read.problem}`);
  }
  throw new CouldNotRun(
    `\`${path}\` is neither a stack export, a checkpoint, a snapshot nor a report of agentid`,
  );
}
