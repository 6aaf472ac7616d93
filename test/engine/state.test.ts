import assert from "node:assert/strict";
import { Secret, Unknown } from "../../core/snapshot/value";
import { readStackExport } from "../../engine";
import { withoutCiphertexts } from "../../engine/state";

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const ROLE = "urn:pulumi:prod::desk::aws:iam/role:Role::agent";
const PROVIDER = "urn:pulumi:prod::desk::pulumi:providers:aws::default";

describe("a stack export", () => {
  it("is its resources with outputs known, secrets wrapped, and nothing that waits to be deleted", () => {
    const state = {
      urn: ROLE,
      type: "aws:iam/role:Role",
      custom: true,
      id: "agent-1",
      parent: "urn:pulumi:prod::desk::pulumi:pulumi:Stack::desk-prod",
      provider: `${PROVIDER}::0b3c`,
      inputs: { tags: { [SIGNATURE]: SECRET, ciphertext: "v1:abc" } },
      outputs: {
        arn: "arn:aws:iam::111122223333:role/agent",
        plain: { [SIGNATURE]: SECRET, plaintext: '{"a":"b"}' },
        code: { [SIGNATURE]: "c44067f5952c0a294b673a41bacd8c17", text: "x", hash: "y" },
        link: { [SIGNATURE]: "5cf8f73096256a8f31e491e813e4eb8e", urn: ROLE, id: "linked" },
      },
      dependencies: [PROVIDER],
      propertyDependencies: { tags: [PROVIDER], none: [] },
    };
    const read = readStackExport(
      JSON.stringify({
        version: 3,
        deployment: {
          resources: [
            state,
            { ...state, delete: true },
            { urn: "urn:pulumi:prod::desk::a:b:C::x::y", type: "a:b:C", external: true },
          ],
        },
      }),
    );
    assert.ok(read.kind === "snapshot", JSON.stringify(read));
    assert.deepEqual(read.snapshot, {
      project: "desk",
      stack: "prod",
      notes: [],
      resources: [
        {
          urn: ROLE,
          type: "aws:iam/role:Role",
          name: "agent",
          custom: true,
          parent: "urn:pulumi:prod::desk::pulumi:pulumi:Stack::desk-prod",
          provider: PROVIDER,
          inputs: { tags: new Secret("encrypted:v1:abc") },
          outputs: {
            arn: "arn:aws:iam::111122223333:role/agent",
            plain: new Secret({ a: "b" }),
            code: { text: "x", hash: "y" },
            link: "linked",
            id: "agent-1",
          },
          dependencies: [PROVIDER],
          propertyDependencies: { tags: [PROVIDER] },
        },
        {
          urn: "urn:pulumi:prod::desk::a:b:C::x::y",
          type: "a:b:C",
          name: "x::y",
          custom: false,
          inputs: {},
          outputs: {},
          dependencies: [],
          propertyDependencies: {},
          notInUpdate: true,
        },
      ],
    });
  });

  it("has in its outputs the inputs' own values where they repeat these, and no others", () => {
    const secret = (plaintext: string): object => ({ [SIGNATURE]: SECRET, plaintext });
    const read = readStackExport(
      JSON.stringify({
        deployment: {
          resources: [
            {
              urn: ROLE,
              inputs: { same: { a: [1, null] }, key: secret('"k"'), list: ["a"], more: { a: 1 } },
              outputs: {
                same: { a: [1, null] },
                key: secret('"other"'),
                list: { "0": "a" },
                more: { a: 1, b: 2 },
              },
            },
          ],
        },
      }),
    );
    assert.ok(read.kind === "snapshot", JSON.stringify(read));
    const [{ inputs, outputs = {} } = assert.fail("no resource")] = read.snapshot.resources;
    assert.equal(outputs["same"], inputs["same"]);
    const { key, ...others } = outputs;
    assert.ok(key instanceof Secret);
    assert.equal(key.revealForComparison(), "other");
    assert.deepEqual(others, { same: { a: [1, null] }, list: { "0": "a" }, more: { a: 1, b: 2 } });
  });

  it("gives a preview an unknown in place of a ciphertext, and every other secret", () => {
    const known = new Secret("known");
    assert.deepEqual(withoutCiphertexts({ a: [new Secret("encrypted:v1:abc")], b: known }, ROLE), {
      a: [new Unknown([ROLE], true)],
      b: known,
    });
  });

  const refused: readonly (readonly [string, string, string])[] = [
    ["text", "not json", "the stack export is not JSON"],
    [
      "another version",
      '{"version":2,"deployment":{}}',
      "the stack export has another version; 3 and 4 are read",
    ],
    [
      "no deployment",
      "{}",
      "the stack export has no `deployment`; give what `pulumi stack export` prints",
    ],
    [
      "a deployment that is a number",
      '{"deployment":1}',
      "the stack export has no `deployment`; give what `pulumi stack export` prints",
    ],
    [
      "resources that are no list",
      '{"deployment":{"resources":{}}}',
      "the stack export's `deployment.resources` is not a list",
    ],
    [
      "a resource without a URN",
      '{"deployment":{"resources":[{"type":"a"}]}}',
      "the stack export's resource 0 has no URN",
    ],
  ];
  for (const [what, text, reason] of refused) {
    it(`is refused with one sentence where it is or has ${what}`, () => {
      const read = readStackExport(text);
      assert.ok(read.kind === "could-not-run");
      assert.equal(read.reason, reason);
    });
  }
});
