import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Report } from "../../../policy-pack/views/report";
import { createPolicies } from "../../../policy-pack/crossguard/policies";
import { noTwinKeys, requireKey, thingReader } from "./support/keys";
import { PackProcess } from "./support/pack-process";
import { Served } from "./support/served";
import type { Given, Stated } from "./support/wire";

const stack: Given = { name: "shop-dev", type: "pulumi:pulumi:Stack" };
const things: readonly Given[] = [
  stack,
  { name: "a", inputs: { key: "k" } },
  { name: "b", inputs: { key: "k" } },
  { name: "c" },
];

function brief(stated: readonly Stated[]): readonly string[] {
  return stated.map(
    ({ policy, level, urn }) => `${policy} ${level} ${urn.split("::").at(-1) ?? ""}`,
  );
}

/** The reports of a preview, on its resources and at its end. */
async function preview(
  pack: Pick<Served, "analyze" | "analyzeStack">,
  resources: readonly Given[],
): Promise<readonly string[]> {
  const stated: Stated[] = [];
  for (const given of resources) stated.push(...(await pack.analyze(given)));
  stated.push(...(await pack.analyzeStack(resources)));
  return brief(stated);
}

const ofAll = ["no-twin-keys mandatory b", "no-twin-keys mandatory c", "require-key mandatory c"];

describe("the pack whose process serves several previews", () => {
  const serve = (): Served =>
    new Served(
      createPolicies({ rules: [noTwinKeys, requireKey], readers: [thingReader], environment: {} }),
    );

  it("reports for the second what it reported for the first", async () => {
    const pack = serve();
    assert.deepEqual(await preview(pack, things), ofAll);
    assert.deepEqual(await preview(pack, things), ofAll);
  });

  it("starts anew as the stack comes again, where the one before broke off", async () => {
    const pack = serve();
    assert.deepEqual(brief(await pack.analyzeAll(things)), ["no-twin-keys mandatory b"]);
    assert.deepEqual(await preview(pack, things), ofAll);
  });

  it("judges nothing of the first in the second", async () => {
    const pack = serve();
    await preview(pack, things);
    assert.deepEqual(await preview(pack, [stack, { name: "b", inputs: { key: "k" } }]), []);
  });

  it("goes on where the stack comes once, after other resources", async () => {
    const pack = serve();
    assert.deepEqual(await preview(pack, [...things.slice(1, 3), stack]), [
      "no-twin-keys mandatory b",
    ]);
  });

  it("does so in a process of its own", async () => {
    const pack = await PackProcess.start("keys");
    try {
      const own = { level: "mandatory" } as const;
      await pack.configure({ agentid: own, "no-twin-keys": own, "require-key": own });
      assert.deepEqual(await preview(pack, things), ofAll);
      assert.deepEqual(await preview(pack, things), ofAll);
    } finally {
      pack.stop();
    }
  });
});

describe("the report of a pack whose process serves several previews", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-report-"));
    file = join(folder, "report.json");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const serve = (): Served =>
    new Served(
      createPolicies({
        rules: [noTwinKeys, requireKey],
        readers: [thingReader],
        environment: { AGENTID_REPORT: file },
      }),
    );
  const written = (): Report => JSON.parse(readFileSync(file, "utf8")) as Report;

  it("is of the last", async () => {
    const pack = serve();
    await preview(pack, things);
    assert.equal(written().verdict, "violated");
    assert.deepEqual(await preview(pack, [stack]), []);
    const { verdict, judgement } = written();
    assert.deepEqual([verdict, judgement.findings, judgement.resources], ["passed", [], 1]);
  });

  it("is gone as the next begins", async () => {
    const pack = serve();
    await preview(pack, things);
    await pack.analyze(stack);
    assert.throws(written, { code: "ENOENT" });
  });

  it("is not written over what another run has written meanwhile", async () => {
    const pack = serve();
    await preview(pack, things);
    rmSync(file);
    writeFileSync(file, "of another run");
    assert.deepEqual(await preview(pack, [stack]), ["agentid mandatory shop-dev"]);
    assert.equal(readFileSync(file, "utf8"), "of another run");
  });
});
