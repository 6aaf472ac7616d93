import { ConfiguredSecret, LeftOut, type Unknown } from "../../../core/snapshot/value";
import { stand } from "./stand";
import { loginsInUrls } from "./value";
import { credentialsIn, type Found, type Hit } from "./hits";

/**
 * A text with unknown parts, with a word in the place of each, and the stand-in of each that is left out; undefined where nothing
 * of it is known.
 */
export function sketchOf(parts: Unknown["parts"]): string | undefined {
  if (parts?.some((part) => typeof part === "string" || part instanceof LeftOut) !== true) {
    return undefined;
  }
  return parts.map(sketched).join("");
}

function sketched(part: string | Unknown): string {
  if (typeof part === "string") return part;
  return part instanceof LeftOut ? part.standIn.replace(redacted, "leftout-$1-value") : stand;
}

/** The stand-in of a value that a saved snapshot leaves out, which alone is taken for a placeholder. */
const redacted = /redacted-(\d+)-value/g;

const sketchedRedacted = /leftout-(\d+)-value/g;

/**
 * The fully known credentials in a text that is only partly known: `postgres://app:…@${host}`.
 *
 * @param find decides whether a text under a name is a credential
 */
export function credentialsInParts<F extends Found>(
  parts: Unknown["parts"],
  under: string | undefined,
  find: (text: string, under: string | undefined) => F | undefined,
): readonly Hit<F>[] {
  const sketch = sketchOf(parts);
  if (sketch === undefined) return [];
  const hits = credentialsIn(sketch, under, find).filter(({ within }) => isKnown(within));
  const others = (parts ?? [])
    .filter((part) => part instanceof LeftOut && !(part instanceof ConfiguredSecret))
    .map(sketched)
    .filter((text) => !hits.some((hit) => hit.text.includes(text)));
  // Of a text that is known in part, a saved snapshot leaves out only credentials.
  const leftOut = others.flatMap((text) => credentialsIn(text, "password", find));
  return [...hits, ...leftOut].map((hit) => ({
    ...hit,
    text: hit.text.replace(sketchedRedacted, "redacted-$1-value"),
  }));
}

/** Texts in the place of an unknown part that are credentials wherever one is expected: alone, and with a user. */
const probes = ["Zq7xK2vM9pLw4RtB", "desk:Zq7xK2vM9pLw4RtB"];

/**
 * Whether an unknown part of a script may be a credential or have one: it is where a command, a header, a URL or a setting has one,
 * or it fills a line. The name of a bucket in a URL is none.
 *
 * @param find decides whether a text under a name is a credential
 */
export function mayHaveCredential(
  parts: Unknown["parts"],
  find: (text: string, under: string | undefined) => Found | undefined,
): boolean {
  const sketch = sketchOf(parts);
  if (sketch === undefined) return true;
  const isLine = sketch.split("\n").some((line) => line.trim() === stand);
  if (isLine || sketch.includes(`://${stand}@`)) return true;
  return probes.some((probe) =>
    credentialsIn(sketch.replaceAll(stand, probe), undefined, find).some(({ within }) =>
      within.includes(probe.slice(-8)),
    ),
  );
}

/** Whether a credential is known whole: where it is a URL with a password, the password. */
function isKnown(text: string): boolean {
  if (!text.includes(stand)) return true;
  const logins = loginsInUrls(text);
  return logins.length > 0 && !logins.some(({ password }) => password.includes(stand));
}
