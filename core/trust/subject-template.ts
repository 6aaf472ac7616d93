import type { ClaimPattern } from "./claim-pattern";

/**
 * A form of an issuer's subjects: text with placeholders, as in `deployment:{ORGANIZATION=organisation}/{APP=project}`.
 *
 * A placeholder is written as it is shown in a suggestion, with what its value names after `=`. It matches a text without `:`
 * and `/`, or with `…` at its end any text. One that is `*` is of only one run.
 */
export type SubjectTemplate = string;

type Token =
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "placeholder";
      readonly shown: string;
      readonly names: readonly string[];
      readonly spans: boolean;
    };

/** How far a pattern follows a template. */
export interface Following {
  /** What the placeholders name that the pattern gives whole. */
  readonly names: readonly string[];
  /** Whether it gives whole what is of one run alone. */
  readonly once: boolean;
}

/** How far each template is followed that the pattern fits; none where no subject can be of it. */
export function followed(
  templates: readonly SubjectTemplate[],
  text: string,
): readonly Following[] {
  return templates.flatMap((template) => follow(tokensOf(template), text) ?? []);
}

/** A template as a suggestion shows it, with the values of its placeholders that a loose subject gives whole. */
export function completedTemplate(template: SubjectTemplate, loose?: ClaimPattern["text"]): string {
  const given = loose === undefined ? [] : valuesIn(tokensOf(template), loose).values;
  let at = 0;
  return tokensOf(template)
    .map((token) => (token.kind === "text" ? token.text : (given[at++] ?? token.shown)))
    .join("");
}

/** A template as a message shows it, with what differs left out. */
export function shownTemplate(template: SubjectTemplate): string {
  return tokensOf(template)
    .map((token) => (token.kind === "text" ? token.text : "…"))
    .join("");
}

function tokensOf(template: SubjectTemplate): readonly Token[] {
  return template.split(/(\{[^{}]*\})/).flatMap((part): readonly Token[] => {
    if (!part.startsWith("{")) return part === "" ? [] : [{ kind: "text", text: part }];
    const [label = "", names = ""] = part.slice(1, -1).split("=");
    const spans = label.endsWith("…");
    return [
      {
        kind: "placeholder",
        shown: spans ? label.slice(0, -1) : label,
        names: names === "" ? [] : names.split("+"),
        spans,
      },
    ];
  });
}

function follow(tokens: readonly Token[], text: string): Following | undefined {
  const { fits, values } = valuesIn(tokens, text);
  if (!fits) return undefined;
  const placeholders = tokens.filter((token) => token.kind === "placeholder");
  const given = placeholders.slice(0, values.length);
  return {
    names: given.flatMap(({ names }) => names),
    once: given.some(({ shown }) => shown === "*"),
  };
}

/** The values of placeholders up to the first wildcard, and whether a subject of the template can fit the text. */
function valuesIn(
  tokens: readonly Token[],
  text: string,
): { readonly fits: boolean; readonly values: readonly string[] } {
  const values: string[] = [];
  let rest = text;
  for (const [at, token] of tokens.entries()) {
    const wild = wildIn(rest);
    if (token.kind === "text") {
      const known = rest.slice(0, Math.min(wild, token.text.length));
      if (!token.text.startsWith(known)) return { fits: false, values };
      if (known.length < token.text.length) return { fits: wild < rest.length, values };
      rest = rest.slice(token.text.length);
      continue;
    }
    const next = tokens[at + 1];
    const end = endOf(rest, token.spans, next?.kind === "text" ? next.text : undefined);
    if (wild < end) return { fits: true, values };
    if (end === 0) return { fits: false, values };
    values.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return { fits: rest === "" || wildIn(rest) === 0, values };
}

/** Where the value at the start of a text ends. */
function endOf(rest: string, spans: boolean, next: string | undefined): number {
  const end = spans ? (next === undefined ? -1 : rest.indexOf(next)) : rest.search(/[:/]/);
  return end === -1 ? rest.length : end;
}

function wildIn(text: string): number {
  const at = text.search(/[*?]/);
  return at === -1 ? text.length : at;
}
