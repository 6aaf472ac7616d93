import assert from "node:assert/strict";
import { parseBaseline, printBaseline } from "../../../policy-pack/run/baseline";
import type { Finding } from "../../../policy-pack/findings/finding";
import { hostileName, sampleReport } from "../../cli/report/sample-report";

const { findings } = sampleReport.judgement;

describe("baseline file", () => {
  it("lists each violation once, by rule and names, and nothing that is not proven", () => {
    const [first] = findings;
    const parsed = parseBaseline(printBaseline([...findings, first!]));
    assert.deepEqual(parsed, {
      kind: "ok",
      known: [
        {
          fingerprint: "2123456789abcdef0123456789abcdef",
          rule: "no-cross-tenant-trust",
          about: "globex-refunds",
          severity: "critical",
        },
        {
          fingerprint: "0123456789abcdef0123456789abcdef",
          rule: "no-shared-identity",
          about: "support-desk",
          holder: "acme/planner",
          severity: "critical",
        },
        {
          fingerprint: "1123456789abcdef0123456789abcdef",
          rule: "no-shared-identity",
          about: "support-desk",
          holder: "acme/triage",
          severity: "critical",
        },
        {
          fingerprint: "4123456789abcdef0123456789abcdef",
          rule: "no-shared-secret",
          about: "acme/crm-key",
          severity: "critical",
        },
        {
          fingerprint: "5123456789abcdef0123456789abcdef",
          rule: "require-audience-condition",
          about: hostileName,
          severity: "medium",
        },
      ],
    });
  });

  it("is the same whatever the order of findings", () => {
    const reversed: readonly Finding[] = [...findings].reverse();
    assert.equal(printBaseline(reversed), printBaseline(findings));
  });

  it("takes no fingerprint from a name", () => {
    const fingerprint = "f".repeat(32);
    const text = JSON.stringify({
      findings: [{ fingerprint: "a".repeat(32), rule: "r", about: fingerprint, severity: "low" }],
    });
    const parsed = parseBaseline(text);
    assert.ok(parsed.kind === "ok");
    assert.deepEqual(
      parsed.known.map((known) => known.fingerprint),
      ["a".repeat(32)],
    );
  });

  it("reports that another file is no baseline", () => {
    const mend = "write it anew with `agentid baseline`";
    const none = { kind: "problem", isBaseline: false };
    assert.deepEqual(parseBaseline("known:"), { ...none, problem: `is not JSON; ${mend}` });
    for (const text of [
      "null",
      "[]",
      "{}",
      '{"findings":[1]}',
      '{"findings":[{"fingerprint":"x"}]}',
      '{"findings":[null]}',
    ]) {
      assert.deepEqual(parseBaseline(text), {
        ...none,
        problem: `is no baseline of this version; ${mend}`,
      });
    }
  });

  it("reports a baseline of another version", () => {
    const problem = "is no baseline of this version; write it anew with `agentid baseline`";
    const known = { fingerprint: "a".repeat(32), rule: "r", about: "a" };
    for (const other of [known, { ...known, severity: "low", evidenceParts: [1] }]) {
      assert.deepEqual(parseBaseline(JSON.stringify({ findings: [other] })), {
        kind: "problem",
        problem,
        isBaseline: true,
      });
    }
  });
});
