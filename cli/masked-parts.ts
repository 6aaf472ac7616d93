import { LeftOut, PartialText, type Unknown } from "../core/snapshot/value";

/** A known part of a text that is left out when the text is saved, and numbered as the credential that it is. */
class HiddenPart extends LeftOut {
  readonly #text: string;

  constructor(text: string) {
    super(0, false);
    this.#text = text;
  }

  override get standIn(): string {
    return this.#text;
  }
}

/**
 * A text that is known in part, without the credentials in its known parts.
 *
 * @param credentials the credentials that were found in it
 * @param hasSecret whether what else is known has a secret
 */
export function withoutCredentials(
  { parts }: PartialText,
  credentials: readonly string[],
  hasSecret: (text: string) => boolean,
): PartialText {
  // A long one may contain a short one.
  const hidden = parts.map((part) => (part instanceof HiddenPart ? part.standIn : undefined));
  const longest = [...new Set(credentials)].filter((text) => !hidden.includes(text));
  longest.sort((one, other) => other.length - one.length);
  const spelled = longest.map((text) => [text, spellingIn(parts, text)] as const);
  // One that is written in another way is in any of them.
  const isHidden = spelled.some(([, spelling]) => spelling === undefined);
  const split = spelled.reduce(
    (before: Parts, [text, spelling = text]) =>
      before.flatMap((part) =>
        typeof part === "string" ? partsAround(part, spelling, text) : [part],
      ),
    parts,
  );
  return new PartialText(
    split.map((part) =>
      typeof part === "string" && (isHidden || hasSecret(part)) ? new HiddenPart(part) : part,
    ),
  );
}

type Parts = readonly (string | Unknown)[];

/** How a credential is written in the known parts. */
function spellingIn(parts: Parts, text: string): string | undefined {
  return [text, JSON.stringify(text).slice(1, -1), encodeURIComponent(text)].find((spelling) =>
    parts.some((part) => typeof part === "string" && part.includes(spelling)),
  );
}

function partsAround(text: string, spelling: string, credential: string): Parts {
  return text
    .split(spelling)
    .flatMap((part, at) => (at === 0 ? [part] : [new HiddenPart(credential), part]))
    .filter((part) => part !== "");
}
