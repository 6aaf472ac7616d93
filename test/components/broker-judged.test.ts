import * as assert from "node:assert/strict";
import { TaskBroker, Tenant, Tool } from "../../components";
import { createDetector } from "../../policy-pack/read/credentials";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { differencesOf } from "../support/views";
import { federation } from "./support/acme";
import { clusterArn } from "./support/random-federation";
import { registered, type Registered } from "./support/registered";
import { snapshotOf } from "./support/snapshot";

const brokerOf = (tenant: string) => `arn:aws:iam::111122223333:role/platform/${tenant}-broker`;

/** Two tenants with a tool and a broker each. */
const twoTenants = (): Promise<readonly Registered[]> =>
  registered(() => {
    for (const name of ["acme", "globex"]) {
      const { ref } = new Tenant(name, { federation, broker: { roleArn: brokerOf(name) } });
      new Tool(`${name}-search`, { tenant: ref, name: "search" });
    }
  });

type Inputs = Registered["inputs"];

/** What rules find, once inputs of roles have been rewritten by hand, by the role's name in the program. */
async function found(
  rewritten: Readonly<Record<string, (inputs: Inputs) => Inputs>>,
): Promise<readonly string[]> {
  const resources = (await twoTenants()).map((resource) => {
    const rewrite = rewritten[resource.name];
    return resource.type === "aws:iam/role:Role" && rewrite !== undefined
      ? { ...resource, inputs: rewrite(resource.inputs) }
      : resource;
  });
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return findings.map(({ rule, verdict }) => `${rule} ${verdict}`);
}

/** Inputs with another text in the place of one that must be in the trust document. */
const withTrust =
  (text: string, other: string) =>
  (inputs: Inputs): Inputs => {
    const trust = String(inputs["assumeRolePolicy"]);
    assert.ok(trust.includes(text));
    return { ...inputs, assumeRolePolicy: trust.replace(text, other) };
  };

describe("a broker, judged by the policy pack", () => {
  it("of each tenant's own is no finding", async () => {
    assert.deepEqual(await found({}), []);
  });

  it("is one without a restricted source, or with any source", async () => {
    const pinned = '"StringLike":{"sts:SourceIdentity":"globex.*"}';
    for (const loose of [
      '"StringLike":{"sts:SourceIdentity":"*"}',
      '"Bool":{"aws:SecureTransport":"true"}',
    ]) {
      assert.deepEqual(await found({ "globex-search": withTrust(pinned, loose) }), [
        "require-source-identity violated",
      ]);
    }
  });

  describe("that is a workload of another tenant", () => {
    const acmes = "arn:aws:iam::111122223333:role/agentid/acme/acme.search";
    const trusting = withTrust(brokerOf("globex"), acmes);

    it("is none while that tenant's boundary keeps the workload to its own roles", async () => {
      assert.deepEqual(await found({ "globex-search": trusting }), []);
    });

    it("is one where the workload has no boundary", async () => {
      const unbound = ({ permissionsBoundary, ...inputs }: Inputs): Inputs => {
        assert.ok(permissionsBoundary !== undefined);
        return inputs;
      };
      assert.deepEqual(await found({ "globex-search": trusting, "acme-search": unbound }), [
        "no-cross-tenant-trust violated",
      ]);
    });
  });

  for (const [kind, given] of Object.entries({
    "the OIDC provider of its cluster": federation,
    "EKS Pod Identity": { eksPodIdentity: { clusterArn } },
  })) {
    it(`that a component makes, by ${kind}, is none, whatever is known of it`, async () => {
      const resources = await registered(() => {
        const issuer = "https://broker.acme.example";
        const broker = new TaskBroker("decider", { tenant: "acme", issuer, federation: given });
        const { ref } = new Tenant("acme", { federation: given, broker: broker.ref });
        new Tool("search", { tenant: ref });
      });
      const snapshot = snapshotOf(resources);
      const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings });
      assert.deepEqual(findings, []);
      const stack = { name: kind, resources: snapshot.resources };
      assert.deepEqual(await differencesOf(stack, createDetector(), true), []);
    });
  }
});
