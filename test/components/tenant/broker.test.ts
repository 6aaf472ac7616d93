import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, Tenant, Tool, type TenantRef } from "../../../components";
import { derive } from "../../../components/arguments/known";
import { declare, trustingOf, trustOf } from "../../../components/workload/workload";
import { acme, brokerArn, federation, issuer, providerArn } from "../support/acme";
import { mocked, registered, type Registered } from "../support/registered";
import { roleAdmits, named, type Request } from "../support/trust";

const withBroker: TenantRef = { ...acme, broker: { roleArn: brokerArn } };

/** How a role assumes the role of a tool. */
function session(roleArn: string, sourceIdentity?: string): Request {
  return {
    principal: { type: "AWS", value: roleArn },
    action: "sts:AssumeRole",
    keys: sourceIdentity === undefined ? {} : { "sts:SourceIdentity": sourceIdentity },
    isAllowed: true,
  };
}

async function roleOf(declare: () => unknown): Promise<Registered | undefined> {
  const resources = await registered(() => {
    declare();
  });
  return named(resources, "aws:iam/role:Role", "search");
}

const ownStatement = {
  Effect: "Allow",
  Principal: { Federated: providerArn },
  Action: "sts:AssumeRoleWithWebIdentity",
  Condition: {
    StringEquals: {
      [`${issuer}:sub`]: "system:serviceaccount:acme:search",
      [`${issuer}:aud`]: "sts.amazonaws.com",
    },
  },
};

const brokerStatements = [
  {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
    Condition: {
      ArnEquals: { "aws:PrincipalArn": brokerArn },
      StringLike: { "sts:SourceIdentity": "acme.*" },
    },
  },
  {
    Effect: "Allow",
    Principal: { AWS: "arn:aws:iam::111122223333:root" },
    Action: "sts:TagSession",
    Condition: {
      ArnEquals: { "aws:PrincipalArn": brokerArn },
      "ForAllValues:StringEquals": { "aws:TagKeys": ["agentid.dev/task", "agentid.dev/intent"] },
      Null: { "sts:TransitiveTagKeys": "true" },
    },
  },
];

describe("the task broker of a tenant", () => {
  it("can assume the role of each tool, beside the tool itself", async () => {
    const role = await roleOf(() => new Tool("search", { tenant: withBroker }));
    assert.deepEqual(JSON.parse(String(role?.inputs["assumeRolePolicy"])), {
      Version: "2012-10-17",
      Statement: [ownStatement, ...brokerStatements],
    });
  });

  it("is named by the tenant to its tools, in the preview of a new stack too", async () => {
    const resources = await registered(
      () => {
        const tenant = new Tenant("acme", { federation, broker: { roleArn: brokerArn } });
        new Tool("search", { tenant: tenant.ref });
      },
      { preview: true },
    );
    const role = named(resources, "aws:iam/role:Role", "search");
    assert.deepEqual(JSON.parse(String(role?.inputs["assumeRolePolicy"])), {
      Version: "2012-10-17",
      Statement: [ownStatement, ...brokerStatements],
    });
  });

  it("assumes no role of an agent", async () => {
    const role = await roleOf(() => new Agent("search", { tenant: withBroker }));
    assert.deepEqual(JSON.parse(String(role?.inputs["assumeRolePolicy"])), {
      Version: "2012-10-17",
      Statement: [ownStatement],
    });
    assert.equal(roleAdmits(role, session(brokerArn, "acme.triage")), "no");
  });

  it("may be an output, whose role is known later", async () => {
    const broker = { roleArn: pulumi.output(brokerArn) };
    const role = await roleOf(() => {
      const tenant = new Tenant("acme", { federation, broker });
      return new Tool("search", { tenant: tenant.ref });
    });
    assert.equal(roleAdmits(role, session(brokerArn, "acme.triage")), "yes");
  });

  it("is trusted only by its role, only for workloads of its tenant, and names its source", async () => {
    const role = await roleOf(() => new Tool("search", { tenant: withBroker }));
    const answers = (requests: Readonly<Record<string, Request>>) =>
      Object.fromEntries(
        Object.entries(requests).map(([name, request]) => [name, roleAdmits(role, request)]),
      );
    assert.deepEqual(
      answers({
        "for triage": session(brokerArn, "acme.triage"),
        "for nobody": session(brokerArn),
        "for another tenant": session(brokerArn, "globex.triage"),
        "for a tenant whose name starts the same": session(brokerArn, "acme-eu.triage"),
        "another role": session("arn:aws:iam::111122223333:role/platform/other", "acme.triage"),
        "a role of its name elsewhere": session(
          "arn:aws:iam::111122223333:role/acme-broker",
          "acme.triage",
        ),
        "a role of its name in another account": session(
          brokerArn.replace("111122223333", "444455556666"),
          "acme.triage",
        ),
        "its own policies do not allow it": {
          ...session(brokerArn, "acme.triage"),
          isAllowed: false,
        },
        "an agent of the tenant": session(
          "arn:aws:iam::111122223333:role/agentid/acme/acme.triage",
          "acme.triage",
        ),
      }),
      {
        "for triage": "yes",
        "for nobody": "no",
        "for another tenant": "no",
        "for a tenant whose name starts the same": "no",
        "another role": "no",
        "a role of its name elsewhere": "no",
        "a role of its name in another account": "no",
        "its own policies do not allow it": "no",
        "an agent of the tenant": "no",
      },
    );
  });

  it("serves one tenant alone", () => {
    const broker = { roleArn: brokerArn };
    const seen = mocked();
    new Tenant("acme", { federation, broker });
    new Tool("search", { tenant: withBroker });
    const before = seen().length;
    const message = `tenant \`globex\`: broker.roleArn \`${brokerArn}\` is already the broker of another tenant, and could act for both; give each tenant a broker role of its own`;
    assert.throws(() => new Tenant("globex", { federation, broker }), { message });
    const globex = { ...withBroker, name: "globex", namespace: "globex" };
    assert.throws(() => new Tool("globex-search", { name: "search", tenant: globex }), {
      message: message.replace("tenant", "tool").replace("globex", "globex-search"),
    });
    assert.equal(seen().length, before);
  });

  it("serves one tenant alone, also where its role is an output", async () => {
    mocked();
    const broker = { roleArn: pulumi.output(brokerArn) };
    const trustIn = (tenant: string): Promise<string> => {
      const { ref } = new Tenant(tenant, { federation, broker });
      const declaration = declare("tool", "search", { tenant: ref });
      const document = derive(trustingOf(declaration), (known) =>
        trustOf(`tool of ${tenant}`, declaration, known),
      );
      return (document as unknown as { promise: () => Promise<string> }).promise();
    };
    assert.match(await trustIn("acme"), /acme-broker/);
    await assert.rejects(trustIn("globex"), {
      message: `tool of globex: broker.roleArn \`${brokerArn}\` is already the broker of another tenant, and could act for both; give each tenant a broker role of its own`,
    });
  });
});
