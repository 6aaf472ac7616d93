import assert from "node:assert/strict";
import type { Grant } from "../../../core/grants/grant";
import { grantId } from "../../../core/grants/grant-id";
import { regoBundle } from "../../../broker/policy/rego-bundle";

const grant: Grant = {
  tenant: "acme",
  caller: "__proto__",
  tool: "refunds",
  intents: ["refund"],
  sensitivity: "internal",
  conditions: [{ kind: "between", key: "cents", least: 0, most: 50 }],
  approval: "human",
  maxSeconds: 300,
};
const narrow: Grant = { ...grant, maxSeconds: 60, approval: "none", conditions: [] };

describe("the OPA bundle of grants", () => {
  const bundle = regoBundle([grant, narrow]);

  it("has the grants by tenant, tool and caller, the narrowest first", () => {
    const data = {
      intents: ["refund"],
      sensitivities: ["public", "internal"],
      texts: {},
      flags: {},
    };
    const wide = {
      maxSeconds: 300,
      needsApproval: true,
      numbers: { cents: { least: 0, most: 50 } },
    };
    assert.deepEqual(Object.entries(refundsIn(bundle)), [
      [
        "__proto__",
        [
          { id: grantId(narrow), ...data, maxSeconds: 60, needsApproval: false, numbers: {} },
          { id: grantId(grant), ...data, ...wide },
        ],
      ],
    ]);
  });

  it("lists which of OPA's data it owns, and its revision changes only with the grants", () => {
    const manifest = (files: Readonly<Record<string, string>>) =>
      JSON.parse(files[".manifest"] ?? "") as { readonly revision: string };
    const { revision, ...rest } = manifest(bundle);
    assert.deepEqual(rest, { roots: ["agentid"], rego_version: 1 });
    assert.equal(manifest(regoBundle([narrow, grant])).revision, revision);
    assert.notEqual(manifest(regoBundle([grant])).revision, revision);
  });

  it("tests no grant that no call meets, as it asks for two kinds of value under one key", () => {
    const testsOf = (key: string): number => {
      const conditions: Grant["conditions"] = [
        { kind: "is", key: "region", value: true },
        { kind: "one-of", key, values: ["eu"] },
      ];
      const files = regoBundle([{ ...grant, conditions }]);
      return [...(files["policy_test.rego"] ?? "").matchAll(/^test_/gm)].length;
    };
    assert.deepEqual(["region", "place"].map(testsOf), [0, 6]);
  });

  it("tests each grant by a call of its own and what it refuses", () => {
    const tests = [...(bundle["policy_test.rego"] ?? "").matchAll(/^test_\w+/gm)].map(String);
    assert.deepEqual(
      tests.filter((name) => name.startsWith("test_1_")),
      [
        "test_1_is_granted",
        "test_1_needs_no_more_once_approved",
        "test_1_is_refused_to_another_tenant",
        "test_1_is_refused_to_an_ended_task",
        "test_1_is_refused_to_a_lapsed_task",
        "test_1_is_refused_to_no_intent",
      ],
    );
    assert.equal(tests.length, 12);
  });
});

function refundsIn(bundle: Readonly<Record<string, string>>): object {
  const data = JSON.parse(bundle["data.json"] ?? "") as {
    readonly agentid: {
      readonly grants: { readonly acme: { readonly refunds: object } };
    };
  };
  return data.agentid.grants.acme.refunds;
}
