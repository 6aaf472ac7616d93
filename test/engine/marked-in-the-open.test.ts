import assert from "node:assert/strict";
import { read } from "../../core/snapshot/read";
import type { Snapshot } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const harness = "aws:bedrock/agentcoreHarness:AgentcoreHarness";

describe("what an SDK marks by itself in the open", () => {
  inProgramHost();

  let snapshot: Snapshot;
  before(async () => {
    snapshot = await snapshotOf("marked-in-the-open");
  });
  const kindOf = (type: string, name: string, ...path: readonly string[]): string =>
    read(resourceOf(snapshot, type, name).inputs, ...path).kind;

  it("is as the program gives it", () => {
    const variables = (name: string) => kindOf(harness, name, "environmentVariables");
    assert.deepEqual(
      ["plain", "output", "unknown", "written down", "clear", "mixed"].map(variables),
      ["present", "present", "unknown", "present", "present", "present"],
    );
    const { environmentVariables } = resourceOf(snapshot, harness, "unknown").inputs;
    assert.deepEqual(read(environmentVariables), {
      kind: "unknown",
      dependsOn: [
        resourceOf(snapshot, "aws:bedrock/agentcoreMemory:AgentcoreMemory", "memory").urn,
      ],
      secret: false,
    });
    assert.deepEqual(
      [
        kindOf("aws:glue/connection:Connection", "glue", "connectionProperties", "USERNAME"),
        kindOf("aws:mwaa/environment:Environment", "airflow", "airflowConfigurationOptions"),
        kindOf(
          "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion",
          ...["content", "content"],
        ),
      ],
      ["present", "present", "present"],
    );
  });

  it("is secret where the program marks it, or has it of a secret", () => {
    const { environmentVariables } = resourceOf(snapshot, harness, "mixed").inputs;
    assert.deepEqual(
      ["LOG_LEVEL", "CRM_API_KEY"].map((key) => read(environmentVariables, key).kind),
      ["present", "secret"],
    );
    const unknown = read(environmentVariables, "ROLE_ARN");
    assert.equal(unknown.kind === "unknown" && unknown.secret, false);
    assert.equal(kindOf(harness, "of-secret", "environmentVariables"), "secret");
    const stack = snapshot.resources.find(({ type }) => type === "pulumi:pulumi:Stack");
    assert.equal(read(stack?.outputs, "connectionProperties").kind, "secret");
  });

  it("is judged as in any environment", async () => {
    const judging = { settings: defaultSettings, rules: [noLiteralSecret, noSharedSecret] };
    const { findings } = await judgeSnapshot(snapshot, judging);
    assert.deepEqual(
      findings
        .map(({ at, rule, verdict }) => [at.urn.split("::").at(-1), at.property, rule, verdict])
        .sort(),
      [
        ["clear", "environmentVariables.CRM_API_KEY", "no-literal-secret", "violated"],
        ["glue", "connectionProperties.PASSWORD", "no-literal-secret", "violated"],
        ["mixed", "environmentVariables.CRM_API_KEY", "no-literal-secret", "violated"],
        ["of-secret", "environmentVariables", "no-literal-secret", "undetermined"],
        ["unknown", "environmentVariables", "no-shared-secret", "undetermined"],
      ],
    );
  });
});
