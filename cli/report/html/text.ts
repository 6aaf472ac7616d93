import { json, html, plain } from "../escape";

/** A message as HTML: what it has between backticks as code, the rest as it is, all of it escaped. */
export function proseHtml(text: string): string {
  const parts = plain(text).split("`");
  // Where a name had backticks of its own, the text between them is ambiguous.
  if (parts.length % 2 === 0) return html(text);
  return parts
    .map((part, index) => (index % 2 === 1 ? `<code>${html(part)}</code>` : html(part)))
    .join("");
}

/** Data for the page's script, in an element that no browser runs: nothing in it ends the element. */
export function dataElement(id: string, value: unknown): string {
  const text = json(value).replace(/\n\s*/g, "").replace(/[<>&]/g, escapedUnit);
  return `<script type="application/json" id="${id}">${text}</script>`;
}

function escapedUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** A text with a capital at its start. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A name or path as HTML, which breaks after its slashes where it has to. */
export function pathHtml(text: string): string {
  return html(text).replaceAll("/", "/<wbr>");
}

/** What is shown above a box whose content is wider than it. The page's script hides it where all of it is in view. */
export function scrollHint(what: string): string {
  return `<p class="muted hint">Scroll sideways to see all of ${what}. →</p>`;
}
