import assert from "node:assert/strict";
import { parseReports } from "../../../cli/report-file";
import { reporters } from "../../../cli/report";
import { fleetChangesMarkdown, fleetChangesText } from "../../../cli/report/fleet-changes";
import { fleetChangesHtml } from "../../../cli/report/html/program";
import { fleetReport, largeFleetReport } from "./fleet-report";
import { matchGolden } from "./golden";
import { sampleOptions, sampleReport } from "./sample-report";

/** What a terminal acts on or hides. */
const acted = /[^\P{C}\n]|[\u2028\u2029]/u;

describe("what changed from one audit to the next", () => {
  it("is a table for a terminal, a table in Markdown and one of the page", () => {
    matchGolden("fleet-changes.golden.txt", reporters.text([fleetReport], sampleOptions));
    matchGolden("fleet-changes.golden.md", reporters.markdown([fleetReport], sampleOptions));
    matchGolden("fleet-changes.golden.html", reporters.html([fleetReport], sampleOptions));
  });

  it("shows nothing that an author wrote as more than text", () => {
    const text = fleetChangesText(fleetReport, sampleOptions).join("\n");
    assert.match(text, /by evil\\u\{1b\}\[31m/);
    assert.doesNotMatch(text, acted);
    const page = fleetChangesHtml(fleetReport);
    assert.match(page, /&#60;img src=x onerror=alert\(1\)&#62;/);
    assert.doesNotMatch(page, /<img|<script/);
    const markdown = fleetChangesMarkdown(fleetReport, sampleOptions).join("\n");
    assert.doesNotMatch(markdown, /<img|@everyone|\]\(http/);
    // No text ends a cell.
    const rows = markdown.split("\n").filter((line) => line.startsWith("| "));
    for (const row of rows) assert.equal(row.split("|").length, 7, row);
  });

  it("is cut where there are many, unless all are requested", () => {
    const kinds = (lines: readonly string[]): readonly number[] =>
      ["new ", "still there "].map(
        (kind) => lines.filter((line) => line.replace(/^\| /, "").startsWith(kind)).length,
      );
    const text = fleetChangesText(largeFleetReport, sampleOptions);
    assert.deepEqual(kinds(text), [50, 10]);
    assert.equal(text[0], "Against yesterday.json: 60 new, 0 gone, 12 still there");
    assert.equal(text.at(-1), "… and 12 more, shown by --verbose");
    const markdown = fleetChangesMarkdown(largeFleetReport, sampleOptions);
    assert.deepEqual(kinds(markdown), [20, 10]);
    assert.equal(markdown.at(-2), "… and 42 more.");
    assert.ok(reporters.markdown([largeFleetReport], sampleOptions).length < 65_536);
    assert.match(fleetChangesHtml(largeFleetReport), /<p>… and 12 more\.<\/p>/);
    const verbose = { ...sampleOptions, verbose: true };
    assert.deepEqual(kinds(fleetChangesText(largeFleetReport, verbose)), [60, 12]);
    assert.deepEqual(kinds(fleetChangesMarkdown(largeFleetReport, verbose)), [60, 12]);
  });

  it("takes the place of changes of authority, which an audit has none of, and is not in other reports", () => {
    for (const format of ["text", "markdown", "html"] as const) {
      assert.doesNotMatch(reporters[format]([fleetReport], sampleOptions), /[Aa]uthority/);
    }
    assert.deepEqual(fleetChangesText(sampleReport, sampleOptions), []);
    assert.deepEqual(fleetChangesMarkdown(sampleReport, sampleOptions), []);
    assert.equal(fleetChangesHtml(sampleReport), "");
    const quiet = { ...sampleOptions, quiet: true };
    assert.doesNotMatch(reporters.text([fleetReport], quiet), /Against/);
  });

  it("is in the report in JSON, which is read again", () => {
    const written = reporters.json([fleetReport], sampleOptions);
    assert.deepEqual(parseReports(written), { kind: "ok", reports: [fleetReport] });
    for (const broken of ['"change": "fresh"', '"change": 1']) {
      const text = written.replace('"change": "new"', broken);
      assert.equal(parseReports(text).kind, "problem", broken);
    }
  });
});
