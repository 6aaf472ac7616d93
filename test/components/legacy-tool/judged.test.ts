import * as assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import { LegacyTool, Tenant } from "../../../components";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { federation } from "../support/acme";
import { registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { legacyArgs, secretArn } from "./crm";

/** The policy pack's findings with another resource beside a tool with an existing key. */
async function findingsBeside(others: (tool: LegacyTool) => void): Promise<readonly string[]> {
  const resources = await registered(() => {
    const { ref } = new Tenant("acme", { federation });
    others(
      new LegacyTool("crm", {
        ...legacyArgs,
        tenant: ref,
        key: { existingSecret: { arn: secretArn } },
      }),
    );
  });
  const judged = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return judged.findings.map(({ rule, message }) => `${rule}: ${message}`);
}

function run(name: string, tool: LegacyTool): void {
  const { labels, spec, container } = tool.pod;
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace: tool.namespace, labels },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { ...spec, containers: [{ ...container, name: "main", image: "example" }] },
      },
    },
  });
}

function giveTo(container: string): void {
  new aws.ecs.TaskDefinition("other", {
    family: "other",
    containerDefinitions: JSON.stringify([
      { name: container, image: "example", secrets: [{ name: "CRM", valueFrom: secretArn }] },
    ]),
  });
}

describe("a LegacyTool, judged", () => {
  it("uses its key as the only consumer, also where a Deployment runs it", async () => {
    assert.deepEqual(
      await findingsBeside((tool) => {
        run("crm", tool);
      }),
      [],
    );
  });

  it("shares its key where another workload receives the same secret", async () => {
    const findings = await findingsBeside((tool) => {
      run("crm", tool);
      giveTo("other");
    });
    assert.deepEqual(findings, [
      "no-shared-secret: Secret `crm` is shared by 2 workloads",
      "no-shared-secret: Secret `crm` is shared by 2 workloads",
    ]);
  });
});
