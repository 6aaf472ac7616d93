import type { TemplatePart } from "./part";
import { parsePipeline } from "./pipeline";

/** Longest template that is looked at; one that makes a SPIFFE ID is far shorter. */
const longestTemplate = 8192;

/**
 * Reads a template of Go's `text/template` as SPIRE's controller manager fills it in.
 *
 * Source: spiffe/spire-controller-manager, docs/clusterspiffeid-crd.md, "Templates"; pkg.go.dev/text/template.
 */
export function parseTemplate(text: string): readonly TemplatePart[] {
  if (text.length > longestTemplate) return [{ kind: "unclear", action: "…" }];
  const parts: TemplatePart[] = [];
  let rest = text;
  let trimNext = false;
  for (;;) {
    const open = rest.indexOf("{{");
    const plain = open < 0 ? rest : rest.slice(0, open);
    const action = open < 0 ? undefined : actionAt(rest, open + 2);
    const start = trimNext ? plain.trimStart() : plain;
    const kept = action?.trimsBefore === true ? start.trimEnd() : start;
    if (kept !== "") parts.push({ kind: "text", text: kept });
    if (open < 0) return merged(parts);
    // What is opened and not closed is no template at all: the controller manager refuses it.
    if (action === undefined) return [{ kind: "unclear", action: rest.slice(open) }];
    parts.push(...partsOf(action.text));
    trimNext = action.trimsAfter;
    rest = rest.slice(action.end);
  }
}

interface Action {
  readonly text: string;
  /** Where the text behind it starts. */
  readonly end: number;
  readonly trimsBefore: boolean;
  readonly trimsAfter: boolean;
}

/** The action whose text starts at a place; undefined where it has no end. */
function actionAt(text: string, start: number): Action | undefined {
  const end = endOf(text, start);
  if (end === undefined) return undefined;
  let inner = text.slice(start, end);
  const trimsBefore = /^-\s/.test(inner);
  if (trimsBefore) inner = inner.slice(1);
  const trimsAfter = /\s-$/.test(inner);
  if (trimsAfter) inner = inner.slice(0, -1);
  return { text: inner.trim(), end: end + 2, trimsBefore, trimsAfter };
}

/** Where an action's `}}` stands, outside of quotes and comments. */
function endOf(text: string, start: number): number | undefined {
  let quote: string | undefined;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? "";
    if (quote !== undefined) {
      if (character === "\\" && quote === '"') at += 1;
      else if (character === quote) quote = undefined;
    } else if (character === '"' || character === "`") quote = character;
    else if (text.startsWith("/*", at)) {
      const close = text.indexOf("*/", at + 2);
      if (close < 0) return undefined;
      at = close + 1;
    } else if (text.startsWith("}}", at)) return at;
  }
  return undefined;
}

function partsOf(action: string): readonly TemplatePart[] {
  if (action.startsWith("/*") && action.endsWith("*/")) return [];
  return parsePipeline(action) ?? [{ kind: "unclear", action }];
}

/** The same parts, no two texts of which follow each other. */
function merged(parts: readonly TemplatePart[]): readonly TemplatePart[] {
  const result: TemplatePart[] = [];
  for (const part of parts) {
    const last = result.at(-1);
    if (part.kind === "text" && last?.kind === "text") {
      result[result.length - 1] = { kind: "text", text: last.text + part.text };
    } else result.push(part);
  }
  return result;
}
