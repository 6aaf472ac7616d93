import * as assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { previewProgram } from "../../../engine";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { inProgramHost } from "../../support/program-host";

/** The workloads of each example, and how the report shows that they get their roles. */
const examples: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  "federation-agentcore": {
    "acme/search": ["bedrock-agentcore.amazonaws.com"],
    "acme/triage": ["bedrock-agentcore.amazonaws.com"],
  },
  "federation-ecs": {
    "acme/search": ["ecs-tasks.amazonaws.com"],
    "acme/triage": ["ecs-tasks.amazonaws.com"],
  },
  "federation-eks-irsa": { "acme/search": ["IRSA"], "acme/triage": ["IRSA"] },
  "federation-eks-pod-identity": {
    "acme/search": ["EKS Pod Identity"],
    "acme/triage": ["EKS Pod Identity"],
  },
  "federation-github": {
    "acme/publisher": ["token.actions.githubusercontent.com"],
    "acme/reviewer": ["token.actions.githubusercontent.com"],
  },
  "federation-gitlab": { "acme/publisher": ["gitlab.com"], "acme/reviewer": ["gitlab.com"] },
  "federation-lambda": {
    "acme/search": ["lambda.amazonaws.com"],
    "acme/triage": ["lambda.amazonaws.com"],
  },
  "federation-oidc": { "acme/search": ["login.example.com"], "acme/triage": ["login.example.com"] },
  "federation-outbound": { "acme/model": ["IRSA"], "acme/triage": ["IRSA"] },
  "federation-roles-anywhere": {
    "acme/search": ["IAM Roles Anywhere"],
    "acme/triage": ["IAM Roles Anywhere"],
  },
  "federation-spiffe": {
    "acme/search": ["oidc-discovery.example.org"],
    "acme/triage": ["oidc-discovery.example.org"],
  },
};

describe("the examples of federations", () => {
  inProgramHost();

  it("are all here", () => {
    const found = readdirSync("examples").filter((name) => name.startsWith("federation-"));
    assert.deepEqual(found.sort(), Object.keys(examples));
  });

  for (const [example, workloads] of Object.entries(examples)) {
    it(`pass: ${example}, with a role for each workload`, async () => {
      const preview = await previewProgram({ directory: `examples/${example}`, stack: "dev" });
      assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
      const judged = await judgeSnapshot(preview.snapshot, { settings: defaultSettings });
      assert.deepEqual(judged.findings, []);
      assert.deepEqual(
        Object.fromEntries(judged.workloads.map(({ label, federation }) => [label, federation])),
        workloads,
      );
      for (const { label, identities } of judged.workloads) {
        assert.ok(identities.includes(label.replace("/", ".")), label);
      }
    });
  }
});
