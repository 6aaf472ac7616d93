/** A code block of a page. */
interface Snippet {
  readonly language: string;
  /** Line of its first line of code, from 1. */
  readonly line: number;
  readonly code: string;
}

/** A link of a page. */
interface Link {
  readonly line: number;
  /** Path and anchor, as written. */
  readonly target: string;
}

/**
 * The parts of a page in Markdown that tests read. Quotations are left out: they are between `<!-- quoted: NAME -->` and `<!--
 * end -->`, and tests of their own compare them with their source.
 */
export interface Page {
  readonly snippets: readonly Snippet[];
  readonly links: readonly Link[];
  /** Anchors of its headings, as GitHub makes them. */
  readonly anchors: readonly string[];
  /** Lines of prose above the limit: not in a code block, a table or a comment. */
  readonly longLines: readonly number[];
  /** Sentences above the limit, each as its line and its words. */
  readonly longSentences: readonly { readonly line: number; readonly text: string }[];
  /** How many words the whole page has, with code and tables, as `wc -w` counts them. */
  readonly words: number;
}

/** Most characters of a line of prose. */
const mostCharacters = 120;

/** Most words of a sentence. */
const mostWords = 30;

/** Reads a page. */
export function readPage(text: string): Page {
  const snippets: Snippet[] = [];
  const prose: { line: number; text: string }[] = [];
  let open: { isolation: string; language: string; line: number; code: string[] } | undefined;
  let isQuoted = false;
  for (const [index, line] of text.split("\n").entries()) {
    const isolation = /^\s*(`{3,})(\w*)/.exec(line);
    if (open !== undefined) {
      if (isolation?.[1] === open.isolation && isolation[2] === "") {
        const { language, line: first, code } = open;
        if (!isQuoted) snippets.push({ language, line: first, code: code.join("\n") });
        open = undefined;
      } else open.code.push(line);
    } else if (isolation !== null) {
      open = {
        isolation: isolation[1] ?? "",
        language: isolation[2] ?? "",
        line: index + 2,
        code: [],
      };
      prose.push({ line: index + 1, text: "" });
    } else {
      if (line.startsWith("<!-- quoted: ")) isQuoted = true;
      if (line === "<!-- end -->") isQuoted = false;
      prose.push({ line: index + 1, text: isQuoted ? "" : line });
    }
  }
  const written = prose.filter(({ text: line }) => !/^\s*(\||<!--)/.test(line));
  return {
    snippets,
    words: text.split(/\s+/).filter((word) => word !== "").length,
    links: prose.flatMap(({ line, text: of }) => linksIn(of).map((target) => ({ line, target }))),
    anchors: anchorsOf(prose.map(({ text: line }) => line)),
    longLines: written
      .filter(({ text: line }) => line.length > mostCharacters)
      .map(({ line }) => line),
    longSentences: paragraphsOf(written).flatMap(({ line, text: paragraph }) =>
      sentencesOf(paragraph)
        .filter((sentence) => wordsIn(sentence) > mostWords)
        .map((sentence) => ({ line, text: sentence })),
    ),
  };
}

function linksIn(line: string): readonly string[] {
  const plain = line.replace(/`[^`]*`/g, "code");
  return [...plain.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, target = ""]) => target);
}

function anchorsOf(lines: readonly string[]): readonly string[] {
  const seen = new Map<string, number>();
  return lines.flatMap((line) => {
    const heading = /^#+ +(.*)$/.exec(line)?.[1];
    if (heading === undefined) return [];
    const shown = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").trim();
    const slug = shown
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-");
    const before = seen.get(slug) ?? 0;
    seen.set(slug, before + 1);
    return [before === 0 ? slug : `${slug}-${before}`];
  });
}

/** Paragraphs and items of lists, each as one line; headings are none. */
function paragraphsOf(lines: readonly { readonly line: number; readonly text: string }[]) {
  const found: { line: number; text: string }[] = [];
  let last: { line: number; text: string } | undefined;
  for (const { line, text } of lines) {
    const starts = /^\s*(?:[-*+]|\d+\.)\s+/.exec(text);
    if (text.trim() === "" || text.startsWith("#")) last = undefined;
    else if (last === undefined || starts !== null) {
      last = { line, text: text.slice(starts?.[0].length ?? 0).trim() };
      found.push(last);
    } else last.text += ` ${text.trim()}`;
  }
  return found;
}

function sentencesOf(paragraph: string): readonly string[] {
  return paragraph
    .replace(/`[^`]+`/g, "code")
    .replace(/!?\[([^\]]*)\]\([^)]*\)/g, "$1")
    .split(/(?<=[.!?]["”)*]*)\s+/);
}

function wordsIn(sentence: string): number {
  return sentence.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}
