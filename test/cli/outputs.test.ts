import assert from "node:assert/strict";
import { CouldNotRun } from "../../cli/failure";
import { filesOf, loadOutputs, parseOutputs, renderOutputs } from "../../cli/outputs";
import { reporters } from "../../cli/report";
import { formats } from "../../cli/report/formats";
import { withSourcesFrom } from "../../cli/source-paths";
import { sampleOptions, sampleReport } from "./report/sample-report";

describe("outputs", () => {
  it("are text on standard output by default", () => {
    assert.deepEqual(parseOutputs([]), [{ format: "text" }]);
    assert.deepEqual(parseOutputs(["github", "sarif=a=b.sarif"]), [
      { format: "github" },
      { format: "sarif", file: "a=b.sarif" },
    ]);
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [["sarf"], "no report is called `sarf`; did you mean `sarif`?"],
    [["pdf"], `no report is called \`pdf\`; choose \`${formats.join("\`, \`")}\``],
    [["json="], "`--report json=` names no file; leave out the `=` for standard output"],
    [
      ["json", "text"],
      "two reports cannot share standard output; give one of them a file: `--report text=FILE`",
    ],
  ];
  for (const [values, message] of mistakes) {
    it(`refuse ${values.join(" and ")}`, () => {
      assert.throws(() => parseOutputs(values), new CouldNotRun(message));
    });
  }

  it("are rendered for their files, without colour, and the rest for standard output", async () => {
    const outputs = parseOutputs(["text", "text=a.txt", "json=b.json"]);
    const options = { ...sampleOptions, colour: true };
    const what = "the report";
    const here = withSourcesFrom(sampleReport, process.cwd(), process.cwd());
    assert.deepEqual(filesOf(outputs), [
      { file: "a.txt", what },
      { file: "b.json", what },
    ]);
    assert.deepEqual(
      renderOutputs(await loadOutputs(outputs), [sampleReport], options, process.cwd()),
      {
        standard: reporters.text([sampleReport], options),
        aside: "",
        files: [
          { file: "a.txt", what, text: reporters.text([sampleReport], sampleOptions) },
          { file: "b.json", what, text: reporters.json([here], sampleOptions) },
        ],
      },
    );
  });

  const verdict = "desk/dev: BLOCKED: 2 findings (2 critical) in 3 workloads\n";
  for (const [values, standard, aside] of [
    [["html=a.html", "json=b.json"], verdict, ""],
    [["json", "text=a.txt"], undefined, verdict],
    [["text", "json=b.json"], undefined, ""],
  ] as const) {
    it(`have the verdict for a person: ${values.join(" and ")}`, async () => {
      const loaded = await loadOutputs(parseOutputs(values));
      const rendered = renderOutputs(loaded, [sampleReport], sampleOptions, process.cwd());
      assert.equal(rendered.aside, aside);
      if (standard !== undefined) assert.equal(rendered.standard, standard);
    });
  }
});
