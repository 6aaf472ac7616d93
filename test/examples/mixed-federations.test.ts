import * as assert from "node:assert/strict";
import { previewProgram } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { inProgramHost } from "../support/program-host";

describe("the example of one tenant with several federations", () => {
  inProgramHost();

  it("passes, with a role for each workload of each federation", async () => {
    const directory = "examples/mixed-federations";
    const preview = await previewProgram({ directory, stack: "dev" });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const judged = await judgeSnapshot(preview.snapshot, { settings: defaultSettings });
    assert.deepEqual(judged.findings, []);
    assert.deepEqual(
      judged.workloads.map(({ label, what, federation }) => [label, what, federation]),
      [
        ["acme/desk", "Orchestrator", ["IRSA"]],
        ["acme/desk-tools", "AgentCore gateway", ["bedrock-agentcore.amazonaws.com"]],
        ["acme/handbook", "Tool", ["oidc-discovery.example.org"]],
        ["acme/orders", "Tool", ["lambda.amazonaws.com"]],
        ["acme/reviewer", "Agent", ["token.actions.githubusercontent.com"]],
        ["acme/tickets", "Tool", ["bedrock-agentcore.amazonaws.com"]],
      ],
    );
  });
});
