import { isLater, marked, markOf, type Mark } from "./marker";
import { isApiProblem } from "./problem";

/** A comment on a pull request. */
export interface Comment {
  readonly id: number;
  readonly body: string;
  /** Login of its author. */
  readonly author: string;
}

/** The comments on one pull request. Each call may throw an `ApiProblem`. */
export interface Thread {
  /** Login of the owner of the token. */
  viewer(): Promise<string>;
  /** The newest commit of the pull request. */
  head(): Promise<string>;
  list(): Promise<readonly Comment[]>;
  create(body: string): Promise<void>;
  update(id: number, body: string): Promise<void>;
  remove(id: number): Promise<void>;
}

/** The content of the one comment. */
export interface Wanted {
  readonly mark: Mark;
  /** The text, of at most so many characters. */
  readonly textOf: (room: number) => string;
  /** Whether to comment where there is no comment yet. */
  readonly begins: boolean;
}

/** What became of it. */
export type CommentResult = "written" | "unchanged" | "superseded" | "not needed";

/** Waits so many milliseconds. */
export type Sleep = (milliseconds: number) => Promise<void>;

/** Most characters of a comment: GitHub takes 65,536, and may count line ends twice. */
export const commentRoom = 60_000;

/** How often it is tried again, and how long all waits may take together. */
const mostTries = 5;
const longestWait = 180_000;
/** GitHub's docs require a second between two changes; after it, changes of another run are visible. */
const pause = 1000;

/**
 * Maintains one comment of a mark's key: changes the existing one, or creates it, and removes duplicates.
 *
 * A comment is ours by its first line and by its author, since any user can copy that line. A run writes only for the head
 * commit, and never over a later run. GitHub has no conditional writes, so the comments are read again after each change until
 * nothing is left to do. A failed write is never repeated unchanged: the comment may have been created in spite of the answer.
 */
export async function keepOne(
  thread: Thread,
  wanted: Wanted,
  sleep: Sleep,
): Promise<CommentResult> {
  const state = { room: commentRoom, written: false };
  let waited = 0;
  for (let tries = 1; ; tries += 1) {
    try {
      const kept = await step(thread, wanted, state);
      if (kept !== undefined) return kept;
      await sleep(pause);
      if (tries >= 2 * mostTries) return "written";
    } catch (error) {
      if (!isApiProblem(error)) throw error;
      const { why } = error;
      if (why.kind === "too long" && state.room > commentRoom / 8) state.room /= 2;
      else if (why.kind === "later" && tries < mostTries) {
        const wait = why.wait ?? tries ** 2 * pause;
        waited += wait;
        if (waited > longestWait) throw error;
        await sleep(wait);
      } else throw error;
    }
  }
}

/** One reading and its changes; undefined where something was changed, so that another reading is due. */
async function step(
  thread: Thread,
  { mark, textOf, begins }: Wanted,
  state: { readonly room: number; written: boolean },
): Promise<CommentResult | undefined> {
  const viewer = await thread.viewer();
  if ((await thread.head()) !== mark.sha) return "superseded";
  const mine = marked(mark, textOf(state.room));
  const ours = (await thread.list())
    .filter(({ author, body }) => author === viewer && markOf(body)?.key === mark.key)
    .sort((a, b) => a.id - b.id);
  const later = laterThan(mark, ours);
  const body = later?.body ?? mine;
  const [kept, ...duplicates] = ours;
  if (kept === undefined) {
    if (!begins && !state.written) return "not needed";
    await thread.create(body);
    state.written = true;
    return undefined;
  }
  let changed = duplicates.length > 0;
  if (markOf(kept.body)?.line !== markOf(body)?.line) {
    await unlessMissing(thread.update(kept.id, body));
    changed = true;
    if (later === undefined) state.written = true;
  }
  for (const { id } of duplicates) await unlessMissing(thread.remove(id));
  if (changed) return undefined;
  return later !== undefined ? "superseded" : state.written ? "written" : "unchanged";
}

/** The newest comment of the same commit by a later run. */
function laterThan({ sha, run }: Mark, ours: readonly Comment[]): Comment | undefined {
  let newest = run;
  let found: Comment | undefined;
  for (const comment of ours) {
    const other = markOf(comment.body);
    if (other?.sha !== sha || !isLater(other.run, newest)) continue;
    newest = other.run;
    found = comment;
  }
  return found;
}

/** What another run removed meanwhile needs no change; the next look sees what is there. */
async function unlessMissing(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!isApiProblem(error) || error.why.kind !== "missing") throw error;
  }
}
