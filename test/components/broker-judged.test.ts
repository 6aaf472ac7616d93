import * as assert from "node:assert/strict";
import { Tenant, Tool } from "../../components";
import { judgeSnapshot } from "../../policy-pack/judge";
import { defaultSettings } from "../../policy-pack/settings";
import { federation } from "./support/acme";
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

/** What rules find, once the trust of the second tenant's tool has been rewritten by hand. */
async function found(rewrite: (trust: string) => string): Promise<readonly string[]> {
  const resources = (await twoTenants()).map((resource) =>
    resource.type === "aws:iam/role:Role" && resource.name === "globex-search"
      ? {
          ...resource,
          inputs: {
            ...resource.inputs,
            assumeRolePolicy: rewrite(String(resource.inputs["assumeRolePolicy"])),
          },
        }
      : resource,
  );
  const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
  return findings.map(({ rule, verdict }) => `${rule} ${verdict}`);
}

describe("a broker, judged by the policy pack", () => {
  it("of each tenant's own is no finding", async () => {
    assert.deepEqual(await found((trust) => trust), []);
  });

  it("that need not say for whom it acts, or may act for anybody, is one", async () => {
    const pinned = '"StringLike":{"sts:SourceIdentity":"globex.*"}';
    for (const loose of [
      '"StringLike":{"sts:SourceIdentity":"*"}',
      '"Bool":{"aws:SecureTransport":"true"}',
    ]) {
      const answers = await found((trust) => {
        assert.ok(trust.includes(pinned));
        return trust.replace(pinned, loose);
      });
      assert.deepEqual(answers, ["require-source-identity violated"]);
    }
  });

  it("that is a workload of another tenant is one", async () => {
    const other = "arn:aws:iam::111122223333:role/agentid/acme/acme.search";
    assert.deepEqual(await found((trust) => trust.replace(brokerOf("globex"), other)), [
      "no-cross-tenant-trust violated",
    ]);
  });
});
