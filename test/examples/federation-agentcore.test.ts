import * as assert from "node:assert/strict";
import { read } from "../../core/snapshot/read";
import { previewProgram } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { inProgramHost } from "../support/program-host";

describe("the example of runtimes of AgentCore", () => {
  inProgramHost();

  it("passes, and only the agent gets tokens from AgentCore, by a secret that is created empty", async () => {
    const directory = "examples/federation-agentcore";
    const preview = await previewProgram({ directory, stack: "dev" });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const judged = await judgeSnapshot(preview.snapshot, { settings: defaultSettings });
    assert.deepEqual(judged.findings, []);

    const { resources } = preview.snapshot;
    const ofType = (type: string) => resources.filter((one) => one.type.endsWith(`:${type}`));
    const [secret, ...others] = ofType("Secret");
    assert.deepEqual(others, []);
    assert.equal(secret?.inputs["name"], "agentid/acme/triage/crm");
    assert.deepEqual(ofType("SecretVersion"), []);
    assert.deepEqual(
      ofType("AgentcoreOauth2CredentialProvider").map(({ name, inputs }) => [name, inputs["name"]]),
      [["triage-oauth2-crm", "acme_triage_crm"]],
    );
    const [provider] = ofType("AgentcoreOauth2CredentialProvider");
    const path = ["customOauth2ProviderConfig", "clientSecretConfig"] as const;
    assert.deepEqual(read(provider?.inputs, "oauth2ProviderConfig", ...path, "secretId"), {
      kind: "unknown",
      dependsOn: [secret.urn],
      secret: false,
    });
  });
});
