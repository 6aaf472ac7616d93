import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { Agent, TaskBroker, Tenant, Tool, type TenantFederation } from "../../../components";
import { federation, issuer, providerArn } from "../support/acme";
import { clusterArn } from "../support/random-federation";
import { mocked, registered, type Registered } from "../support/registered";
import { named, roleAdmits } from "../support/trust";

const address = "https://broker.acme.example";
const roleArn = "arn:aws:iam::111122223333:role/agentid-broker/acme.decider";

/** A broker, the tenant that it serves, and a tool of that. */
function served(given: TenantFederation = federation): TaskBroker {
  const broker = new TaskBroker("decider", { tenant: "acme", issuer: address, federation: given });
  const tenant = new Tenant("acme", { federation: given, broker: broker.ref });
  new Tool("search", { tenant: tenant.ref });
  return broker;
}

const labels = { "agentid.dev/tenant": "acme" };
const restricted = {
  ...labels,
  "pod-security.kubernetes.io/enforce": "restricted",
  "pod-security.kubernetes.io/warn": "restricted",
};

/** What of the broker was registered in the cluster: types without group, and inputs without kind and version. */
function inCluster(resources: readonly Registered[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    resources
      .filter(({ type, under }) => type.startsWith("kubernetes:") && under.endsWith("TaskBroker"))
      .map(({ type, name, inputs: { apiVersion, kind, ...inputs } }) => {
        assert.ok(apiVersion !== undefined && kind !== undefined);
        return [`${String(type.split(":").at(-1))} ${name}`, inputs];
      }),
  );
}

describe("a task broker", () => {
  let made: readonly Registered[];
  before(async () => {
    made = await registered(() => void served());
  });

  const policyOf = (name: string): unknown =>
    JSON.parse(String(named(made, "aws:iam/rolePolicy:RolePolicy", name)?.inputs["policy"]));

  it("has a role that its own ServiceAccount alone assumes, and no workload's path", () => {
    const role = named(made, "aws:iam/role:Role", "decider");
    const { assumeRolePolicy, ...inputs } = role?.inputs ?? {};
    assert.deepEqual(inputs, {
      name: "acme.decider",
      path: "/agentid-broker/",
      description: "Identity of the task broker of tenant acme",
      maxSessionDuration: 3600,
      tags: labels,
    });
    assert.deepEqual(JSON.parse(String(assumeRolePolicy)), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: providerArn },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: {
            StringEquals: {
              [`${issuer}:sub`]: "system:serviceaccount:acme-broker:decider",
              [`${issuer}:aud`]: "sts.amazonaws.com",
            },
          },
        },
      ],
    });
  });

  it("may assume the roles of its tenant, and nothing else", () => {
    assert.deepEqual(policyOf("decider"), {
      Version: "2012-10-17",
      Statement: [
        {
          Sid: "ActAsTools",
          Effect: "Allow",
          Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
          Resource: "arn:aws:iam::111122223333:role/agentid/acme/*",
        },
        {
          Sid: "TagSessions",
          Effect: "Allow",
          Action: "sts:TagSession",
          Resource: "arn:aws:iam::111122223333:role/agentid/acme/*",
          Condition: {
            "ForAllValues:StringEquals": {
              "aws:TagKeys": ["agentid.dev/task", "agentid.dev/intent"],
            },
            Null: { "sts:TransitiveTagKeys": "true" },
          },
        },
      ],
    });
    const others = made.filter(({ type }) => type.startsWith("aws:iam/rolePolicy"));
    assert.deepEqual(
      others.map(({ name }) => name),
      ["decider"],
    );
  });

  it("is trusted by the tools of its tenant", () => {
    const session = (principal: string, source: string) =>
      roleAdmits(named(made, "aws:iam/role:Role", "search"), {
        principal: { type: "AWS", value: principal },
        action: "sts:AssumeRole",
        keys: { "sts:SourceIdentity": source },
        isAllowed: true,
      });
    assert.equal(session(roleArn, "acme.triage"), "yes");
    assert.equal(session(roleArn, "globex.triage"), "no");
    assert.equal(session(roleArn.replace("decider", "other"), "acme.triage"), "no");
  });

  it("has a namespace of its own, and one for tasks in which nothing runs", () => {
    const broker = { namespace: "acme-broker", name: "decider" };
    const rbac = { name: "decider", namespace: "acme-tasks", labels };
    const policy = (what: string) => ({ name: `agentid-acme-task-${what}`, labels });
    const binding = (what: string) => ({
      metadata: policy(what),
      spec: { policyName: `agentid-acme-task-${what}`, validationActions: ["Deny"] },
    });
    const objects = inCluster(made);
    assert.deepEqual(
      Object.fromEntries(
        Object.entries(objects).filter(([key]) => !key.startsWith("ValidatingAdmissionPolicy ")),
      ),
      {
        "Namespace decider": { metadata: { name: "acme-broker", labels: restricted } },
        "Namespace decider-tasks": { metadata: { name: "acme-tasks", labels: restricted } },
        "ResourceQuota decider-tasks": {
          metadata: { name: "agentid-quota", namespace: "acme-tasks", labels },
          spec: { hard: { pods: "0" } },
        },
        "ServiceAccount decider": {
          metadata: {
            ...broker,
            labels,
            annotations: {
              "eks.amazonaws.com/role-arn": roleArn,
              "eks.amazonaws.com/token-expiration": "3600",
            },
          },
          automountServiceAccountToken: false,
        },
        "Role decider-tasks": {
          metadata: rbac,
          rules: [
            {
              apiGroups: [""],
              resources: ["serviceaccounts"],
              verbs: ["create", "delete", "list"],
            },
            { apiGroups: [""], resources: ["serviceaccounts/token"], verbs: ["create"] },
          ],
        },
        "RoleBinding decider-tasks": {
          metadata: rbac,
          roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "decider" },
          subjects: [{ kind: "ServiceAccount", ...broker }],
        },
        "ValidatingAdmissionPolicyBinding decider-accounts": binding("accounts"),
        "ValidatingAdmissionPolicyBinding decider-bindings": binding("bindings"),
      },
    );
    assert.equal(Object.keys(objects).length, 10);
  });

  it("is restricted to resources of a task by the API server", () => {
    const objects = inCluster(made);
    const ofBroker = [
      {
        name: "task-broker",
        expression: "request.userInfo.username == 'system:serviceaccount:acme-broker:decider'",
      },
    ];
    const operations = ["CREATE", "UPDATE", "DELETE"];
    const isToken = "has(request.subResource) && request.subResource == 'token'";
    assert.deepEqual(objects["ValidatingAdmissionPolicy decider-accounts"], {
      metadata: { name: "agentid-acme-task-accounts", labels },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: [""],
              apiVersions: ["v1"],
              operations,
              resources: ["serviceaccounts", "serviceaccounts/token"],
            },
          ],
        },
        matchConditions: ofBroker,
        validations: [
          {
            expression: "request.namespace == 'acme-tasks'",
            message: "the task broker makes accounts and tokens in `acme-tasks` alone",
          },
          {
            expression: `(${isToken} ? request.name : (request.operation == 'DELETE' ? oldObject : object).metadata.name).startsWith('task-')`,
            message: "the task broker makes, deletes and uses accounts named `task-…` alone",
          },
          {
            expression: `!(${isToken}) || object.spec.expirationSeconds <= 600`,
            message: "a task's token lasts 600 seconds at most",
          },
        ],
      },
    });
    assert.deepEqual(objects["ValidatingAdmissionPolicy decider-bindings"], {
      metadata: { name: "agentid-acme-task-bindings", labels },
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ["rbac.authorization.k8s.io"],
              apiVersions: ["v1"],
              operations,
              resources: ["rolebindings"],
            },
          ],
        },
        matchConditions: ofBroker,
        validations: [
          {
            expression:
              "(request.operation == 'DELETE' ? oldObject : object).metadata.name.startsWith('task-')",
            message: "the task broker makes and deletes bindings named `task-…` alone",
          },
          {
            expression:
              "request.operation == 'DELETE' || (has(object.subjects) && object.subjects.size() == 1 && object.subjects.all(s, s.kind == 'ServiceAccount' && s.namespace == 'acme-tasks' && s.name == object.metadata.name))",
            message:
              "the only subject of a task's binding is the ServiceAccount of the same name in `acme-tasks`",
          },
          {
            expression: "request.operation == 'DELETE' || object.roleRef.kind == 'Role'",
            message: "a task's binding gives a Role",
          },
          {
            expression:
              "request.operation == 'DELETE' || (has(object.metadata.labels) && 'agentid/txn' in object.metadata.labels)",
            message: "a task's binding has the label `agentid/txn`",
          },
        ],
      },
    });
  });

  it("is associated with its role by EKS Pod Identity", async () => {
    const podIdentity = { eksPodIdentity: { clusterArn } };
    const resources = await registered(() => void served(podIdentity));
    const type = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
    assert.deepEqual(named(resources, type, "decider")?.inputs, {
      clusterName: "prod",
      namespace: "acme-broker",
      serviceAccount: "decider",
      roleArn,
      tags: labels,
    });
    const account = inCluster(resources)["ServiceAccount decider"] as { metadata: object };
    assert.deepEqual(account.metadata, { namespace: "acme-broker", name: "decider", labels });
  });

  it("is known in a preview already, so that the trust of tools is", async () => {
    const resources = await registered(() => void served(), { preview: true });
    const trust = (all: readonly Registered[]) =>
      named(all, "aws:iam/role:Role", "search")?.inputs["assumeRolePolicy"];
    assert.ok(String(trust(resources)).includes(roleArn));
    assert.equal(trust(resources), trust(made));
  });

  it("is made for a cluster that is known later as for one that is known", async () => {
    const later = await registered(
      () => void served({ eksIrsa: { providerArn: pulumi.output(providerArn), issuer } }),
    );
    const others = (resources: readonly Registered[]) =>
      resources.filter(({ type }) => !type.startsWith("agentid:"));
    assert.deepEqual(others(later), others(made));
  });

  it("is refused by its mistakes, before anything is registered", () => {
    const broker = (args: object) => () =>
      new TaskBroker("decider", { tenant: "acme", issuer: address, federation, ...args });
    const refusals: readonly (readonly [() => unknown, string])[] = [
      [
        broker({ tenant: "Acme Inc" }),
        "task broker `decider`: tenant `Acme Inc` is no name of a tenant; give lowercase letters, digits and single `-` inside, at most 63",
      ],
      [
        broker({ federation: { ecs: { account: "111122223333", region: "eu-central-1" } } }),
        "task broker `decider`: federation is `ecs`, which pods of EKS do not use; give `eksIrsa` or `eksPodIdentity`",
      ],
      [
        broker({ tasksNamespace: "acme-broker" }),
        "task broker `decider`: tasksNamespace `acme-broker` is the broker's own namespace; give one of its own, so that tasks reach nothing of the broker",
      ],
    ];
    const seen = mocked();
    for (const [declare, message] of refusals) assert.throws(declare, { message });
    assert.deepEqual(seen(), []);
  });

  it("serves one tenant alone, which has no other", () => {
    mocked();
    const broker = new TaskBroker("decider", { tenant: "acme", issuer: address, federation });
    assert.throws(() => new Tenant("globex", { federation, broker: broker.ref }), {
      message:
        "tenant `globex`: broker serves tenant `acme`; give `globex` a `TaskBroker` of its own",
    });
    assert.throws(
      () =>
        new TaskBroker("second", {
          tenant: "acme",
          issuer: address,
          federation,
          namespace: "second",
        }),
      {
        message:
          "task broker `second`: tenant `acme` already has a task broker; make one for each tenant",
      },
    );
  });

  it("shares neither name nor ServiceAccount with a workload", () => {
    mocked();
    const tenant = new Tenant("acme", { federation });
    new Agent("triage", { tenant });
    assert.throws(() => new TaskBroker("triage", { tenant: "acme", issuer: address, federation }), {
      message:
        "task broker `triage`: name `triage` is already that of a workload of tenant `acme`; give another `name`",
    });
    mocked();
    const globex = new Tenant("globex", { federation, namespace: "shared" });
    new Agent("decider", { tenant: globex });
    const sharing = { tenant: "acme", issuer: address, federation, namespace: "shared" };
    assert.throws(() => new TaskBroker("decider", sharing), {
      message: `task broker \`decider\`: \`system:serviceaccount:shared:decider of ${issuer}\` already proves a workload, which could act as the broker; give another \`namespace\``,
    });
  });
});
