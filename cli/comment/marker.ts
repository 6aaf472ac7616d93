import { createHash } from "node:crypto";

/** Which run wrote a comment, and what: the first line of the comment, which a reader does not see. */
export interface Mark {
  /** Distinguishes comments on one pull request: of another workflow, job or program. */
  readonly key: string;
  /** The commit that was judged. */
  readonly sha: string;
  /** The number of the run, and which attempt it is: later ones are higher. */
  readonly run: readonly [number, number];
}

/** A body with its mark, which has a sum of the text: two bodies with one first line are the same. */
export function marked({ key, sha, run }: Mark, text: string): string {
  const sum = digest(text);
  return `<!-- agentid:comment:${key} sha=${sha} run=${run.join(".")} sum=${sum} -->\n${text}`;
}

const pattern =
  /^<!-- agentid:comment:([\w.-]+) sha=([0-9a-f]+) run=(\d+)\.(\d+) sum=[0-9a-f]+ -->(?=\r?\n|$)/;

/** The mark at the start of a comment; undefined where there is none. */
export function markOf(body: string): (Mark & { readonly line: string }) | undefined {
  const [line, key, sha, run, attempt] = pattern.exec(body) ?? [];
  if (line === undefined || key === undefined || sha === undefined) return undefined;
  return { key, sha, run: [Number(run), Number(attempt)], line };
}

/** Whether a run is later than another. */
export function isLater([run, attempt]: Mark["run"], [other, before]: Mark["run"]): boolean {
  return run === other ? attempt > before : run > other;
}

/** A key made of names, such as of a workflow and its programs. */
export function keyOf(names: readonly string[]): string {
  return digest(JSON.stringify(names));
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
