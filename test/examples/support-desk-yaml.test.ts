import assert from "node:assert/strict";
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { previewProgram } from "../../engine";
import { nameInUrn, type Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { inProgramHost } from "../support/program-host";

async function snapshotOf(example: string) {
  const preview = await previewProgram({ directory: `examples/${example}`, stack: "dev" });
  assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
  return preview.snapshot;
}

/** The declarations of a program, without those that only identify the program: the component around everything. */
async function declaredBy(example: string): Promise<readonly unknown[]> {
  const around = /^(pulumi:|support:index:SupportDesk$|agentid:index:AgentStack$)/;
  const { resources } = await snapshotOf(example);
  return resources
    .filter(({ type }) => !around.test(type))
    .map(described)
    .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function described({ type, name, inputs, dependencies, parent }: Resource): unknown {
  const ours =
    parent !== undefined &&
    /agentid:index:(Tenant|Orchestrator|Agent|Tool|LegacyTool)::/.test(parent);
  return {
    type,
    name,
    ...(ours && { parent: nameInUrn(parent) }),
    inputs: withNames(inputs),
    dependencies: dependencies.map(nameInUrn).sort(),
  };
}

/** A value in which what waits for other resources names them, since their URNs name the project. */
function withNames(value: Value): unknown {
  if (value instanceof Unknown) return { dependsOn: value.dependsOn.map(nameInUrn).sort() };
  if (value instanceof Secret) return { secret: withNames(value.revealForComparison()) };
  if (Array.isArray(value)) return value.map((item) => withNames(item as Value));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNames(item)]));
}

describe("the support desk in a manifest", () => {
  inProgramHost();

  it("declares the same resources as the one in code", async () => {
    const [inYaml, inCode] = await Promise.all([
      declaredBy("support-desk-yaml"),
      declaredBy("support-desk"),
    ]);
    assert.ok(inCode.length > 90, `${inCode.length}`);
    assert.deepEqual(inYaml, inCode);
  });

  it("passes, with a workload for each in the manifest", async () => {
    const judged = await judgeSnapshot(await snapshotOf("support-desk-yaml"), {
      settings: defaultSettings,
    });
    assert.deepEqual(judged.findings, []);
    assert.equal(judged.workloads.length, 14);
  });

  it("reports the mistake that its page shows", async () => {
    // Beside the example, so that the copy finds what the example imports.
    const copy = `examples/.mistaken-${process.pid}`;
    cpSync("examples/support-desk-yaml", copy, { recursive: true });
    try {
      const manifest = readFileSync(`${copy}/agents.yaml`, "utf8");
      writeFileSync(`${copy}/agents.yaml`, manifest.replace("approval: human", "approval: humn"));
      const preview = await previewProgram({ directory: copy, stack: "dev" });
      assert.ok(preview.kind === "could-not-run");
      const page = readFileSync("examples/support-desk-yaml/README.md", "utf8");
      const [, shown = ""] = /```text\n(.+)\n```/.exec(page) ?? [];
      assert.equal(preview.reason, shown);
    } finally {
      rmSync(copy, { recursive: true });
    }
  });
});
