import { comparedIn } from "./compared";
import type { Piece } from "./piece";
import { piecesIn } from "./pieces";

/** A credential in a text, with what was found out about it. */
export interface Hit<Found> extends Piece {
  readonly found: Found;
  /** The part of the text that it was found in: the URL of a password. */
  readonly within: string;
}

/** What is found out about a text: what its credential is, and where, if it is not the whole. */
export interface Found {
  readonly what: string;
  readonly start?: number;
  readonly end?: number;
}

/**
 * The credentials in a text: those in the parts of it, else in the text as a whole.
 *
 * @param find decides whether a text under a name is a credential
 */
export function credentialsIn<F extends Found>(
  text: string,
  under: string | undefined,
  find: (text: string, under: string | undefined) => F | undefined,
): readonly Hit<F>[] {
  const hits: Hit<F>[] = [];
  for (const piece of piecesIn(text, under)) {
    if (isKeyOfArgo(piece.text, under)) continue;
    const found = piece.text === text ? undefined : find(piece.text, piece.under);
    if (found !== undefined) hits.push(...hitsOf(piece, found));
  }
  if (hits.length > 0) return distinct(hits);
  const found = find(text, under);
  return found === undefined ? [] : hitsOf({ text, under }, found);
}

/** Each credential of a name once: it can be read as it is written, and without its escapes. */
function distinct<F extends Found>(hits: readonly Hit<F>[]): readonly Hit<F>[] {
  const byText = new Map(hits.map((hit) => [`${hit.under ?? ""}\n${hit.text}`, hit] as const));
  return [...byText.values()];
}

function hitsOf<F extends Found>({ text: within, under }: Piece, found: F): readonly Hit<F>[] {
  const { start = 0, end = within.length } = found;
  return comparedIn(within.slice(start, end)).map((text) => ({ text, under, found, within }));
}

/**
 * Whether a text names a key of the Secret that Argo CD puts its value from, in the settings in which it does so.
 *
 * Source: argo-cd.readthedocs.io, operator-manual: notifications/services/overview (`service.slack`), user-management
 * (`dex.config`, `oidc.config`).
 */
function isKeyOfArgo(text: string, setting: string | undefined): boolean {
  return (
    setting !== undefined &&
    /^(?:service\.[\w.-]+|dex\.config|oidc\.config)$/.test(setting) &&
    /^\$[a-z]+(?:[-_][a-z]+)*$/.test(text)
  );
}
