import assert from "node:assert/strict";
import type { Finding } from "../../../policy-pack/findings/finding";
import type { Resource } from "../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import noSharedSecret from "../../../policy-pack/rules/no-shared-secret";
import { defaultSettings, type Settings } from "../../../policy-pack/findings/settings";
import { times } from "../../support/growing";
import { resource, snapshotOf } from "../../support/resources";

/** Pods that all use one Secret. */
function holders(count: number): readonly Resource[] {
  return times(count, (at) => {
    const name = `p${String(at).padStart(3, "0")}`;
    const env = [{ name: "KEY", valueFrom: { secretKeyRef: { name: "crm", key: "key" } } }];
    return resource("kubernetes:core/v1:Pod", `acme/${name}`, {
      metadata: { name, namespace: "acme" },
      spec: { containers: [{ name: "main", env }] },
    });
  });
}

async function found(
  stack: readonly Resource[],
  settings: Settings = defaultSettings,
): Promise<readonly Finding[]> {
  const { findings } = await judgeSnapshot(snapshotOf(stack), {
    settings,
    rules: [noSharedSecret],
  });
  return findings;
}

/** A baseline made of findings. */
function knowing(findings: readonly Finding[]): Settings {
  const baseline = new Map(
    findings.map(({ fingerprint, severity, evidenceParts = [] }) => [
      fingerprint,
      { severity, evidenceParts: new Set(evidenceParts.flat()) },
    ]),
  );
  return { ...defaultSettings, baseline };
}

describe("findings about one thing", () => {
  it("are listed one by one where a reader can read them", async () => {
    const findings = await found(holders(100));
    assert.equal(findings.length, 100);
    assert.ok(findings.every(({ holder }) => holder !== undefined));
  });

  it("are joined beyond that, with some of the consumers and their count", async () => {
    const all = await found(holders(100));
    const findings = await found(holders(130));
    assert.deepEqual(
      findings.slice(0, 100).map(({ fingerprint }) => fingerprint),
      all.map(({ fingerprint }) => fingerprint),
    );
    const [others, ...more] = findings.slice(100);
    assert.deepEqual(more, []);
    assert.equal(
      others?.message,
      "Secret `acme/crm[key]` is shared by 130 workloads (30 more, of which 10 are not named)",
    );
    assert.deepEqual(
      [others.rule, others.verdict, others.level, others.holder],
      ["no-shared-secret", "violated", "mandatory", undefined],
    );
    assert.deepEqual(
      others.related.map(({ label }) => label),
      times(20, (at) => `acme/p${100 + at}`),
    );
    assert.equal(others.evidenceParts?.length, 30);
  });

  it("are known to a baseline as far as it has seen them", async () => {
    const settings = knowing(await found(holders(130)));
    assert.ok((await found(holders(130), settings)).every(({ known }) => known));
    const later = await found(holders(131), settings);
    assert.deepEqual(
      later.filter(({ known }) => !known).map(({ evidenceParts = [] }) => evidenceParts.length),
      [31],
    );
  });
});
