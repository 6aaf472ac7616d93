import type { FleetChange, OtherCause, StackChange } from "./over-time";
import type { Update } from "./updates";

/** Most authors in a sentence; it counts the rest. */
const mostAuthors = 3;
/** Most stacks in a sentence; it counts the rest. */
const mostStacks = 4;

/** Why a finding is new or gone although none of its stacks changed. */
const causes: Readonly<Record<OtherCause, string>> = {
  exception: "an exception ended: a waiver or a baseline lifted it before",
  "no list": "not known: a report lists no stacks",
  "other stack": "no stack of it changed: another stack, other settings, or another version",
  "no stack": "no stack changed: other settings, or another version",
};

/**
 * What introduced or removed a finding: `` update 41 of stack `acme/refunds`, 2026-11-29 21:14 UTC, by platform@acme.example (git author) ``.
 *
 * Hostile wherever it is shown.
 */
export function changeText({ by, cause }: FleetChange): string {
  if (cause !== undefined) return causes[cause];
  const shown = by.slice(0, mostStacks).map(stackChangeText);
  const rest = by.length - shown.length;
  const all = rest > 0 ? [...shown, `${rest} more that changed`] : shown;
  return all.length === 1 ? all.join("") : `one or more of these: ${all.join("; ")}`;
}

function stackChangeText({ stack, how, updated, updates, isCut }: StackChange): string {
  const name = `stack \`${stack}\``;
  switch (how) {
    case "left":
      return `${name} is no longer among the inputs`;
    case "unread":
      return `${name} was not read, as some input could not be`;
    case "added":
      return `${name}, new among the inputs`;
    case "edited":
      return `${name}, whose state differs without an update`;
    case "updated":
      return updates.length === 0
        ? `${name}, ${updated === "" ? "which changed" : `updated ${shownTime(updated)} UTC`}`
        : updatesText(name, updates, isCut === true);
  }
}

function updatesText(name: string, updates: readonly Update[], isCut: boolean): string {
  const newest = updates[0] as Update;
  const until = shownTime(endOf(newest));
  const number = newest.version > 0 ? ` ${newest.version}` : "";
  if (isCut) {
    const upTo = number === "" ? "" : ` up to${number}`;
    return [`updates${upTo} of ${name}`, `the last ${until} UTC`, ...byText([newest])].join(", ");
  }
  if (updates.length > 1) {
    const oldest = updates.at(-1) as Update;
    const since = shownTime(endOf(oldest));
    const range =
      number === "" ? `${updates.length} updates` : `updates ${oldest.version} to${number}`;
    const times = since === until ? until : `${since} to ${until}`;
    return [`${range} of ${name}`, `${times} UTC`, ...byText(updates)].join(", ");
  }
  const { revision, uncommitted, message } = newest;
  const state = uncommitted === "yes" ? " with changes that were not committed" : "";
  return [
    `${number === "" ? "the update" : `update${number}`}${marksText(newest)} of ${name}`,
    `${until} UTC`,
    ...byText(updates),
    ...(revision === "" ? [] : [`commit ${revision.slice(0, 7)}${state}`]),
    ...(message === "" ? [] : [`message "${unquoted(message)}"`]),
  ].join(", ");
}

/** What is not usual about an update: `` (refresh, failed)``. */
function marksText({ kind, result }: Update): string {
  const marks = [
    ...(kind === "update" ? [] : [kind]),
    ...(result === "succeeded" ? [] : [result]),
  ].filter((mark) => mark !== "");
  return marks.length === 0 ? "" : ` (${marks.join(", ")})`;
}

function byText(updates: readonly Update[]): readonly string[] {
  const authors = [...new Set(updates.map(({ author }) => author))].filter((name) => name !== "");
  if (authors.length === 0) return [];
  const rest = authors.length - mostAuthors;
  const shown = authors.slice(0, mostAuthors).map(unquoted).join(" and ");
  const more = rest > 0 ? ` and ${rest} more` : "";
  return [`by ${shown}${more} (git author${authors.length === 1 ? "" : "s"})`];
}

/** A text that ends no quotation and no code of the sentence around it. */
function unquoted(text: string): string {
  return text.replace(/["`]/g, "'");
}

function endOf({ ended, started }: Update): string {
  return ended === "" ? started : ended;
}

/** A time as people read it: `2026-11-29 21:14`. */
function shownTime(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 16)}`;
}
