import assert from "node:assert/strict";
import { fingerprintOf, type Finding } from "../../../policy-pack/findings/finding";
import { reportOf, verdictOf, verdictOn } from "../../../policy-pack/views/report";
import { compareSeverity, severities } from "../../../core/severity";

function finding(given: Partial<Finding>): Finding {
  return {
    rule: "no-shared-identity",
    verdict: "violated",
    severity: "critical",
    level: "mandatory",
    about: { name: "i", label: "i" },
    at: { urn: "urn:a", property: "p" },
    message: "m",
    fix: "f",
    related: [],
    chain: [],
    dependsOn: [],
    fingerprint: "0",
    standards: [],
    known: false,
    ...given,
  };
}

describe("the verdict on findings", () => {
  it("passes without any, and with advisory or known ones", () => {
    assert.equal(verdictOn([]), "passed");
    assert.equal(verdictOn([finding({ level: "advisory" }), finding({ known: true })]), "passed");
    assert.equal(verdictOn([finding({ level: "advisory", verdict: "undetermined" })]), "passed");
  });

  it("is violated where one blocks, whatever is unknown", () => {
    assert.equal(verdictOn([finding({ verdict: "undetermined" }), finding({})]), "violated");
  });

  it("is not proven where a blocking one is unknown", () => {
    assert.equal(verdictOn([finding({ verdict: "undetermined" })]), "not proven");
  });

  const judgementOn = (findings: readonly Finding[]) => ({
    findings,
    workloads: [],
    notRead: [],
    notes: [],
    resources: 1,
    rules: 1,
  });

  it("is not proven under `strict` with a resource that is not read, and is refuted as before", () => {
    const notRead = [{ type: "github:index/actionsSecret:ActionsSecret", count: 1 }];
    for (const strict of [{}, { strict: true as const }]) {
      const verdictWith = (given: object): string =>
        verdictOf({ judgement: { ...judgementOn([]), ...given }, ...strict });
      assert.equal(verdictWith({}), "passed");
      assert.equal(verdictWith({ notRead }), "strict" in strict ? "not proven" : "passed");
      assert.equal(verdictWith({ notRead, findings: [finding({})] }), "violated");
    }
  });

  it("of an unfinished run is never `passed`", () => {
    const verdicts = [[], [finding({ level: "advisory" })], [finding({})]].map((findings) =>
      [{}, { unfinished: true as const }].map((state) =>
        verdictOf({ judgement: judgementOn(findings), ...state }),
      ),
    );
    assert.deepEqual(verdicts, [
      ["passed", "not proven"],
      ["passed", "not proven"],
      ["violated", "violated"],
    ]);
    const subject = { project: "desk", stack: "dev", version: "1.2.3" };
    const { verdict, unfinished } = reportOf({ ...subject, unfinished: true }, judgementOn([]));
    assert.deepEqual([verdict, unfinished], ["not proven", true]);
  });

  it("of files that were not all judged is never `passed`", () => {
    const verdicts = (
      ["unreadable", "unrendered", "opaque-component", "manifest", "not-read"] as const
    ).map((kind) =>
      [[], [finding({})]].map((findings) => {
        const notes = [{ kind, message: "of a file" }];
        return verdictOf({ judgement: { ...judgementOn(findings), notes } });
      }),
    );
    assert.deepEqual(verdicts, [
      ["not proven", "violated"],
      ["not proven", "violated"],
      ["not proven", "violated"],
      ["passed", "violated"],
      ["passed", "violated"],
    ]);
  });

  it("is in the report", () => {
    const judgement = judgementOn([finding({})]);
    assert.deepEqual(reportOf({ project: "desk", stack: "dev", version: "1.2.3" }, judgement), {
      formatVersion: 1,
      tool: { name: "agentid", version: "1.2.3" },
      project: "desk",
      stack: "dev",
      verdict: "violated",
      judgement,
    });
  });
});

describe("a fingerprint", () => {
  it("depends on rule, thing and consumer, and on their separators", () => {
    const prints = [
      fingerprintOf("r", "a", "b"),
      fingerprintOf("r", "a", undefined),
      fingerprintOf("r", "ab", ""),
      fingerprintOf("ra", "", "b"),
    ];
    assert.equal(new Set(prints).size, prints.length);
    assert.equal(fingerprintOf("r", "a", "b"), prints[0]);
  });
});

describe("severities", () => {
  it("sort worst first", () => {
    assert.deepEqual([...severities].reverse().sort(compareSeverity), severities);
  });
});
