import * as assert from "node:assert/strict";
import { Agent, Tool } from "../../components";
import { acme } from "./support/acme";
import { registered } from "./support/registered";
import { warningsIn } from "./support/warnings";

describe("permissions on what every tenant has", () => {
  it("are warned of where the tenant's boundary cannot deny them", async () => {
    const warnings = await warningsIn(() =>
      registered(() => {
        const tickets = "arn:aws:s3:::*-tickets/*";
        const read = { actions: ["s3:GetObject"], resources: [tickets] };
        const own = {
          test: "StringEquals",
          variable: "s3:ExistingObjectTag/agentid.dev/tenant",
          values: ["acme"],
        };
        new Tool("tickets", { tenant: acme, permissions: [read] });
        new Tool("own", { tenant: acme, permissions: [{ ...read, conditions: [own] }] });
        new Agent("triage", {
          tenant: acme,
          permissions: [
            { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-*/*"] },
            { actions: ["sns:Publish"], resources: ["*"] },
          ],
        });
      }),
    );
    assert.deepEqual(warnings, [
      "tool `tickets`: permissions[0] action `s3:GetObject` on `arn:aws:s3:::*-tickets/*` takes in each bucket of other tenants; the tenant's boundary cannot deny that, as AWS does not look at its tags; name the tenant's own",
    ]);
  });
});
