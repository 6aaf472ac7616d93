import { arnsIn, parseArn } from "./arn";
import { Secret, Unknown, isList, isRecord, type Value } from "./snapshot/value";

/** What stands for a text that is not to be shown. */
const mask = "[secret]";

/** Shorter texts hide nothing, and stand within many words. */
const shortest = 4;

/** What makes a word longer. */
const inWord = "[A-Za-z0-9]";

/** Properties of what is told by which others find a thing: what they hold are no values of the program. */
const kept = new Set([
  ...["urn", "property", "waitsFor", "rule", "fingerprint", "aliases", "standards"],
]);

/**
 * Texts that a program marks as secret though they are names, such as the account in an ARN: rules go by them, and nothing
 * shows them.
 *
 * A text is masked wherever it stands as a whole word or several. Those with fewer than four characters are not.
 */
export class Masks {
  readonly #texts = new Set<string>();
  #pattern: RegExp | undefined;

  /** Adds texts. */
  add(texts: Iterable<string>): void {
    const before = this.#texts.size;
    for (const text of texts) if (text.length >= shortest) this.#texts.add(text);
    if (this.#texts.size > before) this.#pattern = undefined;
  }

  /** Whether a text is one of those masked. */
  has(text: string): boolean {
    return this.#texts.has(text);
  }

  /** A text as it may be shown; a URN stays, in which nothing is a value. */
  over(text: string): string {
    if (this.#texts.size === 0 || text.startsWith("urn:pulumi:")) return text;
    // The longest first, so that no part of one is left.
    this.#pattern ??= new RegExp(
      `(?<!${inWord})(?:${[...this.#texts]
        .sort((a, b) => b.length - a.length)
        .map((each) => each.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"))
        .join("|")})(?!${inWord})`,
      "g",
    );
    return text.replace(this.#pattern, mask);
  }

  /** Plain data as it may be shown; URNs, fingerprints and ids of rules stay. */
  overAll<T>(data: T): T {
    return this.#texts.size === 0 ? data : (this.#masked(data) as T);
  }

  #masked(data: unknown): unknown {
    if (typeof data === "string") return this.over(data);
    if (Array.isArray(data)) return data.map((item) => this.#masked(item));
    if (typeof data !== "object" || data === null) return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, item]) => [key, kept.has(key) ? item : this.#masked(item)]),
    );
  }
}

/** The texts in a value that are marked as secret, each as it stands. */
export function markedTexts(value: Value | undefined): readonly string[] {
  const found: string[] = [];
  const open: (readonly [value: Value | undefined, isMarked: boolean])[] = [[value, false]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [here, isMarked] = next;
    if (here instanceof Secret) open.push([here.revealForComparison(), true]);
    else if (typeof here === "string") {
      if (isMarked) found.push(here);
    } else if (here instanceof Unknown) continue;
    else if (isList(here)) for (const item of here) open.push([item, isMarked]);
    else if (isRecord(here)) for (const item of Object.values(here)) open.push([item, isMarked]);
  }
  return found;
}

/** What a text is known by: itself, each ARN in it, the account and the name of each, and the steps of a URL's path. */
export function namesIn(text: string): readonly string[] {
  const ofArns = arnsIn(text).flatMap((arn) => {
    const parsed = parseArn(arn);
    const { account = "", resource = "" } = parsed.ok ? parsed.arn : {};
    return [arn, account, resource, resource.split(/[/:]/).at(-1) ?? ""];
  });
  const ofUrl = /^https?:\/\//.test(text) ? text.split("/").slice(3) : [];
  return [...new Set([text, ...ofArns, ...ofUrl])].filter((name) => name.length >= shortest);
}
