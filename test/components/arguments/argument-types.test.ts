import * as assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { checkTypes, type TypeName } from "../../../components/arguments/argument-types";
import { mocked } from "../support/registered";

const answer = (type: TypeName, given: unknown, path = ""): string => {
  try {
    checkTypes("agent `triage`", type, given, path);
    return "accepted";
  } catch (error) {
    return (error as Error).message;
  }
};

describe("types of arguments", () => {
  const permission = { actions: ["s3:GetObject"], resources: ["*"] };
  const tenant = { name: "acme", namespace: "acme", boundaryArn: "arn", federation: {} };

  it("are reported at the location of the value, which is not repeated", () => {
    const cases: readonly (readonly [unknown, string])[] = [
      [undefined, "what it is made from is missing; give an object"],
      [{}, "tenant is missing; give `tenant.ref`"],
      [{ tenant, name: 7 }, "name is a number; give a text"],
      [{ tenant, permissions: "s3cr3t" }, "permissions is a text; give a list of objects"],
      [
        { tenant, permissions: ["s3cr3t"] },
        "permissions[0] is a text; give an object with `actions`, `resources`, `conditions`",
      ],
      [
        { tenant, permissions: [{ ...permission, actions: "s3cr3t" }] },
        "permissions[0].actions is a text; give a list of texts",
      ],
      [
        { tenant, permissions: [{ ...permission, actions: [null] }] },
        "permissions[0].actions[0] is `null`; give a text",
      ],
      [
        { tenant, permissions: [{ actions: [] }] },
        "permissions[0].resources is missing; give a list of texts",
      ],
      [
        { tenant, outbound: { audience: "a", maxSeconds: Number.NaN } },
        "outbound.maxSeconds is `NaN`; give a number",
      ],
      [
        { tenant, adopt: { role: { name: "a", import: 1 } } },
        "adopt.role.import is a number; give `true` or `false`",
      ],
    ];
    for (const [given, message] of cases) {
      assert.equal(answer("Agent", given), `agent \`triage\`: ${message}`);
    }
  });

  it("leave out a word that is near a known one, and unsupported arguments", () => {
    assert.equal(
      answer("Agent", { tenant, permisions: [] }),
      "agent `triage`: permisions is not known; did you mean `permissions`?",
    );
    assert.equal(
      answer("TenantBroker", JSON.parse('{"roleArn":"a","__proto__":1}'), "broker"),
      "agent `triage`: broker.__proto__ is not known; give `roleArn`, `issuer`, `podIdentity`, `place`, or leave it out",
    );
  });

  it("accept an output where one is allowed, and refuse it otherwise", () => {
    mocked();
    const late = pulumi.output("a");
    assert.equal(answer("Permission", { ...permission, resources: [late] }), "accepted");
    assert.equal(
      answer("Permission", { actions: [late], resources: [] }, "permissions[0]"),
      "agent `triage`: permissions[0].actions[0] is an output, which is known too late; give it as it is",
    );
  });

  it("take a tenant's reference with what a newer version put into it, and no tenant", () => {
    assert.equal(answer("Agent", { tenant: { ...tenant, since: "0.2" } }), "accepted");
    assert.equal(
      answer("Agent", { tenant: { namespace: "acme", boundaryArn: "arn" } }),
      "agent `triage`: tenant is no reference to a tenant; give `tenant.ref`",
    );
  });
});
