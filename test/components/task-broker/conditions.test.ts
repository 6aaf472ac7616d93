import assert from "node:assert/strict";
import { parse } from "yaml";
import { readConfiguration } from "../../../broker/configuration/read";
import { Agent, TaskBrokerDeployment, type GrantCondition } from "../../../components";
import { mocked, registered } from "../support/registered";
import { deploymentArgs, desk } from "./desk";
import { plainDeployment } from "./plain";

/** The files of a broker whose agent `clerk` may call a tool under a condition, by their keys. */
async function filesWith(condition: GrantCondition): Promise<Readonly<Record<string, string>>> {
  const resources = await registered(() => {
    const { tenant, refunds, broker } = desk();
    const clerk = new Agent("clerk", {
      tenant,
      grants: [{ tool: refunds.ref, intents: ["refund"], conditions: [condition] }],
    });
    new TaskBrokerDeployment("later", {
      ...deploymentArgs,
      broker: broker.ref,
      tenant,
      workloads: [{ workload: clerk.brokerRef }],
      tools: [{ tool: refunds.brokerRef, resource: "https://refunds.acme.example/mcp" }],
    });
  });
  const written = resources.find(
    ({ type, name }) => type.endsWith(":ConfigMap") && name === "later",
  );
  return written?.inputs["data"] as Readonly<Record<string, string>>;
}

const most = Number.MAX_SAFE_INTEGER;

const ranges: Readonly<Record<string, readonly [GrantCondition, least: number, most: number]>> = {
  "from a number on": [{ key: "age", atLeast: 18 }, 18, most],
  "from a negative number to another": [{ key: "celsius", atLeast: -40, atMost: 85 }, -40, 85],
  "from 0, where no least one is declared": [{ key: "cents", atMost: 5000 }, 0, 5000],
  "zero alone": [{ key: "cents", atLeast: 0, atMost: 0 }, 0, 0],
};

describe("a range of a grant's condition", () => {
  for (const [what, [condition, least, highest]] of Object.entries(ranges)) {
    it(`is in broker.yaml as declared, and read by the broker: ${what}`, async () => {
      const files = await filesWith(condition);
      const text = files["broker.yaml"] ?? "";
      const { grants } = parse(text) as { readonly grants: readonly { conditions: unknown }[] };
      assert.deepEqual(
        grants.map(({ conditions }) => conditions),
        [[condition]],
      );
      const read = readConfiguration(
        text,
        (file) => file,
        (file) => files[file.replaceAll("/", ".")] ?? "",
        { KUBERNETES_SERVICE_HOST: "10.96.0.1" },
      );
      assert.ok(read.kind === "ok", JSON.stringify(read));
      assert.deepEqual(read.configuration.grants[0]?.conditions, [
        { kind: "between", key: condition.key, least, most: highest },
      ]);
    });
  }

  it("is refused where no number is in it, before anything is registered", () => {
    const seen = mocked();
    const conditions = [{ key: "cents", atLeast: 6, atMost: 5 }];
    const workloads = plainDeployment.workloads.map(({ workload }) => ({
      workload: { ...workload, grants: workload.grants.map((one) => ({ ...one, conditions })) },
    }));
    assert.throws(() => new TaskBrokerDeployment("running", { ...plainDeployment, workloads }), {
      message:
        "task broker deployment `running`: workloads[0].workload.grants[0].conditions[0].atMost is `5`, below `atLeast`, `6`; give a lower `atLeast`, or a higher `atMost`",
    });
    assert.deepEqual(seen(), []);
  });
});
