import assert from "node:assert/strict";
import { Ajv } from "ajv";
import * as fc from "fast-check";
import { parse, stringify } from "yaml";
import { Approval, Autonomy, Effect, Sensitivity } from "../../../components";
import { AgentStack, manifestSchema } from "../../../components/agent-stack";
import { readManifest } from "../../../components/agent-stack/agent-stack";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { secretArn } from "../legacy-tool/crm";
import { federation } from "../support/acme";
import { registered } from "../support/registered";
import { snapshotOf } from "../support/snapshot";
import { withoutStackTraces } from "../support/stack-traces";
import { withoutWarnings } from "../support/warnings";
import { drawnWhere } from "../../support/drawn-where";
import { runs } from "../../support/runs";

/** Mostly what is allowed, sometimes not. */
function mostly<T>(good: fc.Arbitrary<T>, ...bad: readonly unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof(
    { weight: 60, arbitrary: good },
    { weight: 1, arbitrary: fc.constantFrom(...bad) },
  );
}

/** Sometimes, and mostly nothing. */
function rarely<T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.option(value, { nil: undefined, freq: 2 });
}

const optional = { requiredKeys: [] as [] };
const name = fc.constantFrom("a", "b-c", "desk", "search", "refunds");
const session = mostly(fc.constantFrom("1h", "90m", "12h"), "13h", "soon", 3600);

const risk = fc.record(
  {
    sensitivity: mostly(fc.constantFrom(...Object.values(Sensitivity)), "secret"),
    effects: fc.uniqueArray(fc.constantFrom(...Object.values(Effect)), { maxLength: 2 }),
  },
  optional,
);

const permission = fc.record({
  actions: fc.subarray(["s3:GetObject", "bedrock:InvokeModel"], { minLength: 1 }),
  resources: mostly(fc.constant(["arn:aws:s3:::tickets/*", "${bucket}"]), [], "*", ["${bukket}"]),
});

const kubernetesPermission = fc.record({
  apiGroups: mostly(fc.constantFrom([""], ["apps", ""]), [], [null], "apps"),
  resources: mostly(fc.constantFrom(["configmaps"], ["pods/log"]), ["ConfigMap"], ["secrets"]),
  verbs: mostly(fc.subarray(["get", "list"], { minLength: 1 }), ["*"], "get"),
});

const grant = fc.record(
  {
    tool: mostly(name, "Tool", 3),
    intents: mostly(fc.subarray(["find", "refund"], { minLength: 1 }), [], ["*"]),
    approval: mostly(fc.constantFrom(...Object.values(Approval)), "ask"),
    maxSeconds: mostly(fc.integer({ min: 1, max: 3600 }), 0, 3601, 0.5, "60"),
  },
  { requiredKeys: ["tool", "intents"] },
);

const adopt = fc.record(
  {
    role: rarely(
      fc.record(
        {
          name: mostly(fc.constantFrom("irsa", "desk-role", "a"), "a b", null),
          path: mostly(fc.constantFrom("/", "/teams/"), "teams", "/agentid/other/"),
          import: mostly(fc.boolean(), "yes"),
          formerly: rarely(mostly(fc.constant({ name: "irsa" }), {}, { urn: "irsa" })),
        },
        { requiredKeys: ["name"] },
      ),
    ),
    serviceAccount: fc.record({ name: mostly(fc.constantFrom("sa", "b.c", "desk"), "default") }),
  },
  { requiredKeys: ["serviceAccount"] },
);

const fields = {
  autonomy: mostly(fc.constantFrom(...Object.values(Autonomy)), "free"),
  risk,
  permissions: fc.array(permission, { maxLength: 2 }),
  kubernetesPermissions: fc.array(kubernetesPermission, { maxLength: 1 }),
  adopt: fc.oneof(
    { weight: 6, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: adopt },
  ),
  session,
};
const caller = fc.record({ ...fields, grants: fc.array(grant, { maxLength: 2 }) }, optional);
const tool = mostly(
  fc.record(
    { ...fields, directCallers: mostly(fc.uniqueArray(name, { maxLength: 2 }), "a") },
    optional,
  ),
  null,
  [],
  { tol: 1 },
);
const broker = fc.record({
  roleArn: mostly(
    fc.constantFrom(
      "arn:aws:iam::111122223333:role/a",
      "arn:aws:iam::111122223333:role/b",
      "${broker}",
    ),
    "broker",
    "${brokker}",
  ),
});

const keys = [
  { secretsManager: {} },
  { existingSecret: { arn: secretArn } },
  { externalSecret: { store: "vault", remoteKey: "crm-2" } },
];
const legacyTool = fc.record(
  {
    ...fields,
    host: mostly(fc.constant("crm.example.com"), "crm", 3),
    key: mostly(fc.constantFrom(...keys), {}, { secretsManager: { value: "s3cr3t" } }),
    rotation: mostly(
      fc.constantFrom("2026-11-02", "2027-01-30").map((rotateBefore) => ({
        issued: "2026-11-01",
        rotateBefore,
      })),
      { issued: "2026-11-01", rotateBefore: "2027-01-31" },
    ),
    egress: mostly(fc.constant([{ cidr: "203.0.113.10/32", ports: [443] }]), []),
    apiKeyProvider: fc.constant({ jsonKey: "key" }),
  },
  { requiredKeys: ["host", "key", "rotation", "egress"] },
);

const tenant = fc.record(
  {
    federation: mostly(fc.constant("cluster"), "clusters", null),
    namespace: mostly(name, "A"),
    maxSession: session,
    apiServer: mostly(
      fc.constantFrom({ cidrs: ["10.1.0.0/24"] }, { cidrs: ["10.1.0.0/24"], port: 6443 }),
      {},
      { cidrs: ["10.1.0.0"] },
    ),
    broker: rarely(broker),
    orchestrators: fc.dictionary(name, caller, { maxKeys: 1 }),
    agents: fc.dictionary(name, caller, { maxKeys: 2 }),
    tools: fc.dictionary(name, tool, { maxKeys: 3 }),
    legacyTools: fc.dictionary(name, legacyTool, { maxKeys: 2 }),
  },
  { requiredKeys: ["federation", "apiServer"] },
);

const manifest = fc
  .dictionary(name, tenant, { minKeys: 1, maxKeys: 2 })
  .map((tenants) => stringify({ federations: { cluster: federation }, tenants }));

const values = {
  bucket: "arn:aws:s3:::bucket",
  broker: "arn:aws:iam::111122223333:role/c",
};
const isRead = (text: string): boolean => readManifest(text, values).kind === "ok";
const readable = drawnWhere(manifest, isRead);
const accepts = new Ajv({ strict: false }).compile(manifestSchema());
const settings = defaultSettings;

describe("random manifests", () => {
  withoutWarnings();
  withoutStackTraces();

  it("that are read are what the JSON Schema allows", () => {
    fc.assert(
      fc.property(readable, (text) => {
        assert.equal(accepts(parse(text)), true, JSON.stringify(accepts.errors));
      }),
      { numRuns: runs(10, 40) },
    );
  });

  it("that are not read report mistakes before anything is registered", async () => {
    const unread = drawnWhere(manifest, (text) => !isRead(text));
    await fc.assert(
      fc.asyncProperty(unread, async (text) => {
        const resources = await registered(() => {
          assert.throws(() => new AgentStack("desk", { text, values }), {
            message: /^agent stack `desk`: manifest/,
          });
        });
        assert.deepEqual(resources, []);
      }),
      { numRuns: runs(100, 500) },
    );
  });

  it("that are read pass our own policy pack", async () => {
    await fc.assert(
      fc.asyncProperty(readable, async (text) => {
        const resources = await registered(() => void new AgentStack("desk", { text, values }));
        const withoutStack = resources
          .filter(({ type }) => type !== "agentid:index:AgentStack")
          .map((one) => ({
            ...one,
            under: one.under.replace(/^agentid:index:AgentStack\$?/, "") || "pulumi:pulumi:Stack",
          }));
        const judged = await judgeSnapshot(snapshotOf(withoutStack), { settings });
        assert.deepEqual(judged.findings, []);
      }),
      { numRuns: runs(5, 25) },
    );
  });
});
