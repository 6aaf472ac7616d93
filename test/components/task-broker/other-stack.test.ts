import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { parse } from "yaml";
import { TaskBrokerDeployment } from "../../../components";
import { partsOf } from "../../../components/task-broker/deployment-declaration";
import { registered, type Registered } from "../support/registered";
import { plainDeployment } from "./plain";

const [{ tool, resource }] = plainDeployment.tools as [(typeof plainDeployment.tools)[number]];
const [{ workload }] = plainDeployment.workloads as [(typeof plainDeployment.workloads)[number]];

/** A deployment whose tool and workload are outputs of another stack. */
const referring = (
  outputs: Readonly<Record<string, unknown>>,
  preview = false,
): Promise<readonly Registered[]> =>
  registered(
    () => {
      const stack = new pulumi.StackReference("acme/tools/production");
      const output = (name: string) => stack.getOutput(name) as pulumi.Output<never>;
      new TaskBrokerDeployment("running", {
        ...plainDeployment,
        workloads: [{ workload: output("triage") }],
        tools: [{ tool: output("refunds"), resource }],
      });
    },
    { preview, outputs },
  );

/** What is registered, as type and name. */
const names = (resources: readonly Registered[]): readonly string[] =>
  resources.map(({ type, name }) => `${String(type.split(":").at(-1))} ${name}`);

const whole = [
  "TaskBrokerDeployment running",
  "Deployment running",
  "ConfigMap running",
  "PersistentVolumeClaim running",
  "Service running",
  "NetworkPolicy running",
  "PodDisruptionBudget running",
];

describe("a broker whose tools and workloads are of another stack", () => {
  it("binds the Roles of these tools, and has the grants of these workloads", async () => {
    const resources = await referring({ refunds: tool, triage: workload });
    assert.deepEqual(names(resources), [
      ...whole,
      "Role running",
      "Role running-refunds.refund",
      "RoleBinding running",
    ]);
    const binder = resources.find(({ type, name }) => type.endsWith(":Role") && name === "running");
    const [, roles] = binder?.inputs["rules"] as readonly object[];
    assert.deepEqual(roles, {
      apiGroups: ["rbac.authorization.k8s.io"],
      resources: ["roles"],
      resourceNames: ["acme.refunds.refund"],
      verbs: ["bind"],
    });
    const { data } = resources.find(({ type }) => type.endsWith(":ConfigMap"))?.inputs as {
      readonly data: Readonly<Record<string, string>>;
    };
    const written = parse(data["broker.yaml"] ?? "") as Record<string, readonly object[]>;
    assert.equal(written["grants"]?.length, 1);
    assert.equal(written["tools"]?.length, 1);
  });

  it("is previewed without these Roles, while the other stack is not there yet", async () => {
    assert.deepEqual(names(await referring({}, true)), whole);
  });

  for (const [what, outputs, argument] of [
    ["a tool that the other stack does not have", { triage: workload }, "tools[0].tool"],
    ["the ARN of a tool", { triage: workload, refunds: tool.roleArn }, "tools[0].tool"],
    ["a workload that it does not have", { refunds: tool }, "workloads[0].workload"],
  ] as const) {
    it(`refuses ${what}, by one sentence`, async () => {
      const given: Readonly<Record<string, unknown>> = outputs;
      const output = (name: string) => pulumi.output(given[name] as typeof tool);
      const { configured } = partsOf("task broker deployment `running`", {
        ...plainDeployment,
        workloads: [{ workload: output("triage") }],
        tools: [{ tool: output("refunds"), resource }],
      });
      const referred = [
        ...configured.tools.map((each) => each.tool),
        configured.workloads[0]?.workload,
      ];
      const known = pulumi.all(referred) as unknown as { promise: () => Promise<unknown> };
      await assert.rejects(known.promise(), {
        message: `task broker deployment \`running\`: ${argument} is no reference to a workload; give \`agent.brokerRef\``,
      });
    });
  }
});
