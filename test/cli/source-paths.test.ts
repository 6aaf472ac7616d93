import assert from "node:assert/strict";
import { withSourcesFrom } from "../../cli/source-paths";
import { sampleReport } from "./report/sample-report";

describe("source paths", () => {
  it("of everything in a report go by another folder", () => {
    const findings = sampleReport.judgement.findings.slice(0, 5);
    const report = { ...sampleReport, judgement: { ...sampleReport.judgement, findings } };
    const moved = withSourcesFrom(report, "/repo/programs/a", "/repo");
    const expected = JSON.stringify(report).replaceAll('"file":"', '"file":"programs/a/');
    assert.deepEqual(moved, JSON.parse(expected));
  });

  it("outside of that folder lead out of it, and absolute ones are made relative", () => {
    const [first] = sampleReport.judgement.findings;
    const at = (file: string, folder: string): string | undefined => {
      const finding = { ...first!, source: { file, line: 1 } };
      const report = {
        ...sampleReport,
        judgement: { ...sampleReport.judgement, findings: [finding] },
      };
      return withSourcesFrom(report, folder, "/repo/ci").judgement.findings[0]?.source?.file;
    };
    assert.equal(at("index.ts", "/repo/a"), "../a/index.ts");
    assert.equal(at("/repo/ci/x.ts", "/repo/a"), "x.ts");
    assert.equal(at("../shared/x.ts", "/repo/ci/a"), "shared/x.ts");
  });
});
