import assert from "node:assert/strict";
import fc from "fast-check";
import { codeFrame } from "../../../cli/report/code-frame";
import { anyText } from "../../support/any-text";

const named = (text: string): boolean => text === "desk";

function frameOf(file: string, line: string, column: number): readonly string[] | undefined {
  const frame = codeFrame({ file, line: 1, column }, line, named);
  return frame && [frame.code, frame.caret];
}

describe("a code frame", () => {
  for (const [what, file, line, column, frame] of [
    [
      "shows a call, and the name that the report has",
      "index.ts",
      `  new aws.iam.Role("desk", { name: "other" });`,
      7,
      [`new aws.iam.Role("desk", { name: "…" });`, "    ^"],
    ],
    [
      "moves its caret with what is hidden before it",
      "index.ts",
      `f("a long text that is hidden", g());`,
      33,
      [`f("…", g());`, "       ^"],
    ],
    ["hides a comment", "index.ts", `run(); // the password is hunter2`, 1, ["run();", "^"]],
    ["hides the value of a key", "a.yaml", "    value: hunter2", 5, ["value: …", "^"]],
    ["hides the value of a quoted key", "a.yaml", `"my key": hunter2`, 1, [`"my key": …`, "^"]],
    ["hides an item", "a.yaml", "  - hunter2", 5, ["- …", "  ^"]],
    ["hides a line that is no key", "a.yaml", "  hunter2: [", 3, ["hunter2: …", "^"]],
    ["hides the rest of a text", "a.yaml", "hunter2 and more", 1, ["…", "^"]],
    ["shows a value that the report names", "a.yaml", "  - name: desk", 5, ["- name: desk", "  ^"]],
    ["shows that a text follows", "a.yaml", "key: |", 1, ["key: |", "^"]],
    ["shows nothing within a template", "index.ts", "export TOKEN=abc${run()}", 20, undefined],
    [
      "shows nothing of a string that goes on in the next line",
      "index.ts",
      'run("hunter2\\',
      1,
      undefined,
    ],
    ["shows nothing where a template begins", "index.ts", "run(`abc", 1, undefined],
    [
      "shows nothing where quotes stand in a pattern",
      "index.ts",
      `f(/"/, "hunter2");`,
      1,
      undefined,
    ],
    ["shows nothing of an empty line", "index.ts", "", 1, undefined],
    [
      "shows nothing beyond what a line of a screen takes",
      "index.ts",
      `${"x".repeat(500)}();`,
      400,
      undefined,
    ],
  ] as const) {
    it(what, () => {
      assert.deepEqual(frameOf(file, line, column), frame);
    });
  }

  it("shows no text of a string, whatever is around it", () => {
    const code = fc.stringMatching(/^[a-z(){}\[\],.:;= ]{0,20}$/);
    const quote = fc.constantFrom('"', "'", "`");
    const secret = fc.stringMatching(/^[A-Z0-9]{4,12}$/);
    const line = fc
      .array(fc.tuple(code, quote, secret), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([text, mark, inner]) => `${text}${mark}${inner}${mark}`).join(""));
    fc.assert(
      fc.property(line, fc.nat(60), (text, column) => {
        const shown = frameOf("index.ts", text, column + 1)?.join("") ?? "";
        assert.doesNotMatch(shown, /[A-Z0-9]{4}/);
      }),
    );
  });

  it("passes on nothing that a terminal acts on", () => {
    fc.assert(
      fc.property(anyText(), fc.nat(40), (text, column) => {
        for (const file of ["index.ts", "a.yaml"]) {
          const shown = frameOf(file, text, column + 1)?.join("") ?? "";
          assert.doesNotMatch(shown, /\p{C}/u);
        }
      }),
    );
  });
});
