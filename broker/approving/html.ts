import { visible } from "../../core/visible";

/** HTML in which every inserted text is harmless; see {@link markup}. */
export class Html {
  /** @param text put into a page as it is */
  constructor(readonly text: string) {}
}

/** What a template of HTML takes: texts are escaped, HTML is not. */
export type Part = string | number | Html | readonly Html[];

/**
 * HTML of a template. Each text that is put in becomes an element's content or part of a quoted attribute, in which nothing
 * is markup, and of which nothing is invisible.
 */
export function markup(template: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const texts = parts.map((part) => {
    if (part instanceof Html) return part.text;
    return typeof part === "object" ? part.map(({ text }) => text).join("") : escaped(String(part));
  });
  return new Html(template.map((text, at) => text + (texts[at] ?? "")).join(""));
}

function escaped(text: string): string {
  return visible(text).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}
