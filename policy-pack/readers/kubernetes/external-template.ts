import { entriesAt, listAt } from "../../../core/snapshot/read";
import type { Value } from "../../../core/snapshot/value";
import { nameTextAt, textAt } from "./text";

/** How the template of an external or pushed secret makes keys out of values (external-secrets.io, guides/templating). */
export interface Template {
  /** Whether the keys of a template take the place of the values, so that these are no keys themselves. */
  readonly replaces: boolean;
  /** Whether a part of it stands elsewhere. */
  readonly isOpen: boolean;
  readonly texts: readonly (readonly [key: string, text: string | undefined])[];
}

/** The template in a value: what stands under `data` and `templateFrom`. */
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
