import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { tracked } from "../support/tracked";
import { errorsIn } from "./compile";
import { readPage, type Page } from "./page";

const root = join(__dirname, "../..");
const listing = "test/pages/exceptions.json";

const pages: ReadonlyMap<string, Page> = new Map(
  tracked()
    .filter((file) => file.endsWith(".md"))
    .map((file) => [file, readPage(readFileSync(join(root, file), "utf8"))]),
);

/** Pages for people. Not the changelog, which is a list, nor what is written for a test. */
const prose = [...pages].filter(([file]) =>
  /^(README|CONTRIBUTING|(agent|broker|tool)\/README|docs\/.*|examples\/.*)\.md$/.test(file),
);

/** Most words of a page of `docs`, as `wc -w` counts them. */
const mostWords = 900;

/** Pages of `docs` that may have more words: references, in which readers look up one entry. Each with its reason. */
const references: Readonly<Record<string, string>> = {
  "docs/broker/clients.md": "each test of each client",
  "docs/broker/configuration.md": "each property of a file",
  "docs/broker/protocol.md": "each request and answer of the broker",
  "docs/broker/threats.md": "each threat to the broker, and what meets it",
  "docs/cli.md": "each command, option and setting",
  "docs/components/reference.md": "each argument of each component",
  "docs/design.md": "the one page of the whole design",
  "docs/design/budgets.md": "each measured time and size",
  "docs/fleet/tables.md": "each column of each table of facts",
  "docs/glossary.md": "each term",
  "docs/snapshot.md": "the format of a file",
  "docs/standards.md": "each identifier of each standard",
};

type Counts = Readonly<Record<string, number>>;
type Kind = "longLines" | "longSentences";

/** How many a page may still have. `UPDATE_GOLDENS=1` takes out what is no longer needed, and adds nothing. */
const exceptions = JSON.parse(readFileSync(join(root, listing), "utf8")) as Record<Kind, Counts>;

describe("the pages", () => {
  it("link to files and headings that exist", () => {
    const dead = [...pages].flatMap(([file, { links }]) =>
      links
        .filter(({ target }) => !leadsSomewhere(file, target))
        .map(({ line, target }) => `${file}:${line}: ${target}`),
    );
    assert.deepEqual(dead, []);
  });

  it("have lines of at most 120 characters outside code and tables", () => {
    const found = prose.flatMap(([file, { longLines }]) =>
      longLines.map((line) => ({ file, at: `${file}:${line}` })),
    );
    holdsTo("longLines", found);
  });

  it("have sentences of at most 30 words", () => {
    const found = prose.flatMap(([file, { longSentences }]) =>
      longSentences.map(({ line, text }) => ({ file, at: `${file}:${line}: ${text}` })),
    );
    holdsTo("longSentences", found);
  });

  it("of docs have at most 900 words, except references", () => {
    const found = aboveLimit(
      [...pages]
        .filter(([file]) => file.startsWith("docs/"))
        .map(([file, { words }]) => ({ file, words })),
    );
    assert.deepEqual(found, Object.keys(references));
  });

  it("of docs are found from 901 words on", () => {
    const pageOf = (words: number) => readPage("word ".repeat(words));
    const found = aboveLimit([
      { file: "docs/a.md", words: pageOf(900).words },
      { file: "docs/b.md", words: pageOf(901).words },
    ]);
    assert.deepEqual(found, ["docs/b.md"]);
  });

  it("show TypeScript that compiles", () => {
    const snippets = prose
      // Blocks of rule pages are run, by test/docs.test.ts.
      .filter(([file]) => !file.startsWith("docs/rules/"))
      .flatMap(([file, page]) => page.snippets.map((snippet) => ({ file, ...snippet })))
      .filter(({ language }) => language === "ts" || language === "typescript");
    assert.ok(snippets.length > 20, `there are ${snippets.length}`);
    assert.deepEqual(errorsIn(snippets), []);
  });
});

/** Names of the files above the limit, in their order. */
function aboveLimit(
  files: readonly { readonly file: string; readonly words: number }[],
): readonly string[] {
  return files
    .filter(({ words }) => words > mostWords)
    .map(({ file }) => file)
    .toSorted();
}

function leadsSomewhere(from: string, target: string): boolean {
  const [path = "", anchor] = target.split("#");
  const file = path === "" ? from : join(from, "..", path);
  if (!existsSync(join(root, file))) return false;
  const page = pages.get(file) ?? pages.get(join(file, "README.md"));
  return anchor === undefined || page?.anchors.includes(anchor) === true;
}

/** A page has as many as in the list: more is a fault, and fewer leaves the list too long. */
function holdsTo(kind: Kind, found: readonly { readonly file: string; readonly at: string }[]) {
  const of = (page: string) => found.filter(({ file }) => file === page);
  const listed = exceptions[kind];
  const more = prose.flatMap(([file]) => {
    const places = of(file).map(({ at }) => at);
    const allowed = listed[file] ?? 0;
    if (places.length <= allowed) return [];
    return allowed === 0 ? places : [`${places.length}, and not ${allowed}: ${places.join(", ")}`];
  });
  assert.deepEqual(more, []);
  const needed = Object.fromEntries(
    Object.keys(listed)
      .map((file) => [file, of(file).length] as const)
      .filter(([, count]) => count > 0),
  );
  if (process.env["UPDATE_GOLDENS"] === "1") {
    exceptions[kind] = needed;
    writeFileSync(join(root, listing), `${JSON.stringify(exceptions, null, 2)}\n`);
  }
  assert.deepEqual(exceptions[kind], needed, `${listing} allows more than there is`);
}
