import * as assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { previewProgram } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { inProgramHost } from "../support/program-host";

describe("the example of a gateway", () => {
  inProgramHost();

  let resources: readonly Resource[];

  it("passes, with a role for each workload and one for the gateway", async () => {
    const directory = "examples/agentcore-gateway";
    const preview = await previewProgram({ directory, stack: "dev" });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    ({ resources } = preview.snapshot);
    const judged = await judgeSnapshot(preview.snapshot, { settings: defaultSettings });
    assert.deepEqual(judged.findings, []);
    assert.deepEqual(
      judged.workloads.map(({ what, identities }) => [what, identities[0]]),
      [
        ["Orchestrator", "acme.desk"],
        ["AgentCore gateway", "acme.desk-tools"],
        ["Tool", "acme.tickets"],
        ["Agent", "acme.triage"],
      ],
    );
  });

  it("has a policy engine that enforces, and a policy for each grant", () => {
    const inputsOf = (type: string) =>
      resources.filter((one) => one.type.endsWith(`:${type}`)).map(({ inputs }) => inputs);
    const [gateway] = inputsOf("AgentcoreGateway");
    assert.equal((gateway?.["policyEngineConfiguration"] as { mode: string }).mode, "ENFORCE");
    assert.deepEqual(
      inputsOf("AgentcorePolicy")
        .map(({ name }) => name)
        .sort(),
      ["desk_tickets", "triage_tickets"],
    );
  });
});
