import assert from "node:assert/strict";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import { ConfiguredSecret, LeftOut, Secret, type Value } from "../../core/snapshot/value";
import { faultsOf } from "../../policy-pack/findings/grouped-finding";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import type { Waivers } from "../../policy-pack/run/waivers/waiver";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";

const key = "kq9VtR3mZx7LbN2wYc8HsD5f";
const tenants = ["acme", "globex"];
const agents = ["resolution", "triage"];
const passwordType = "random:index/randomPassword:RandomPassword";

function namespace(name: string): Resource {
  const metadata = { name, labels: { "agentid.dev/tenant": name } };
  return resource("kubernetes:core/v1:Namespace", name, { metadata });
}

function secret(namespaceName: string, token: Value, name = "crm"): Resource {
  return resource("kubernetes:core/v1:Secret", `${namespaceName}-${name}`, {
    metadata: { namespace: namespaceName, name },
    stringData: { token },
  });
}

function agent(place: string, given: Readonly<Record<string, Value>>): Resource {
  const [namespaceName = "", name = ""] = place.split("/");
  return resource("kubernetes:apps/v1:Deployment", place, {
    metadata: { namespace: namespaceName, name },
    spec: {
      template: {
        spec: { containers: [{ name: "main", image: "x", env: [{ name: "CRM_KEY", ...given }] }] },
      },
    },
  });
}

const bySecret = (name = "crm") => ({ valueFrom: { secretKeyRef: { name, key: "token" } } });

/** Four agents of two tenants, each with the Secret of its namespace. */
function withSecrets(tokenOf: (tenant: string) => Value): readonly Resource[] {
  return tenants.flatMap((tenant) => [
    namespace(tenant),
    secret(tenant, tokenOf(tenant)),
    ...agents.map((name) => agent(`${tenant}/${name}`, bySecret())),
  ]);
}

/** What readers see of the rules about sharing: rule, origin, things, how many are affected, and what goes with it. */
async function seen(
  resources: readonly Resource[],
  waivers?: Waivers,
): Promise<readonly unknown[]> {
  const judging = { settings: defaultSettings, ...(waivers && { waivers }) };
  const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
  return faultsOf(
    findings.filter(({ rule }) => /^no-(?:shared|cross-tenant)-secret$/.test(rule)),
  ).map(({ first, things, affected, unnamed, also }) => [
    first.rule,
    first.origin?.label,
    things.map(({ label }) => label),
    affected.length + unnamed,
    also.map(({ message }) => message),
  ]);
}

const everyone = [
  "no-cross-tenant-secret",
  "acme/crm",
  ["acme/crm", "globex/crm"],
  4,
  ["The value of secret `acme/crm[token]` is shared by 4 workloads"],
];

describe("one cause is one finding", () => {
  it("of one value in a Secret of each tenant, whether it is marked as secret or not", async () => {
    for (const token of [key, new Secret(key)]) {
      const resources = withSecrets(() => token);
      assert.deepEqual(await seen(resources), [everyone]);
      assert.deepEqual(await seen([...resources].reverse()), [everyone]);
    }
  });

  it("of one value that a resource makes, at that resource", async () => {
    const resources = [
      resource(passwordType, "crm", {}),
      ...withSecrets(() => outputOf(urnOf(passwordType, "crm"))),
    ];
    const [fault, ...others] = await seen(resources);
    assert.deepEqual(fault, ["no-cross-tenant-secret", "crm", everyone[2], 4, []]);
    // Each Secret is shared for certain, whatever its value turns out to be.
    assert.deepEqual(others, [
      ["no-shared-secret", "acme/crm", ["acme/crm"], 2, []],
      ["no-shared-secret", "globex/crm", ["globex/crm"], 2, []],
    ]);
  });

  it("of one value that each workload has in plain text, at the first place of it", async () => {
    const resources = [
      ...tenants.map(namespace),
      ...tenants.flatMap((tenant) =>
        agents.map((name) => agent(`${tenant}/${name}`, { value: key })),
      ),
    ];
    const [fault, ...others] = (await seen(resources)) as (typeof everyone)[];
    const place = "spec.template.spec.containers[0].env[0].value";
    assert.deepEqual(fault?.slice(0, 2), ["no-cross-tenant-secret", `acme/resolution: ${place}`]);
    assert.deepEqual(fault.slice(3), [4, ["A literal credential is shared by 4 workloads"]]);
    assert.deepEqual(others, []);
  });

  it("of one value in two Secrets of one tenant, with the widest count", async () => {
    const resources = [
      namespace("acme"),
      ...["crm", "mail"].flatMap((name) => [
        secret("acme", key, name),
        ...agents.map((one) => agent(`acme/${one}-${name}`, bySecret(name))),
      ]),
    ];
    assert.deepEqual(await seen(resources), [
      ["no-shared-secret", "acme/crm", ["acme/crm", "acme/mail"], 4, []],
    ]);
  });

  it("of one value that a saved snapshot leaves out, not verified as it may be no credential", async () => {
    for (const token of [new LeftOut(3, false), new LeftOut(3, true)]) {
      const snapshot = snapshotOf(withSecrets(() => token));
      const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
      const crossing = findings.filter(({ rule }) => rule === "no-cross-tenant-secret");
      assert.deepEqual(
        [...new Set(crossing.map(({ verdict }) => verdict))],
        [token.secret ? "violated" : "undetermined"],
      );
    }
    const apart = snapshotOf(withSecrets((tenant) => new LeftOut(tenant.length, false)));
    const { findings } = await judgeSnapshot(apart, { settings: defaultSettings });
    assert.ok(!findings.some(({ rule }) => rule === "no-cross-tenant-secret"));
  });

  it("but not of two values: each Secret has a finding of its own", async () => {
    const resources = withSecrets((tenant) => `${key}${tenant}`);
    assert.deepEqual(await seen(resources), [
      ["no-shared-secret", "acme/crm", ["acme/crm"], 2, []],
      ["no-shared-secret", "globex/crm", ["globex/crm"], 2, []],
    ]);
  });

  describe("names the configuration that has the value", () => {
    const places = (value: Value): readonly (readonly [string, readonly Resource[]])[] => [
      ["Secrets", withSecrets(() => value)],
      [
        "plain text",
        tenants.flatMap((tenant) => [namespace(tenant), agent(`${tenant}/triage`, { value })]),
      ],
    ];
    const configured = new ConfiguredSecret(7);
    for (const [what, value] of [
      ["plain text", key],
      ["marked text", new Secret(key)],
      ["a stand-in", configured],
      ["what a saved snapshot leaves out", new LeftOut(3, true)],
    ] as const) {
      for (const [where, resources] of places(value)) {
        it(`${what} in ${where}`, async () => {
          const same = value instanceof LeftOut ? value.marked() : new Secret(key, true);
          const others = [
            { key: "desk:mail", value: new Secret(`${key}x`, true) },
            { key: "desk:other", value: new ConfiguredSecret(8) },
          ];
          const named = await configurations(resources, [
            ...others,
            { key: "desk:z", value: same },
            { key: "desk:crmKey", value: same },
          ]);
          assert.deepEqual(named, ["desk:crmKey"]);
          assert.deepEqual(await configurations(resources, others), [undefined]);
          assert.deepEqual(await configurations(resources), [undefined]);
        });
      }
    }

    it("not where a text has it as a part", async () => {
      const named = await configurations(
        withSecrets(() => new Secret(`${key}.suffix`)),
        [{ key: "desk:crmKey", value: new Secret(key) }],
      );
      assert.deepEqual(named, [undefined]);
    });
  });
});

/** The keys that findings about sharing name, each once. */
async function configurations(
  resources: readonly Resource[],
  configuration?: Snapshot["configuration"],
): Promise<readonly (string | undefined)[]> {
  const snapshot = { ...snapshotOf(resources), ...(configuration && { configuration }) };
  const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
  const shared = findings.filter(({ rule }) => /^no-(?:shared|cross-tenant)-secret$/.test(rule));
  assert.ok(shared.length > 0);
  return [...new Set(shared.map((finding) => finding.configuration))];
}
