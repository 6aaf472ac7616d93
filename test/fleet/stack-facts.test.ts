import assert from "node:assert/strict";
import type {
  FactTableName,
  StackFacts,
  WholeStackTable,
} from "../../policy-pack/views/fleet/schema";
import { allRows } from "../../policy-pack/views/fleet/stack-facts";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Value, type ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf, urnOf } from "../support/resources";

const account = "111122223333";
const tags = { "agentid.dev/tenant": "acme" };
const provider = urnOf("pulumi:providers:aws", "own");
const place = resource("pulumi:providers:aws", "own", {
  region: "eu-west-1",
  allowedAccountIds: [account],
});

function aws(type: string, name: string, inputs: ValueRecord, outputs: ValueRecord = {}): Resource {
  return resource(`aws:${type}`, name, inputs, { provider, outputs: { ...inputs, ...outputs } });
}

const document = (...statements: readonly ValueRecord[]): ValueRecord => ({
  Version: "2012-10-17",
  Statement: statements,
});

function role(name: string, principal: Value, more: ValueRecord = {}): Resource {
  const trust = { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" };
  const arn = `arn:aws:iam::${account}:role/${name}`;
  const inputs = { name, assumeRolePolicy: document(trust), ...more };
  return aws("iam/role:Role", name, inputs, { arn, id: name });
}

const policy = (name: string, ...statements: readonly ValueRecord[]): Resource =>
  aws("iam/rolePolicy:RolePolicy", name, { role: name, policy: document(...statements) });

const byLambda = { Service: "lambda.amazonaws.com" };

async function factsOf(
  resources: readonly Resource[],
  key: Uint8Array | "none" = "none",
): Promise<StackFacts> {
  const { facts } = await judgeSnapshot(snapshotOf([place, ...resources]), {
    settings: defaultSettings,
    factsBy: key,
  });
  assert.ok(facts);
  return facts;
}

/** Some columns of the rows of a table, joined by blanks. */
function columns(
  facts: StackFacts,
  table: Exclude<FactTableName, WholeStackTable>,
  ...names: readonly string[]
): readonly string[] {
  const rows = facts[table] as readonly Readonly<Record<string, string | number>>[];
  return rows.map((row) => names.map((name) => String(row[name])).join(" | "));
}

describe("facts of a stack", () => {
  it("has what an identity may do to resources of other stacks", async () => {
    const allow = (actions: Value, resources: Value, more: ValueRecord = {}): ValueRecord => ({
      ...{ Effect: "Allow", Action: actions, Resource: resources },
      ...more,
    });
    const facts = await factsOf([
      role("desk", byLambda, { tags }),
      aws("s3/bucket:Bucket", "own", { bucket: "own", tags }, { arn: "arn:aws:s3:::own" }),
      policy(
        "desk",
        allow("s3:GetObject", "arn:aws:s3:::other/*"),
        allow(["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::third"),
        allow("s3:ListBucket", "arn:aws:s3:::a_b-*"),
        allow("s3:GetObject", "arn:aws:s3:::own/*"),
        allow("s3:GetObject", "arn:aws:s3:::${aws:username}/*"),
        allow("s3:PutObject", "arn:aws:s3:::limited/*", {
          Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } },
        }),
        allow("sts:AssumeRole", "arn:aws:iam::444455556666:role/x"),
        allow("logs:PutLogEvents", "*"),
        allow("x:Do", "arn:aws:*:eu-west-1:111122223333:thing"),
      ),
    ]);
    assert.deepEqual(
      columns(
        facts,
        "permissions",
        "service",
        "resource",
        "pattern",
        "pattern_start",
        "actions",
        "assumes",
      ),
      [
        "* |  | % |  | logs:PutLogEvents | no",
        "* |  | arn:aws:%:eu-west-1:111122223333:thing | arn:aws: | x:Do | no",
        "iam | arn:aws:iam::444455556666:role/x |  |  |  | yes",
        "s3 |  | arn:aws:s3:::a!_b-% | arn:aws:s3:::a_b- | s3:ListBucket | no",
        "s3 | arn:aws:s3:::other |  |  | s3:GetObject | no",
        "s3 | arn:aws:s3:::third |  |  | s3:ListBucket | no",
      ],
    );
    assert.deepEqual(columns(facts, "resources", "resource", "what", "service", "tenant"), [
      "arn:aws:iam::111122223333:role/desk | role | iam | acme",
      "arn:aws:s3:::own | bucket | s3 | acme",
    ]);
    assert.deepEqual(columns(facts, "tenants", "tenant"), ["acme"]);
  });

  it("has who may assume an identity, by name, by account and by the policy of a resource", async () => {
    const facts = await factsOf([
      role("hub", { AWS: `arn:aws:iam::${account}:root` }),
      role("desk", { AWS: "arn:aws:iam::444455556666:role/caller" }, { tags }),
      role("caller", byLambda),
      role("end", { AWS: `arn:aws:iam::${account}:role/hub` }, { tags }),
      policy("caller", {
        ...{ Effect: "Allow", Action: "sts:AssumeRole" },
        Resource: `arn:aws:iam::${account}:role/hub`,
      }),
      aws("s3/bucket:Bucket", "own", { bucket: "own", tags }, { arn: "arn:aws:s3:::own" }),
      aws("s3/bucketPolicy:BucketPolicy", "own", {
        bucket: "own",
        policy: document({
          Effect: "Allow",
          Principal: { AWS: ["arn:aws:iam::444455556666:role/reader", "*"] },
          Action: "s3:GetObject",
          Resource: "arn:aws:s3:::own/*",
        }),
      }),
    ]);
    assert.deepEqual(columns(facts, "trusts", "principal", "target", "how"), [
      "arn:aws:iam::111122223333:root | iam-role|111122223333|hub | assumes",
      "iam-role|111122223333|caller | iam-role|111122223333|hub | assumes",
      "iam-role|111122223333|hub | iam-role|111122223333|end | assumes",
      "iam-role|444455556666|caller | iam-role|111122223333|desk | assumes",
      "iam-role|444455556666|reader | arn:aws:s3:::own | s3:GetObject",
    ]);
    assert.deepEqual(columns(facts, "reaches", "principal", "is_external", "identity", "hops"), [
      "arn:aws:iam::111122223333:root | yes | iam-role|111122223333|end | 2",
      "arn:aws:iam::111122223333:root | yes | iam-role|111122223333|hub | 1",
      "iam-role|111122223333|caller | no | iam-role|111122223333|end | 2",
      "iam-role|111122223333|caller | no | iam-role|111122223333|hub | 1",
      "iam-role|111122223333|hub | no | iam-role|111122223333|end | 1",
      "iam-role|444455556666|caller | yes | iam-role|111122223333|desk | 1",
    ]);
  });

  it("has secrets by reference, and values in plain text by a keyed fingerprint", async () => {
    const container = {
      name: "main",
      image: "registry.example/desk:1.0.0",
      environment: [{ name: "CRM_PASSWORD", value: "Zx9kQ1qLp7vN3wRt" }],
      secrets: [
        {
          name: "KEY",
          valueFrom: `arn:aws:secretsmanager:eu-west-1:${account}:secret:crm-AbCdEf:token::`,
        },
      ],
    };
    const task = aws("ecs/taskDefinition:TaskDefinition", "desk", {
      family: "desk",
      containerDefinitions: JSON.stringify([container]),
    });
    const without = await factsOf([task]);
    assert.deepEqual(columns(without, "secret_refs", "secret", "part", "label", "what"), [
      "secret|111122223333@eu-west-1|crm | token | crm | AWS secret",
    ]);
    assert.deepEqual(without.secret_values, []);
    const key = Buffer.alloc(32, 1);
    const [value] = (await factsOf([task], key)).secret_values;
    assert.equal(value?.label, "value of CRM_PASSWORD");
    const [again] = (await factsOf([task], key)).secret_values;
    assert.equal(again?.fingerprint, value.fingerprint);
    const [other] = (await factsOf([task], Buffer.alloc(32, 2))).secret_values;
    assert.notEqual(other?.fingerprint, value.fingerprint);
    assert.ok(!JSON.stringify(await factsOf([task], key)).includes("Zx9kQ1qLp7vN3wRt"));
  });

  it("has utilities of low risk with what restricts them, for each secret", async () => {
    const marks = (kind: string) => ({
      ...tags,
      ...{ "agentid.dev/kind": kind, "agentid.dev/risk": "low" },
    });
    const arn = (name: string) =>
      `arn:aws:secretsmanager:eu-west-1:${account}:secret:${name}-AbCdEf`;
    const task = (family: string, kind: string, secret: Value) =>
      aws("ecs/taskDefinition:TaskDefinition", family, {
        ...{ family, tags: marks(kind) },
        containerDefinitions: [
          {
            name: "main",
            image: "registry.example/desk:1.0.0",
            secrets: ["crm", "erp", secret].map((name) => {
              return { name: "KEY", valueFrom: typeof name === "string" ? arn(name) : name };
            }),
          },
        ],
      });
    const rotation = aws("secretsmanager/secretRotation:SecretRotation", "crm", {
      secretId: arn("crm"),
      rotationRules: { automaticallyAfterDays: 7 },
    });
    const hidden = new Secret(arn("hidden"));
    const facts = await factsOf([
      task("report", "utility", hidden),
      task("desk", "agent", hidden),
      rotation,
    ]);
    const report = `workload|${account}@eu-west-1|ecs family|report`;
    assert.deepEqual(columns(facts, "restrictions", "workload", "thing", "restrictions"), [
      `${report} |  | utility`,
      `${report} | secret|${account}@eu-west-1|crm | utility secret-rotation`,
    ]);
    const ofCrm = facts.concerns.filter(({ thing }) => thing.endsWith("|crm"));
    assert.deepEqual(ofCrm.map(({ restrictions }) => restrictions).sort(), [
      "",
      "utility secret-rotation",
    ]);
  });

  it("has no row by a name that is marked as secret", async () => {
    const hidden = "arn:aws:iam::444455556666:role/hidden";
    const facts = await factsOf([
      role("desk", { AWS: new Secret(hidden) }),
      aws("lambda/function:Function", "f", { name: "f", role: new Secret(hidden) }),
    ]);
    assert.ok(!JSON.stringify(facts).includes("444455556666"));
    assert.deepEqual([facts.trusts, facts.runs_as], [[], []]);
    // What lies behind it is no secret.
    assert.deepEqual(columns(facts, "reaches", "principal", "identity"), [
      "function|111122223333@eu-west-1|f | iam-role|111122223333|desk",
    ]);
  });

  it("has the names by which trust policies identify clusters, and no issuer of many customers", async () => {
    const issuer = (name: string, url: string): Resource =>
      aws("iam/openIdConnectProvider:OpenIdConnectProvider", name, { url, clientIdLists: ["sts"] });
    const facts = await factsOf([
      issuer("own", "https://login.acme.example"),
      issuer("github", "https://token.actions.githubusercontent.com"),
      aws(
        "eks/cluster:Cluster",
        "prod",
        { name: "prod", roleArn: `arn:aws:iam::${account}:role/cluster` },
        {
          endpoint: "https://prod.k8s.example",
          arn: `arn:aws:eks:eu-west-1:${account}:cluster/prod`,
        },
      ),
    ]);
    assert.deepEqual(columns(facts, "clusters", "cluster", "what", "role"), [
      "111122223333/prod | EKS cluster | declares",
      "login.acme.example | OIDC issuer | trusts",
    ]);
  });

  it("has what workloads run as, also of another stack, and spells what only it can name by itself", async () => {
    const account = (name: string, more: ValueRecord = {}): Resource =>
      resource("kubernetes:core/v1:ServiceAccount", name, {
        apiVersion: "v1",
        kind: "ServiceAccount",
        metadata: { name, namespace: "acme", annotations: more },
      });
    const pod = (name: string, serviceAccountName: string): Resource =>
      resource(
        "kubernetes:core/v1:Pod",
        name,
        {
          apiVersion: "v1",
          kind: "Pod",
          metadata: { name, namespace: "acme" },
          spec: { serviceAccountName, containers: [{ name: "main", image: "desk:1.0.0" }] },
        },
        { source: { file: "index.ts", line: 3, column: 5 } },
      );
    const roleArn = { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/desk" };
    const facts = await factsOf([
      account("unused", roleArn),
      account("desk"),
      pod("one", "desk"),
      pod("two", "default"),
      pod("three", "elsewhere"),
      aws("eks/podIdentityAssociation:PodIdentityAssociation", "crm", {
        clusterName: "prod",
        namespace: "acme",
        serviceAccount: "crm",
        roleArn: "arn:aws:iam::111122223333:role/crm",
      }),
    ]);
    const urn = (type: string, name: string): string => urnOf(`kubernetes:core/v1:${type}`, name);
    assert.deepEqual(columns(facts, "runs_as", "workload", "identity", "is_default", "source"), [
      `k8s|urn:aws:eks:111122223333:cluster/prod|acme|ServiceAccount|crm | iam-role|111122223333|crm | no | `,
      `${urn("Pod", "one")} | ${urn("ServiceAccount", "desk")} | no | index.ts:3:5`,
      `${urn("Pod", "three")} | k8s|stack desk/dev|acme|ServiceAccount|elsewhere | no | index.ts:3:5`,
      `${urn("Pod", "two")} | k8s|stack desk/dev|acme|ServiceAccount|default | yes | index.ts:3:5`,
      `${urn("ServiceAccount", "unused")} | iam-role|111122223333|desk | no | `,
    ]);
  });

  it("has the updates of a stack by their place, the newest first", async () => {
    const facts = await factsOf([]);
    const update = (version: number) => ({
      ...{ version, kind: "update", started: "", ended: "", result: "succeeded" },
      ...{ author: "", revision: "", uncommitted: "no", message: "" },
    });
    const rows = allRows(facts, {
      ...{ project: "desk", name: "dev", digest: "d", updated: "", resources: 2 },
      ...{ isComplete: true, findings: [], updates: [update(41), update(40)] },
    });
    assert.deepEqual(rows.updates, [
      { stack: "desk/dev", place: 1, ...update(41) },
      { stack: "desk/dev", place: 2, ...update(40) },
    ]);
  });

  it("has nothing where nothing was requested", async () => {
    const judgement = await judgeSnapshot(snapshotOf([place]), { settings: defaultSettings });
    assert.equal(judgement.facts, undefined);
  });
});
