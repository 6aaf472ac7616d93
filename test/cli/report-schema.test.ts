import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import Ajv2020 from "ajv/dist/2020";
import { parseReports } from "../../cli/report-file";
import { json } from "../../cli/report/escape";
import type { Finding } from "../../policy-pack/findings/finding";
import type { Report } from "../../policy-pack/views/report";
import { fleetReport } from "./report/fleet-report";
import {
  holdingReport,
  partlyReport,
  sampleReport,
  unfinishedReport,
} from "./report/sample-report";
import { runCli } from "./support/run-cli";

const file = "docs/report.schema.json";
const isValid = new Ajv2020({ strict: true, strictTypes: false }).compile(
  JSON.parse(readFileSync(file, "utf8")) as object,
);

/** What is read back is what the schema allows. */
function accepts(value: unknown): boolean {
  const isRead = parseReports(JSON.stringify(value)).kind === "ok";
  assert.equal(isValid(value), isRead, JSON.stringify(isValid.errors));
  return isRead;
}

const written = (report: Report): unknown => JSON.parse(json(report));
const withFinding = (changes: Partial<Record<keyof Finding, unknown>>): unknown => {
  const { judgement } = sampleReport;
  const findings = [{ ...judgement.findings[0], ...changes }];
  return { ...sampleReport, judgement: { ...judgement, findings } };
};

describe("the schema of reports", () => {
  it("allows each kind of report, and several in one file", () => {
    const all = [sampleReport, holdingReport, unfinishedReport, partlyReport, fleetReport];
    const reports = all.map(written);
    for (const report of [...reports, { formatVersion: 1, reports }]) assert.ok(accepts(report));
  });

  for (const example of ["plain-kubernetes/shared", "plain-kubernetes/separate"]) {
    it(`allows what check writes of ${example}`, async () => {
      const { out } = await runCli(["check", `examples/${example}`, "--report", "json"]);
      assert.ok(accepts(JSON.parse(out)));
    });
  }

  it("allows fields that a later version adds", () => {
    const { judgement } = sampleReport;
    const later = { ...sampleReport, later: 1, judgement: { ...judgement, later: { is: true } } };
    assert.ok(accepts(later));
    assert.ok(accepts(withFinding({ open: undefined, ...{ later: [] } })));
  });

  it("refuses a value that is missing or of another kind", () => {
    const broken = [
      { ...sampleReport, formatVersion: 2 },
      { ...sampleReport, verdict: "held" },
      { ...sampleReport, judgement: { ...sampleReport.judgement, resources: "61" } },
      { ...sampleReport, judgement: undefined },
      withFinding({ rule: undefined }),
      withFinding({ severity: "severe" }),
      withFinding({ source: { file: "index.ts" } }),
      withFinding({ waiver: { owner: "team-crm" } }),
      withFinding({ chain: [{ from: {}, to: {}, by: "assumes" }] }),
      { formatVersion: 1, reports: [{}] },
      [],
      null,
    ];
    for (const report of broken)
      assert.equal(accepts(JSON.parse(JSON.stringify(report))), false, JSON.stringify(report));
  });

  it("describes what its readers cannot guess", () => {
    const text = readFileSync(file, "utf8");
    assert.match(
      text,
      /"description": "Whether a baseline lists it already, so that it does not block\."/,
    );
  });
});
