import assert from "node:assert/strict";
import fc from "fast-check";
import { Mistakes, printProblems } from "../../yaml/problems";
import { readShape } from "../../yaml/read-shape";
import type { RecordShape } from "../../yaml/shape";
import { readYaml } from "../../yaml/written";

const shape = {
  kind: "record",
  fields: {
    word: { about: "A word.", shape: { kind: "choice", values: ["one", "two"] } },
    day: { about: "A day.", shape: { kind: "text", wanted: "a day", pattern: /^\d$/ } },
    count: { about: "A number.", shape: { kind: "whole", least: 1, most: 2 } },
    names: {
      about: "Words by name.",
      shape: {
        kind: "map",
        least: 0,
        wanted: "words by name",
        of: { kind: "choice", values: ["one"] },
      },
    },
  },
} as const satisfies RecordShape;

function problemsOf(text: string, repeats: boolean): string {
  const mistakes = new Mistakes({ repeats });
  const written = readYaml(text, mistakes, { ifEmpty: "fill it", ifLong: "shorten it" });
  if (written !== undefined) readShape(shape, written, "", { mistakes });
  return printProblems("f.yaml", mistakes.problems);
}

const hostile = [
  'word: "a\\e[31mb"',
  'day: "\\n::error::x"',
  'count: "\\u202e##vso[task.complete]"',
  '"wo\\e[31mrd": one',
  'names: { "\\n##[error]x": one }',
  "word: *none",
  "word: !<tag\u202e> x",
];

describe("the mistakes of a file", () => {
  for (const text of hostile) {
    it(`are reported on one line each, with no control sequence of a terminal or a runner: ${JSON.stringify(text)}`, () => {
      for (const repeats of [true, false]) {
        const lines = problemsOf(text, repeats).split("\n");
        for (const line of lines) {
          assert.match(line, /^f\.yaml(?: has \d mistakes: f\.yaml)?:\d+:\d+: /);
          assert.doesNotMatch(line, /[\p{C}]|##(?:vso)?\[/u);
        }
      }
    });
  }

  it("name what they are about where a manifest is the user's own", () => {
    assert.equal(
      problemsOf("word: twoo", true),
      "f.yaml:1:7: word: `twoo` is not allowed; give `one` or `two`; did you mean `two`?",
    );
  });

  it("repeat nothing of a file that may be another than it should be", () => {
    const planted = "hunter2secret";
    const texts = [
      planted,
      `${planted}: x`,
      `word: ${planted}`,
      `day: ${planted}`,
      `count: ${planted}`,
      `names: ${planted}`,
      `names: { one: ${planted} }`,
      `word: *${planted}`,
      `word: !${planted} x`,
      `word: "\\${planted}"`,
      `%${planted} x\n---\nword: one`,
      `word: |${planted}\n  x`,
      `${planted}: 1\n${planted}: 2`,
      `[${planted}`,
      `word: ]${planted}`,
      `AWS_SECRET_ACCESS_KEY=${planted}\0HOME=/root\0`,
    ];
    for (const text of texts) {
      const reported = problemsOf(text, false);
      assert.match(reported, /f\.yaml:\d+:\d+: /);
      assert.ok(!reported.includes(planted), reported);
    }
  });

  it("repeat nothing of it, whatever is around it", () => {
    const around = fc.string({
      unit: fc.constantFrom(
        "[",
        "]",
        "{",
        "}",
        ":",
        " ",
        "\n",
        "&",
        "*",
        "!",
        '"',
        "'",
        "|",
        "%",
        "-",
      ),
      maxLength: 6,
    });
    fc.assert(
      fc.property(around, around, (before, after) => {
        const text = `word: ${before}hunter2secret${after}`;
        assert.ok(!problemsOf(text, false).includes("hunter2secret"), text);
      }),
      { numRuns: 2000 },
    );
  });
});
