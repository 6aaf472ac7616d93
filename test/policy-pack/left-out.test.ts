import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Value } from "../../core/snapshot/value";
import { readSnapshot, writeSnapshot } from "../../engine";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";
import { stated } from "../support/stated";

/** A Deployment of an agent with one variable. */
function deployment(name: string, variable: Value, account: Value = name): Resource {
  return resource("kubernetes:apps/v1:Deployment", name, {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "acme", labels: { "agentid.dev/tenant": "acme" } },
    spec: {
      template: {
        metadata: { labels: { app: name } },
        spec: {
          serviceAccountName: account,
          containers: [{ name: "desk", image: "desk:1", env: [variable] }],
        },
      },
    },
  });
}

function fromSecret(name: Value): Value {
  return {
    name: "CRM_TOKEN",
    valueFrom: { secretKeyRef: { name, key: "token" } },
  };
}

/** A rule's report on resources that were saved and read again. */
async function statedOf(resources: readonly Resource[], rule: string): Promise<readonly string[]> {
  const read = readSnapshot(writeSnapshot(snapshotOf(resources)));
  assert.ok("snapshot" in read, JSON.stringify(read));
  const judgement = await judgeSnapshot(read.snapshot, {
    settings: defaultSettings,
    rules: rules.filter(({ id }) => id === rule),
  });
  assert.ok(!JSON.stringify(judgement).includes("redacted"), JSON.stringify(judgement));
  return judgement.findings.map(stated);
}

describe("what a saved snapshot leaves out", () => {
  it("is no name of a Secret, so that whether two are one is not known", async () => {
    const shared = ["desk", "mail"].map((name) =>
      deployment(name, fromSecret(new Secret("crm-secret"))),
    );
    assert.deepEqual(await statedOf(shared, "no-shared-secret"), [
      "undetermined: `acme/desk` shares a secret with another workload",
      "undetermined: `acme/mail` shares a secret with another workload",
    ]);
  });

  it("is no name of an account", async () => {
    const shared = ["desk", "mail"].map((name) =>
      deployment(name, { name: "LOG", value: "info" }, new Secret("agents")),
    );
    assert.deepEqual(await statedOf(shared, "no-shared-identity"), [
      "undetermined: `acme/desk` shares its identity with another workload (which identity it runs as is not known)",
      "undetermined: `acme/mail` shares its identity with another workload (which identity it runs as is not known)",
    ]);
  });

  it("is no name of a variable, nor a setting by which calls are sent", async () => {
    const variable = { name: new Secret("CRM_TOKEN"), value: "correct-horse-battery-7" };
    assert.deepEqual(await statedOf([deployment("desk", variable)], "no-literal-secret"), [
      "undetermined: `acme/desk` receives a credential in plain text (its value is not known)",
    ]);
  });

  it("is still compared as a credential, so that a shared one is reported", async () => {
    const value = new Secret("correct-horse-battery-7");
    const shared = ["desk", "mail"].map((name) => deployment(name, { name: "CRM_TOKEN", value }));
    assert.deepEqual(await statedOf(shared, "no-shared-secret"), [
      "A literal credential is shared by 2 workloads <acme/desk>",
      "A literal credential is shared by 2 workloads <acme/mail>",
    ]);
    const other = ["desk", "mail"].map((name) =>
      deployment(name, { name: "CRM_TOKEN", value: new Secret(`${name}-horse-battery-7`) }),
    );
    assert.deepEqual(await statedOf(other, "no-shared-secret"), []);
  });

  it("may be a credential of two Secrets that are marked as a whole, where its key names one", async () => {
    const shared = (key: string): readonly Resource[] =>
      ["desk", "mail"].flatMap((name) => [
        resource("kubernetes:core/v1:Secret", `${name}-crm`, {
          apiVersion: "v1",
          kind: "Secret",
          metadata: { name: `${name}-crm`, namespace: "acme" },
          stringData: new Secret({ [key]: "correct-horse-battery-7" }),
        }),
        deployment(name, {
          name: "CRM",
          valueFrom: { secretKeyRef: { name: `${name}-crm`, key } },
        }),
      ]);
    assert.deepEqual(await statedOf(shared("token"), "no-shared-secret"), [
      "undetermined: The value of secret `acme/desk-crm[token]` is shared by 2 workloads <acme/desk>",
      "undetermined: The value of secret `acme/mail-crm[token]` is shared by 2 workloads <acme/mail>",
    ]);
    assert.deepEqual(await statedOf(shared("region"), "no-shared-secret"), []);
  });

  it("is no ARN in a policy", async () => {
    const roles = [
      resource("aws:iam/role:Role", "desk", {
        name: "desk",
        assumeRolePolicy: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Action: "sts:AssumeRole",
              Principal: { Service: "lambda.amazonaws.com" },
            },
          ],
        }),
      }),
      resource("aws:iam/rolePolicy:RolePolicy", "all", {
        role: "desk",
        policy: {
          Version: "2012-10-17",
          Statement: [{ Effect: "Allow", Action: new Secret("*"), Resource: "*" }],
        },
      }),
      resource("aws:lambda/function:Function", "desk", {
        role: "arn:aws:iam::111122223333:role/desk",
      }),
    ];
    assert.deepEqual(await statedOf(roles, "no-wildcard-authority"), [
      "undetermined: Policy `all` allows every action on every resource <desk> (an action of a policy is not known yet)",
    ]);
  });

  it("may be the condition that restricts a role to people", async () => {
    const condition = (operator: string, key: string, value: Value): Value => ({
      [operator]: { [key]: value },
    });
    const role = (name: string, Condition: Value): Resource =>
      resource("aws:iam/role:Role", name, {
        name,
        assumeRolePolicy: {
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { AWS: "arn:aws:iam::111122223333:root" },
              Action: "sts:AssumeRole",
              Condition,
            },
          ],
        },
        managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
      });
    const roles = [
      role("typed", condition("StringEquals", "aws:PrincipalType", new Secret("User"))),
      role("sure", condition("Bool", "aws:MultiFactorAuthPresent", new Secret("true"))),
      role("open", condition("StringEquals", "aws:RequestedRegion", new Secret("eu-west-1"))),
    ];
    assert.deepEqual(await statedOf(roles, "no-wildcard-authority"), [
      "AWS managed policy `AdministratorAccess` gives the permissions of an administrator <open>",
      "undetermined: AWS managed policy `AdministratorAccess` gives the permissions of an administrator <sure> (who can assume it is not known yet)",
      "undetermined: AWS managed policy `AdministratorAccess` gives the permissions of an administrator <typed> (who can assume it is not known yet)",
    ]);
  });

  it("may be a credential in a plain parameter, where its name is a credential's", async () => {
    const plain = (name: string): Resource =>
      resource("aws:ssm/parameter:Parameter", name, {
        name: `/acme/${name}`,
        type: "String",
        value: new Secret("correct-horse-battery-7"),
      });
    assert.deepEqual(
      await statedOf([plain("db-password"), plain("log-level")], "no-literal-secret"),
      [
        "undetermined: `acme/db-password` receives the value of db-password in plain text (its value is not known)",
      ],
    );
  });
});
