import assert from "node:assert/strict";
import { readPage } from "./page";

describe("a page", () => {
  it("has a line that is too long, but not one of a table, a block or a comment", () => {
    const long = "a".repeat(121);
    const text = [long, `| ${long} |`, `<!-- ${long} -->`, "```ts", long, "```", "b".repeat(120)];
    assert.deepEqual(readPage(text.join("\n")).longLines, [1]);
  });

  it("has a sentence that is too long, over several lines, but not two that are not", () => {
    const words = (count: number) => Array.from({ length: count }, () => "word").join(" ");
    const text = [words(20), `${words(11)}.`, "", `${words(30)}.`, words(30), `- ${words(30)}`];
    assert.deepEqual(
      readPage(text.join("\n")).longSentences.map(({ line }) => line),
      [1],
    );
  });

  it("has the words that `wc -w` counts: also of tables, code and comments", () => {
    const text = ["# A title", "", "| a | b |", "```ts", "const x = 1;", "```", "<!-- c -->", " d"];
    assert.equal(readPage(text.join("\n")).words, 3 + 5 + 1 + 4 + 1 + 3 + 1);
    assert.equal(readPage("").words, 0);
  });

  it("has links, but not to other hosts, in a block or in code", () => {
    const text = [
      "[a](b.md#c) and [d](https://x.test), `[e](f.md)`",
      "```",
      "[g](h.md)",
      "```",
      "| [i](#j) |",
    ];
    assert.deepEqual(readPage(text.join("\n")).links, [
      { line: 1, target: "b.md#c" },
      { line: 5, target: "#j" },
    ]);
  });

  it("has anchors as GitHub makes them", () => {
    const text = [
      "# `agentid`: a tool",
      "## What's new?",
      "## Twice",
      "## Twice",
      "```",
      "# no",
      "```",
    ];
    assert.deepEqual(readPage(text.join("\n")).anchors, [
      "agentid-a-tool",
      "whats-new",
      "twice",
      "twice-1",
    ]);
  });

  it("has snippets with language and line", () => {
    const text = ["text", "", "   ```sh", "   ls", "   ```", "````md", "```ts", "```", "````"];
    assert.deepEqual(readPage(text.join("\n")).snippets, [
      { language: "sh", line: 4, code: "   ls" },
      { language: "md", line: 7, code: "```ts\n```" },
    ]);
  });

  it("has nothing of what it quotes, and all after that", () => {
    const long = "word ".repeat(31);
    const quoted = ["<!-- quoted: comment -->", long, "```ts", "```", "[a](b.md)", "<!-- end -->"];
    const { snippets, links, longLines, longSentences } = readPage([...quoted, long].join("\n"));
    assert.deepEqual([snippets, links, longLines], [[], [], [7]]);
    assert.deepEqual(
      longSentences.map(({ line }) => line),
      [7],
    );
  });
});
