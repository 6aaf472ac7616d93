import assert from "node:assert/strict";
import { AgentStack } from "../../../components/agent-stack";
import { Tenant, Tool } from "../../../components";
import { brokerArn, federation } from "../support/acme";
import { registered } from "../support/registered";
import { cluster, mistakesIn, ofTenant } from "./mistakes";

const broker = `broker: { roleArn: "${brokerArn}" }`;

describe("a broker in a manifest", () => {
  it("is the tenant's as in code", async () => {
    const byManifest = await registered(() => {
      new AgentStack("desk", { text: ofTenant(broker, "tools: { search: }") });
    });
    const inCode = await registered(() => {
      const { ref } = new Tenant("acme", { federation, broker: { roleArn: brokerArn } });
      new Tool("acme-search", { name: "search", tenant: ref });
    });
    const plain = (resources: typeof inCode): readonly unknown[] =>
      resources
        .filter(({ type }) => type !== "agentid:index:AgentStack")
        .map(({ type, name, inputs }) => ({ type, name, inputs }));
    assert.deepEqual(plain(byManifest), plain(inCode));
  });

  it("may be a value of the program", () => {
    const text = ofTenant('broker: { roleArn: "${broker}" }');
    assert.deepEqual(mistakesIn(text, { broker: brokerArn }), []);
  });

  it("reports what is wrong with its role", () => {
    const other = brokerArn.replace("111122223333", "444455556666");
    const problems = [
      [
        "task-broker",
        "is no IAM role; give an ARN such as `arn:aws:iam::111122223333:role/task-broker`",
      ],
      [
        other,
        "is not of account `111122223333` in partition `aws`, where the tenant's roles are; run the broker there",
      ],
    ] as const;
    for (const [given, problem] of problems) {
      assert.deepEqual(mistakesIn(ofTenant(`broker: { roleArn: "${given}" }`)), [
        `6:24: tenants.acme.broker.roleArn: \`${given}\` ${problem}`,
      ]);
    }
    assert.deepEqual(mistakesIn(ofTenant("broker: {}")), [
      "6:13: tenants.acme.broker.roleArn: it is missing; give the ARN of the IAM role that the broker runs as, in the account of the tenant's roles",
    ]);
  });

  it("serves one tenant alone", () => {
    const tenants = ["acme", "globex"].map(
      (name) => `  ${name}: { federation: cluster, ${broker} }\n`,
    );
    assert.deepEqual(mistakesIn(`${cluster}tenants:\n${tenants.join("")}`), [
      `5:53: tenants.globex.broker.roleArn: \`${brokerArn}\` is tenant \`acme\`'s broker already, and could act for both; give each tenant a broker role of its own`,
    ]);
  });
});
