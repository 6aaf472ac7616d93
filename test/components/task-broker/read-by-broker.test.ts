import assert from "node:assert/strict";
import { readConfiguration } from "../../../broker/configuration/read";
import type { TaskBrokerDeploymentArgs } from "../../../components";
import { grantsIn } from "../../../policy-pack/read/aws/components/grants-in";
import { grantOf } from "../../../policy-pack/domain/workloads/declared-grant";
import { registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { desk } from "./desk";

const states: Readonly<Record<string, TaskBrokerDeploymentArgs["state"]>> = {
  "a volume": { sqlite: {} },
  "a database": {
    postgres: {
      host: "db.acme.example",
      database: "broker",
      user: "broker",
      cidrs: ["10.4.0.0/24"],
      certificateSecret: "login",
    },
  },
};

describe("the configuration that a deployment writes", () => {
  const before = process.env["KUBERNETES_SERVICE_HOST"];
  beforeEach(() => {
    // As in a pod.
    process.env["KUBERNETES_SERVICE_HOST"] = "10.96.0.1";
  });
  afterEach(() => {
    if (before === undefined) delete process.env["KUBERNETES_SERVICE_HOST"];
    else process.env["KUBERNETES_SERVICE_HOST"] = before;
  });

  for (const [name, state] of Object.entries(states)) {
    it(`is read by the broker, with the grants that \`agentid policy\` reads: on ${name}`, async () => {
      const limits = { trailDays: 30, drainSeconds: 60 };
      const resources = await registered(() => void desk({ state, limits }));
      const { data } = resources.find(({ type }) => type.endsWith(":ConfigMap"))?.inputs as {
        readonly data: Readonly<Record<string, string>>;
      };
      const read = readConfiguration(
        String(data["broker.yaml"]),
        (file) => file,
        (file) => String(data[file.replaceAll("/", ".")]),
      );
      assert.ok(read.kind === "ok", JSON.stringify(read));
      const { grants, tenant, kubernetes } = read.configuration;
      const declared = grantsIn(snapshotOf(resources)).map(({ fact }) => grantOf(fact.grant));
      assert.deepEqual(
        grants,
        declared.flatMap((each) => (each.kind === "known" ? [each.grant] : [])),
      );
      assert.equal(grants.length, 2);
      assert.equal(tenant, "acme");
      assert.equal(kubernetes?.tasksNamespace, "acme-tasks");
      const { spec } = resources.find(({ type }) => type.endsWith(":Deployment"))?.inputs as {
        readonly spec: {
          readonly template: { readonly spec: { readonly terminationGracePeriodSeconds: number } };
        };
      };
      // A broker answers for a while, and then lets requests run for 10 s at most.
      const stopsAfter = read.configuration.drainSeconds + 10;
      assert.deepEqual([stopsAfter, read.configuration.trailDays], [70, 30]);
      assert.ok(stopsAfter < spec.template.spec.terminationGracePeriodSeconds);
    });
  }
});
