import assert from "node:assert/strict";
import { deltaOf } from "../../policy-pack/views/delta/delta";
import { Secret, Unknown, type Value } from "../../core/snapshot/value";
import { summaryOf } from "../../policy-pack/views/delta/summary";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { StackReader } from "../../policy-pack/run/stack-reader";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { manifest, resource, snapshotOf, urnOf } from "../support/resources";

async function kept(resources: readonly ReturnType<typeof resource>[]) {
  const judging = { settings: defaultSettings, rules: [] };
  return (await judgeSnapshot(snapshotOf(resources), judging)).authority;
}

const stack = (more: AuthorityStack["roles"]) => authorityStack({ roles: more ?? {} });

const get = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::acme-tickets/*" };
const remove = { Effect: "Deny", Action: "s3:Delete*", Resource: "*" };

describe("authority that a report keeps", () => {
  it("is what policies allow within the boundary and less what is denied, and who may assume the role", async () => {
    const resources = stack({
      triage: {
        allows: [
          { Effect: "Allow", Action: ["s3:*", "sqs:SendMessage"], Resource: "*" },
          remove,
          { Effect: "Deny", Action: "sqs:*", Resource: "*" },
        ],
        boundary: [
          { Effect: "Allow", Action: "s3:Get*", Resource: "arn:aws:s3:::acme-*" },
          {
            Effect: "Allow",
            Action: "s3:*",
            Resource: "*",
            Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
          },
        ],
      },
    });
    const own = ["aws:iam/rolePolicy:RolePolicy::triage-calls"];
    const bound = ["aws:iam/policy:Policy::triage-boundary", ...own];
    assert.deepEqual(await kept(resources), {
      identities: [
        {
          key: "aws:iam/role:Role::triage",
          label: "triage",
          what: "role",
          may: [
            {
              actions: ["s3:*"],
              objects: ["*"],
              conditions: [{ operator: "StringEquals", key: "aws:SourceVpc", values: ["vpc-1"] }],
              of: bound,
            },
            { actions: ["s3:Get*"], objects: ["arn:aws:s3:::acme-*"], of: bound },
          ],
          denied: [{ actions: ["s3:Delete*"], objects: ["*"], of: own }],
          usedBy: [
            {
              actions: ["sts:AssumeRole*"],
              objects: [
                { text: "service lambda.amazonaws.com", label: "lambda.amazonaws.com", of: [] },
              ],
              of: ["aws:iam/role:Role::triage"],
            },
          ],
        },
      ],
      workloads: [],
      calls: [],
    });
  });

  it("is nothing of a stack without permissions", async () => {
    assert.equal(await kept([resource("aws:s3/bucket:Bucket", "tickets", {})]), undefined);
  });

  it("is what RBAC gives a workload's account", async () => {
    const authority = await kept(
      manifest(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: triage, namespace: acme }
---
apiVersion: v1
kind: Pod
metadata: { name: triage, namespace: acme }
spec: { serviceAccountName: triage, containers: [{ name: main, image: a }] }
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reads }
rules: [{ apiGroups: [apps], resources: [deployments], resourceNames: [desk], verbs: [get, list] }]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reads, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reads }
subjects: [{ kind: ServiceAccount, name: triage, namespace: acme }]
`),
    );
    assert.deepEqual(
      authority?.identities.map(({ label, may }) => [
        label,
        may.map(({ actions, objects }) => [actions, objects]),
      ]),
      [
        [
          "acme/triage",
          [
            [
              ["get", "list"],
              [
                {
                  text: "acme/apps/deployments:desk",
                  label: "deployments.apps desk in namespace acme",
                  of: [],
                },
              ],
            ],
          ],
        ],
      ],
    );
    assert.deepEqual(
      authority.workloads.map(({ label }) => label),
      ["acme/triage"],
    );
  });

  it("is who may use a resource by its own policy", async () => {
    const bucket = resource("aws:s3/bucket:Bucket", "tickets", { bucket: "acme-tickets" });
    const policy = resource("aws:s3/bucketPolicy:BucketPolicy", "tickets", {
      bucket: "acme-tickets",
      policy: {
        Version: "2012-10-17",
        Statement: [
          { ...get, Principal: { AWS: "arn:aws:iam::444455556666:root" } },
          { ...remove, Principal: "*" },
        ],
      },
    });
    const [before, after] = await Promise.all([kept([bucket]), kept([bucket, policy])]);
    const none = { identities: [], workloads: [], calls: [] };
    assert.deepEqual(
      deltaOf(before ?? none, after ?? none).changed.flatMap(({ what, rows }) =>
        rows.map(({ sentence }) => [what, sentence]),
      ),
      [["bucket", "`tickets` can now be used by `account 444455556666` for `s3:GetObject`"]],
    );
  });

  it("shows nothing that is marked as secret", async () => {
    const secret = "s3cr3t-tenant-name";
    const policy: Value = {
      Version: "2012-10-17",
      Statement: [
        {
          ...get,
          Resource: new Secret(`arn:aws:s3:::${secret}/*`),
          Condition: { StringEquals: { "aws:PrincipalTag/tenant": new Secret(secret) } },
        },
      ],
    };
    const trust: Value = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { AWS: new Secret(`arn:aws:iam::444455556666:role/${secret}`) },
        },
      ],
    };
    const agent = resource(
      "agentid:index:Agent",
      "triage",
      {
        name: "triage",
        tenant: { name: "acme" },
        grants: [{ tool: { tenant: "acme", name: new Secret(secret) }, intents: ["a"] }],
      },
      { custom: false },
    );
    const authority = await kept([
      resource("aws:iam/role:Role", "triage", { name: "triage", assumeRolePolicy: trust }),
      resource("aws:iam/rolePolicy:RolePolicy", "calls", { role: "triage", policy }),
      agent,
    ]);
    const text = JSON.stringify(authority);
    assert.equal(text.includes(secret), false, text);
    assert.equal(text.includes("[secret]"), true);
    assert.deepEqual(authority?.calls, []);
  });

  it("has the conditions of a grant", async () => {
    const authority = await kept([
      resource(
        "agentid:index:Agent",
        "triage",
        {
          name: "triage",
          tenant: { name: "acme" },
          grants: [
            {
              tool: { tenant: "acme", name: "refunds" },
              intents: ["refund"],
              conditions: [
                { key: "region", oneOf: ["eu"] },
                { key: "amount", atMost: 5 },
                { key: "urgent", is: true },
                { key: "cents", sumAtMost: 500 },
              ],
              maxCalls: 3,
            },
          ],
        },
        { custom: false },
      ),
    ]);
    assert.deepEqual(authority?.calls[0]?.conditions, [
      { operator: "at-most", key: "calls of a task", values: ["3"] },
      { operator: "between", key: "amount", values: ["0", "5"] },
      { operator: "is", key: "urgent", values: ["true"] },
      { operator: "one-of", key: "region", values: ["eu"] },
      { operator: "sum", key: "cents", values: ["500"] },
    ]);
  });

  it("keeps a digest of identities beyond what it keeps, whatever the order of statements", async () => {
    const arns = ["one", "two"].map((name) => `arn:aws:iam::444455556666:role/${name}`);
    const summary = async (order: readonly string[]) => {
      const resources = ["a", "b"].map((name) =>
        resource("aws:iam/role:Role", name, {
          name,
          assumeRolePolicy: {
            Version: "2012-10-17",
            Statement: order.map((AWS) => ({
              ...{ Effect: "Allow", Action: "sts:AssumeRole", Principal: { AWS } },
            })),
          },
        }),
      );
      const reader = new StackReader(defaultSettings);
      await reader.prepare(resources);
      for (const each of resources) reader.read(each);
      reader.graph.close();
      return summaryOf({ graph: reader.graph, resources, workloads: [], grants: [] }, 3).identities;
    };
    const [first, second] = await summary(arns);
    assert.deepEqual(
      [first, second].map((each) => [each?.usedBy.length, each?.leftOut?.permissions]),
      [
        [2, undefined],
        [0, 2],
      ],
    );
    assert.deepEqual((await summary([...arns].reverse()))[1]?.leftOut, second?.leftOut);
  });

  it("has subjects of a binding that are not known as one", async () => {
    const rbac = "kubernetes:rbac.authorization.k8s.io/v1";
    const metadata = { name: "gives", namespace: "acme" };
    const authority = await kept([
      resource(`${rbac}:Role`, "reads", {
        metadata: { name: "reads", namespace: "acme" },
        rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: ["get"] }],
      }),
      resource(`${rbac}:RoleBinding`, "gives", {
        metadata,
        roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "reads" },
        subjects: [new Unknown([urnOf("x:y:Z", "a")]), new Unknown([urnOf("x:y:Z", "b")])].map(
          (name) => ({ kind: "User", name }),
        ),
      }),
    ]);
    assert.deepEqual(
      authority?.identities.map(({ label, may }) => [label, may.map(({ actions }) => actions)]),
      [["a subject of acme/gives", [["get"]]]],
    );
  });

  it("identifies a resource of unknown ARN, and one that its inputs settle", async () => {
    const bucketType = "aws:s3/bucket:Bucket";
    const on = (name: string, bucket: string): ReturnType<typeof resource> =>
      resource("aws:iam/rolePolicy:RolePolicy", name, {
        role: name,
        policy: {
          Version: "2012-10-17",
          Statement: [{ ...get, Resource: new Unknown([urnOf(bucketType, bucket)], false, "arn") }],
        },
      });
    const authority = await kept([
      resource(bucketType, "made", {}),
      resource(bucketType, "named", { bucket: "acme-tickets" }),
      on("a", "made"),
      on("b", "named"),
    ]);
    assert.deepEqual(
      authority?.identities.map(({ may }) => may.map(({ objects }) => objects)),
      [
        [[{ label: "made", of: ["aws:s3/bucket:Bucket::made"], behind: "" }]],
        [
          [
            {
              text: "arn:aws:s3:::acme-tickets",
              label: "arn:aws:s3:::acme-tickets",
              of: ["aws:s3/bucket:Bucket::named"],
            },
          ],
        ],
      ],
    );
  });
});
