import type { TemplatePart, Field } from "../../facts/spiffe-template";

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

/** The position of an action's `}}`, outside of quotes and comments. */
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

/** A word of an action: a quoted text with its value, or anything else literally. */
type Token =
  | { readonly kind: "string"; readonly text: string }
  | { readonly kind: "word"; readonly text: string };

const tokenForm = /\s*(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|([()|])|([^\s()|"`]+))/y;

/** Maximum parts of an action, and depth of its parentheses; practical ones are far smaller. */
const mostParts = 64;
const deepest = 16;

/** What an action of a template prints; undefined where that is unsupported. */
function parsePipeline(action: string): readonly TemplatePart[] | undefined {
  const tokens = tokensOf(action);
  if (tokens === undefined || tokens.length === 0) return undefined;
  const reader = new Reader(tokens);
  const parts = reader.pipeline(0);
  return parts !== undefined && reader.isAtEnd() && parts.length <= mostParts ? parts : undefined;
}

/** What a value prints as, or, for the maps of labels and annotations, where `index` looks. */
type Value =
  | { readonly kind: "parts"; readonly parts: readonly TemplatePart[] }
  | { readonly kind: "map"; readonly field: "label" | "annotation" };

class Reader {
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  isAtEnd(): boolean {
    return this.#at === this.#tokens.length;
  }

  /** Commands joined by `|`, each with the output of the one before it as its last argument. */
  pipeline(depth: number): readonly TemplatePart[] | undefined {
    let value = this.#command(undefined, depth);
    while (value !== undefined && this.#take("|")) value = this.#command(value, depth);
    return value?.kind === "parts" ? value.parts : undefined;
  }

  #command(piped: Value | undefined, depth: number): Value | undefined {
    const head = this.#tokens[this.#at];
    if (head?.kind === "word" && /^[a-z]+$/.test(head.text)) {
      this.#at += 1;
      const given = this.#operands(depth);
      if (given === undefined) return undefined;
      return call(head.text, piped === undefined ? given : [...given, piped]);
    }
    const operands = this.#operands(depth);
    const [only, ...more] = operands ?? [];
    return piped === undefined && more.length === 0 ? only : undefined;
  }

  #operands(depth: number): readonly Value[] | undefined {
    const values: Value[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || isSign(token, "|") || isSign(token, ")")) return values;
      this.#at += 1;
      const value = isSign(token, "(") ? this.#inParentheses(depth) : operandOf(token);
      if (value === undefined) return undefined;
      values.push(value);
    }
  }

  #inParentheses(depth: number): Value | undefined {
    if (depth >= deepest) return undefined;
    const parts = this.pipeline(depth + 1);
    return parts !== undefined && this.#take(")") ? { kind: "parts", parts } : undefined;
  }

  #take(sign: string): boolean {
    const token = this.#tokens[this.#at];
    if (token === undefined || !isSign(token, sign)) return false;
    this.#at += 1;
    return true;
  }
}

function isSign(token: Token, sign: string): boolean {
  return token.kind === "word" && token.text === sign;
}

function tokensOf(action: string): readonly Token[] | undefined {
  const tokens: Token[] = [];
  const text = action.trim();
  tokenForm.lastIndex = 0;
  while (tokenForm.lastIndex < text.length) {
    const found = tokenForm.exec(text);
    if (found === null) return undefined;
    const [, quoted, sign, word] = found;
    if (quoted === undefined) tokens.push({ kind: "word", text: sign ?? word ?? "" });
    else {
      const unquoted = unquotedText(quoted);
      if (unquoted === undefined) return undefined;
      tokens.push({ kind: "string", text: unquoted });
    }
  }
  return tokens;
}

/** The text in quotes; undefined where it has escapes other than of quotes and backslashes. */
function unquotedText(quoted: string): string | undefined {
  const inner = quoted.slice(1, -1);
  if (quoted.startsWith("`")) return inner;
  return /\\[^"\\]/.test(inner) ? undefined : inner.replace(/\\(["\\])/g, "$1");
}

function operandOf(token: Token): Value | undefined {
  if (token.kind === "string") {
    const parts = token.text === "" ? [] : [{ kind: "text", text: token.text } as const];
    return { kind: "parts", parts };
  }
  // `$` is the data of a template, as `.` is outside of blocks.
  const path = /^\$?\.([A-Za-z]\w*(?:\.\w+)*)$/.exec(token.text)?.[1];
  return path === undefined ? undefined : fieldAt(path.split("."));
}

const constants = ["TrustDomain", "ClusterName", "ClusterDomain"];

const fields: Readonly<Record<string, Field>> = {
  "PodMeta.Namespace": "namespace",
  "PodMeta.Name": "pod name",
  "PodMeta.UID": "pod uid",
  "PodSpec.ServiceAccountName": "account",
  // The API server gives both the same value. Source: Kubernetes API, PodSpec.
  "PodSpec.DeprecatedServiceAccount": "account",
  "PodSpec.NodeName": "node",
};

const maps: Readonly<Record<string, "label" | "annotation">> = {
  "PodMeta.Labels": "label",
  "PodMeta.Annotations": "annotation",
};

/** Texts of a pod that its author writes; the other fields print as no part of a SPIFFE ID. */
const others = [
  "PodMeta.GenerateName",
  "PodSpec.Hostname",
  "PodSpec.Subdomain",
  "PodSpec.PriorityClassName",
  "PodSpec.SchedulerName",
];

function fieldAt(path: readonly string[]): Value | undefined {
  const [root = "", second = "", key, ...more] = path;
  if (path.length === 1 && constants.includes(root)) return oneOf({ kind: "constant", name: root });
  if (more.length > 0) return undefined;
  const two = `${root}.${second}`;
  const map = Object.hasOwn(maps, two) ? maps[two] : undefined;
  if (map !== undefined) {
    return key === undefined
      ? { kind: "map", field: map }
      : oneOf({ kind: "field", field: map, key });
  }
  if (root === "NodeMeta" || root === "NodeSpec") {
    const ofNode = [second, ...(key === undefined ? [] : [key])].join(".");
    return oneOf({ kind: "field", field: "node", key: `${root}.${ofNode}` });
  }
  if (key !== undefined) return undefined;
  const field = Object.hasOwn(fields, two) ? fields[two] : undefined;
  if (field !== undefined) return oneOf({ kind: "field", field });
  return others.includes(two) ? oneOf({ kind: "field", field: "other", key: two }) : undefined;
}

function oneOf(part: TemplatePart): Value {
  return { kind: "parts", parts: [part] };
}

const escapers = ["html", "js", "urlquery"];

/** What a function of Go's templates prints. Source: pkg.go.dev/text/template, "Functions". */
function call(name: string, given: readonly Value[]): Value | undefined {
  if (name === "index") return indexed(given);
  const texts = given.map((value) => (value.kind === "parts" ? value.parts : undefined));
  const known = texts.filter((parts) => parts !== undefined);
  if (known.length < texts.length) return undefined;
  // These leave valid characters of a SPIFFE ID unchanged.
  const isOne = escapers.includes(name) && known.length === 1;
  if (name === "print" || isOne) return { kind: "parts", parts: known.flat() };
  return name === "printf" ? formatted(known) : undefined;
}

function indexed(given: readonly Value[]): Value | undefined {
  const [map, key, ...more] = given;
  if (map?.kind !== "map" || key?.kind !== "parts" || more.length > 0) return undefined;
  const [part, ...rest] = key.parts;
  if (part?.kind !== "text" || rest.length > 0) return undefined;
  // A map gives nothing for what it has not, where a path to it prints as what is no part of a SPIFFE ID.
  return oneOf({ kind: "field", field: map.field, key: part.text, orNothing: true });
}

/** `printf` of texts, which `%s` and `%v` leave as they are. */
function formatted(given: readonly (readonly TemplatePart[])[]): Value | undefined {
  const [format, ...args] = given;
  const [text, ...more] = format ?? [];
  if (text?.kind !== "text" || more.length > 0) return undefined;
  const pieces = text.text.split(/%[sv]/);
  if (pieces.length !== args.length + 1 || pieces.some((piece) => piece.includes("%"))) {
    return undefined;
  }
  const parts = pieces.flatMap((piece, index): readonly TemplatePart[] => [
    ...(piece === "" ? [] : [{ kind: "text", text: piece } as const]),
    ...(args[index] ?? []),
  ]);
  return { kind: "parts", parts };
}
