import assert from "node:assert/strict";
import { parseReports } from "../../cli/report-file";
import { reporters } from "../../cli/report";
import type { Report } from "../../policy-pack/views/report";
import { holdingReport, sampleOptions, sampleReport } from "./report/sample-report";

const none = {
  kind: "problem",
  problem: "is no report of this version; give what `--report json` or `AGENTID_REPORT` wrote",
};

describe("report file", () => {
  it("reads back one report, and several", () => {
    for (const reports of [[sampleReport], [holdingReport, sampleReport]]) {
      const parsed = parseReports(reporters.json(reports, sampleOptions));
      assert.deepEqual(parsed, {
        kind: "ok",
        reports: JSON.parse(JSON.stringify(reports)) as Report[],
      });
    }
  });

  it("computes the verdict from the findings, not from the file", () => {
    const parsed = parseReports(JSON.stringify({ ...sampleReport, verdict: "passed" }));
    assert.ok(parsed.kind === "ok");
    assert.equal(parsed.reports[0]?.verdict, "violated");
  });

  it("counts the report of an interrupted run as no proof, whatever the file states", () => {
    const text = JSON.stringify({ ...holdingReport, unfinished: true });
    const parsed = parseReports(text);
    assert.ok(parsed.kind === "ok");
    assert.deepEqual(
      [parsed.reports[0]?.verdict, parsed.reports[0]?.unfinished],
      ["not proven", true],
    );
    assert.deepEqual(parseReports(text.replace('"unfinished":true', '"unfinished":false')), none);
  });

  it("reports that another file is no report", () => {
    const notJson = { kind: "problem", problem: "is not JSON, or only a part of it" };
    const empty = { kind: "problem", problem: "is empty; the run that was to write it broke off" };
    assert.deepEqual(parseReports("verdict: holds"), notJson);
    const written = JSON.stringify(sampleReport);
    for (const length of [1, 100, written.length - 1]) {
      assert.deepEqual(parseReports(written.slice(0, length)), notJson);
    }
    for (const text of ["", " \n"]) assert.deepEqual(parseReports(text), empty);
    for (const text of ["null", "[]", "{}", '"x"', '{"reports":[null]}', '{"formatVersion":1}']) {
      assert.deepEqual(parseReports(text), none, text);
    }
  });

  it("reports each missing value and each value of another kind", () => {
    const written = JSON.stringify(sampleReport);
    const damages: readonly (readonly [string, string])[] = [
      ['"formatVersion":1', '"formatVersion":2'],
      ['"name":"agentid"', '"name":"another"'],
      ['"severity":"critical"', '"severity":"deadly"'],
      ['"line":42', '"line":"42"'],
      ['"related":[]', '"related":{}'],
      ['"known":false', '"known":0'],
      ['"fix":', '"mend":'],
      ['"by":"runs as"', '"by":null'],
      ['"resources":61', '"resources":-0.5'],
      ['"identities":[]', '"identities":[{}]'],
      ['"kind":"tool"', '"kind":"gadget"'],
      ['"from":1,"to":3', '"from":1,"to":8'],
      ['"possible":true', '"possible":false'],
    ];
    for (const [from, to] of damages) {
      assert.ok(written.includes(from), from);
      assert.deepEqual(parseReports(written.replace(from, to)), none, to);
    }
  });
});
