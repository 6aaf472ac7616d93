import { existsSync, readdirSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { mostUpdates, updatesUpTo, type Update } from "../../policy-pack/views/fleet/updates";
import { plainRecord } from "../../engine/program/plain";
import type { Detector } from "../../policy-pack/read/credentials";
import { fileAt } from "./inputs";

/** Largest number that a column of a table takes. */
const largest = 2 ** 31 - 1;

/** Maximum characters of a text that are searched for credentials, and that are stored. */
const longest = { read: 10_000, kept: 200 } as const;

/** The replacement for a message with a credential. */
const leftOut = "(left out: it contains a credential)";

/**
 * The updates of a stack up to the state that was read, the newest first; none where there is no history of it.
 *
 * Pulumi writes one in two forms. A self-managed backend has a file for each update, in `history/` beside `stacks/`; only the
 * newest are read, by their names. What `pulumi stack history --json` prints is looked for as `NAME.history.json` beside the export
 * `NAME.json`. A history that cannot be read is none: findings do not depend on it.
 *
 * @param path the file of the state
 * @param updated time of the update that wrote the state; empty where it is not known
 */
export async function updatesOf(
  path: string,
  updated: string,
  detector: Detector,
): Promise<readonly Update[]> {
  const entries = printedHistory(path) ?? backendHistory(path);
  const read = entries.flatMap((entry) => updateIn(entry) ?? []);
  const updates = updatesUpTo(updated, read);
  await detector.prepare(updates.flatMap(({ author, message }) => [author, message]));
  const shown = (text: string): string =>
    detector.credentialIn(text, undefined) === undefined ? cut(text, longest.kept) : leftOut;
  return updates.map((update) => ({
    ...update,
    author: shown(update.author),
    message: shown(update.message),
  }));
}

/** What Pulumi wrote of an update. */
type Entry = Readonly<Record<string, unknown>>;

/** The file beside an export with the output of `pulumi stack history --json`. */
function printedHistory(path: string): readonly Entry[] | undefined {
  const file = path.replace(/\.json(?:\.gz)?$/i, ".history.json");
  const found = [file, `${file}.gz`].find((each) => each !== path && existsSync(each));
  if (found === undefined) return undefined;
  const value = parsed(found);
  return Array.isArray(value) ? value.map(plainRecord) : [];
}

/**
 * The newest updates that a self-managed backend keeps of a stack, the newest first.
 *
 * Source: `stacks/PROJECT/STACK.json` and `history/PROJECT/STACK/STACK-NANOSECONDS.history.json`, as Pulumi 3 writes them; a backend
 * without projects has neither folder of a project.
 */
function backendHistory(path: string): readonly Entry[] {
  const parts = dirname(path).split(sep);
  const at = parts.lastIndexOf("stacks");
  if (at < 0 || at < parts.length - 2) return [];
  const stack = basename(path).replace(/\.json(?:\.gz)?$/i, "");
  const folder = join(...parts.slice(0, at), "history", ...parts.slice(at + 1), stack);
  const root = path.startsWith(sep) ? sep : "";
  return newestIn(join(root, folder)).map(({ file, nanoseconds }) => {
    // In the file times are whole seconds, in which there may be two updates.
    const ended = new Date(Number(nanoseconds / 1_000_000n));
    return { ...plainRecord(parsed(file)), endTime: ended.toISOString() };
  });
}

function newestIn(
  folder: string,
): readonly { readonly file: string; readonly nanoseconds: bigint }[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .flatMap((name) => {
      const [, nanoseconds] = /-(\d{1,19})\.history\.json(?:\.gz)?$/.exec(name) ?? [];
      return nanoseconds === undefined
        ? []
        : [{ file: join(folder, name), nanoseconds: BigInt(nanoseconds) }];
    })
    .sort((a, b) => (a.nanoseconds < b.nanoseconds ? 1 : -1))
    .slice(0, mostUpdates);
}

function parsed(file: string): unknown {
  try {
    return JSON.parse(fileAt(file).text());
  } catch {
    return undefined;
  }
}

/** An update, reduced to what is needed; undefined for one without changes, and for what is none. */
function updateIn(entry: Entry): Update | undefined {
  const { version, kind, startTime, endTime, result, message } = entry;
  const started = timeIn(startTime);
  if (typeof kind !== "string" || kind === "preview" || started === "") return undefined;
  const environment = plainRecord(entry["environment"]);
  const [author, name, revision, dirty] = [
    ...["git.author.email", "git.author", "git.head", "git.dirty"],
  ].map((key) => lineOf(environment[key]));
  const isNumber = Number.isSafeInteger(version) && Number(version) > 0;
  return {
    version: isNumber && Number(version) <= largest ? Number(version) : 0,
    ...{ kind: wordOf(kind), started, ended: timeIn(endTime), result: wordOf(result) },
    author: author === "" ? (name ?? "") : (author ?? ""),
    revision: wordOf(revision),
    uncommitted: dirty === "true" ? "yes" : "no",
    message: lineOf(message),
  };
}

/** A time in ISO 8601, or in seconds since 1970, as ISO 8601; empty where it is none. */
function timeIn(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number") return "";
  const date = new Date(typeof value === "number" ? value * 1000 : value);
  return Number.isNaN(date.getTime()) || value === 0 ? "" : date.toISOString();
}

/** The first line of a text; empty for what is none. */
function lineOf(value: unknown): string {
  if (typeof value !== "string") return "";
  const [line = ""] = value.trim().split(/[\r\n\u2028\u2029]/);
  return cut(line, longest.read);
}

/** A text that is a word by its nature, such as a kind. */
function wordOf(value: unknown): string {
  return /^[\w-]{1,64}$/.exec(lineOf(value))?.[0] ?? "";
}

function cut(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}…`;
}
