import assert from "node:assert/strict";
import { LegacyTool, Orchestrator, Tenant } from "../../components";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { federation } from "../components/support/acme";
import { registered } from "../components/support/registered";
import { snapshotOf } from "../components/support/snapshot";

describe("a boundary that a preview has by its ARN, with a policy only by its name", () => {
  it("still keeps a role from what is another tenant's", async () => {
    const resources = await registered(
      () => {
        const acme = new Tenant("acme", { federation });
        const globex = new Tenant("globex", { federation });
        new Orchestrator("desk", {
          tenant: acme.ref,
          permissions: [{ actions: ["kms:CreateGrant", "kms:DescribeKey"], resources: ["*"] }],
        });
        new LegacyTool("crm", {
          tenant: globex.ref,
          host: "crm.example.com",
          key: { secretsManager: {} },
          rotation: { issued: "2026-11-01", rotateBefore: "2027-01-30" },
          egress: [{ cidr: "203.0.113.0/28", ports: [443] }],
        });
      },
      { preview: true },
    );
    const { findings } = await judgeSnapshot(snapshotOf(resources), { settings: defaultSettings });
    assert.deepEqual(
      findings.filter(({ rule }) => rule === "no-cross-tenant-access"),
      [],
    );
  });
});
