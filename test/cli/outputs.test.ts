import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CouldNotRun } from "../../cli/failure";
import { clearOutputs, parseOutputs, writeOutputs } from "../../cli/outputs";
import { reporters } from "../../cli/report";
import { sampleOptions, sampleReport } from "./report/sample-report";

describe("outputs", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "agentid-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  it("are text on standard output unless others are asked for", () => {
    assert.deepEqual(parseOutputs([]), [{ format: "text" }]);
    assert.deepEqual(parseOutputs(["github", "sarif=a=b.sarif"]), [
      { format: "github" },
      { format: "sarif", file: "a=b.sarif" },
    ]);
  });

  const mistakes: readonly (readonly [readonly string[], string])[] = [
    [["sarf"], "no report is called `sarf`; did you mean `sarif`?"],
    [["html"], "no report is called `html`; choose `text`, `json`, `sarif`, `github`, `markdown`"],
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

  it("go to their files, several at once, and the rest to standard output, without colour in files", () => {
    const outputs = parseOutputs([
      "text",
      `text=${join(folder, "a.txt")}`,
      `json=${join(folder, "b.json")}`,
    ]);
    const options = { ...sampleOptions, colour: true };
    const standard = writeOutputs(outputs, [sampleReport], options);
    assert.equal(standard, reporters.text([sampleReport], options));
    assert.equal(
      readFileSync(join(folder, "a.txt"), "utf8"),
      reporters.text([sampleReport], sampleOptions),
    );
    assert.equal(
      readFileSync(join(folder, "b.json"), "utf8"),
      reporters.json([sampleReport], sampleOptions),
    );
    assert.deepEqual(readdirSync(folder).sort(), ["a.txt", "b.json"]);
  });

  it("leave no old answer behind when a run breaks off", () => {
    const file = join(folder, "old.sarif");
    writeFileSync(file, "old");
    clearOutputs([{ format: "sarif", file }, { format: "text" }]);
    assert.ok(!existsSync(file));
  });

  it("say in one sentence why a file cannot be written, and leave no half of it", () => {
    const missing = join(folder, "no", "x.json");
    assert.throws(
      () => writeOutputs([{ format: "json", file: missing }], [sampleReport], sampleOptions),
      new CouldNotRun(`cannot write the report \`${missing}\`: it does not exist`),
    );
    assert.throws(
      () => writeOutputs([{ format: "json", file: folder }], [sampleReport], sampleOptions),
      new CouldNotRun(`cannot write the report \`${folder}\`: it is a folder`),
    );
    assert.deepEqual(readdirSync(folder), []);
  });
});
