import { exemptKey } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import type { Name } from "../../../facts/name";
import { entriesAt, read, readThrough, listAt } from "../../../../core/snapshot/read";
import type { Value } from "../../../../core/snapshot/value";
import { mayBeCredential } from "./generated";
import { knownPartFacts, literalFacts, unknownLiteral } from "./literals";
import type { KubeObject } from "../object";
import { textAt, nameTextAt } from "../text";

/**
 * The credentials in the `data` of a template by which an operator makes a Secret.
 *
 * They are in plain text in the operator's own object, with or without a mark: only its result is a location for secrets.
 *
 * @param container the Secret that is made
 * @param path the location of the template
 */
export function* templateLiterals(
  object: KubeObject,
  container: Name,
  template: Value | undefined,
  path: string,
): Iterable<Fact> {
  const whole = readThrough(template, "data");
  // A mark around all of them identifies none: known texts are judged as without it.
  const isMarked = read(template, "data").kind === "secret";
  const all = {
    holder: container,
    property: `${path}.data`,
    under: undefined,
    place: "exposed",
  } as const;
  if (whole.kind === "unknown") {
    yield unknownLiteral(object, all, whole.secret, whole.dependsOn);
    return;
  }
  for (const [key, value] of entriesAt(template, "data")) {
    if (exemptKey(key) !== undefined) continue;
    const at = { ...all, property: `${path}.data.${key}`, under: key, key };
    const text = textAt(value);
    if (text.kind === "text") {
      const mark = !text.secret ? "none" : isMarked ? "around" : "value";
      yield* literalFacts(object, at, text.text, mark);
    } else if (text.kind === "unknown") {
      const known = [...knownPartFacts(object, at, text)];
      yield* known;
      if (known.length === 0 && mayBeCredential(text, key)) {
        yield unknownLiteral(object, at, text.secret, text.dependsOn);
      }
    }
  }
}

/** How the template of an external or pushed secret makes keys out of values (external-secrets.io, guides/templating). */
export interface Template {
  /** Whether the keys of a template take the place of the values, so that these are no keys themselves. */
  readonly replaces: boolean;
  /** Whether a part of it is in another object. */
  readonly isOpen: boolean;
  readonly texts: readonly (readonly [key: string, text: string | undefined])[];
}

/** The template in a value: the content of `data` and `templateFrom`. */
export function templateIn(template: Value | undefined): Template {
  const texts = entriesAt(template, "data").map(([key, value]) => {
    const text = textAt(value);
    return [key, text.kind === "text" ? text.text : undefined] as const;
  });
  const isOpen = listAt(template, "templateFrom").length > 0;
  const isAny = texts.length > 0 || isOpen;
  return { replaces: isAny && nameTextAt(template, "mergePolicy") !== "Merge", isOpen, texts };
}

/** The keys that a template fills with one value as it is: `{{ .password }}`. */
export function keysWithValue({ texts }: Template, value: string): readonly string[] {
  return texts.flatMap(([key, text]) => (valueAsIs(text) === value ? [key] : []));
}

/** Whether a template may put a value into something else. */
export function mayMakeMore({ texts, isOpen }: Template): boolean {
  return isOpen || texts.some(([, text]) => isPattern(text) && valueAsIs(text) === undefined);
}

function isPattern(text: string | undefined): boolean {
  return text === undefined || text.includes("{{");
}

function valueAsIs(text: string | undefined): string | undefined {
  const found =
    /^\s*\{\{-?\s*(?:\.([\w-]{1,253})|index \. "([^"]{1,253})")\s*(?:\|\s*toString\s*)?-?\}\}\s*$/.exec(
      text ?? "",
    );
  return found?.[1] ?? found?.[2];
}
