import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { createFile } from "../../policy-pack/files/whole-file";
import { reasonOf } from "../../policy-pack/files/system-reason";
import { CouldNotRun } from "../failure";
import { cannotWrite } from "../files";
import { parsed, type Line } from "./line";

/** A file of an exported trail: lines of one chain and one day. */
export interface TrailFile {
  readonly file: string;
  readonly chain: string;
  readonly first: number;
  readonly last: number;
}

/** A line with its text, of which its hash is. */
export interface TrailLine {
  readonly line: Line;
  readonly text: string;
}

/** Most bytes of lines that are read from one file: more than any that is written has. */
const longestFile = 512 * 1024 * 1024;

/** Whether a path is an exported trail, and no single file of lines. */
export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The files of an exported trail by chain, each chain in its order; throws `CouldNotRun` where two have the same line. */
export function trailFilesIn(folder: string): ReadonlyMap<string, readonly TrailFile[]> {
  const chains = new Map<string, readonly TrailFile[]>();
  for (const [name, chain] of matching(folder, /^trail=([\w-]+)$/)) {
    const files = matching(join(folder, name), /^date=(\d{4}-\d\d-\d\d)$/).flatMap(([date]) =>
      matching(join(folder, name, date), /^(\d{12}-\d{12})\.jsonl\.gz$/).map(([file, range]) => {
        const [first = 0, last = 0] = range.split("-").map(Number);
        return { file: join(folder, name, date, file), chain, first, last };
      }),
    );
    files.sort((a, b) => a.first - b.first);
    files.forEach(({ file, first }, at) => {
      if (first > (files[at - 1]?.last ?? 0)) return;
      throw new CouldNotRun(
        `\`${file}\` begins before the file ahead of it ends; keep one of both`,
      );
    });
    chains.set(chain, files);
  }
  return chains;
}

/** The files of signed heads in an exported trail, the oldest first. */
export function headsFilesIn(folder: string): readonly string[] {
  return matching(folder, /^(heads-[\dTZ]+\.jsonl)$/)
    .map(([name]) => join(folder, name))
    .sort();
}

/** The lines of a file; throws `CouldNotRun` where they are not those that its name has. */
export function linesIn({ file, chain, first, last }: TrailFile): readonly TrailLine[] {
  let texts: readonly string[];
  try {
    const bytes = gunzipSync(readFileSync(file), { maxOutputLength: longestFile });
    texts = bytes.toString("utf8").split("\n").filter(Boolean);
  } catch (error) {
    throw new CouldNotRun(`cannot read the trail \`${file}\`: ${reasonOf(error)}`);
  }
  const lines = texts.map((text, at) => ({ text, line: parsed(text, file, at + 1) }));
  const isOf = lines.every(({ line }) => line.trail === chain);
  if (isOf && lines[0]?.line.seq === first && lines.at(-1)?.line.seq === last) return lines;
  throw new CouldNotRun(`\`${file}\` has other lines than its name states`);
}

/** Writes lines of one chain and one day into a file of their own, which is there as a whole or not at all. */
export function writeLines(folder: string, lines: readonly TrailLine[]): void {
  const [first, last] = [lines[0]?.line, lines.at(-1)?.line];
  if (first === undefined || last === undefined) return;
  const place = join(folder, `trail=${first.trail}`, `date=${dateOf(first)}`);
  const [from, to] = [first.seq, last.seq].map((seq) => String(seq).padStart(12, "0"));
  const text = lines.map((each) => `${each.text}\n`).join("");
  writeNew(place, `${from}-${to}.jsonl.gz`, gzipSync(text));
}

/** Writes signed heads into a file of their own. */
export function writeHeads(folder: string, answers: readonly string[], at: Date): string {
  const time = at.toISOString().replace(/[-:.]/g, "");
  return writeNew(folder, `heads-${time}.jsonl`, answers.map((each) => `${each}\n`).join(""));
}

/** The day of a line, in UTC. */
export function dateOf({ at }: Line): string {
  return /^\d{4}-\d\d-\d\d(?=T)/.exec(at)?.[0] ?? "0000-00-00";
}

function writeNew(folder: string, name: string, content: string | Uint8Array): string {
  const file = join(folder, name);
  try {
    mkdirSync(folder, { recursive: true });
    createFile(file, content);
  } catch (error) {
    throw cannotWrite({ file, what: "the trail" }, error);
  }
  return file;
}

/** Names in a folder that a pattern fits, each with what its group has. */
function matching(folder: string, pattern: RegExp): (readonly [name: string, group: string])[] {
  try {
    return readdirSync(folder).flatMap((name) => {
      const [, group] = pattern.exec(name) ?? [];
      return group === undefined ? [] : [[name, group] as const];
    });
  } catch (error) {
    throw new CouldNotRun(`cannot read the trail \`${folder}\`: ${reasonOf(error)}`);
  }
}
