import assert from "node:assert/strict";
import { partsOf } from "../../../cli/commands/comment";
import { holdingReport, sampleReport } from "../report/sample-report";

describe("the parts of a comment beside its findings", () => {
  it("are the part of the graph that blocks, within what GitHub draws, where something does", () => {
    const parts = partsOf(sampleReport);
    assert.deepEqual(
      parts.map(({ title, weight }) => [title, weight]),
      [
        ["Authority", 70],
        ["Identity graph", 60],
      ],
    );
    const [, graph] = parts;
    assert.match(graph?.markdown ?? "", /^```mermaid\nflowchart LR\n[^]*\n```$/);
    assert.ok((graph?.markdown.length ?? 0) < 50_100);
  });

  it("have no more of the graph than the new findings are about", () => {
    const { findings } = sampleReport.judgement;
    const drawn = (fresh: readonly string[]): string | undefined => {
      const against = { before: "git:main", new: fresh, known: [], gone: [] };
      return partsOf({ ...sampleReport, against }).find(({ title }) => title === "Identity graph")
        ?.markdown;
    };
    const all = findings.map(({ fingerprint }) => fingerprint);
    const trust = findings.filter(({ rule }) => rule === "no-cross-tenant-trust");
    const one = drawn(trust.map(({ fingerprint }) => fingerprint)) ?? "";
    for (const label of ["globex-refunds", "acme/planner", "bridge"])
      assert.ok(one.includes(label), label);
    assert.ok(drawn(all)?.includes("support-desk"));
    assert.ok(!one.includes("support-desk"), one);
    assert.equal(drawn([]), undefined);
  });

  it("are how authority changed against what came before, and who may call what", () => {
    const against = {
      before: "git:main",
      new: [],
      known: [],
      gone: [
        {
          fingerprint: "0",
          rule: "no-shared-secret",
          about: "key",
          message: "Secret `key` is shared",
        },
      ],
    };
    const [authority, ...others] = partsOf({ ...holdingReport, against });
    assert.ok(authority);
    assert.equal(authority.title, "Authority");
    assert.match(
      authority.markdown,
      /^\*\*Against\*\* `git:main`: 0 new findings, 0 known, 1 gone\./,
    );
    assert.deepEqual(others, []);
  });

  it("are none where nothing blocks and nothing is compared", () => {
    assert.deepEqual(partsOf(holdingReport), []);
  });
});
