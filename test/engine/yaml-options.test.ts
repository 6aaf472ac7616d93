import assert from "node:assert/strict";
import { Unknown } from "../../core/snapshot/value";
import { withIgnoredChanges } from "../../engine/program/ignored-changes";
import { readStackExport } from "../../engine/state";
import { resourceOf } from "./support/programs";
import { previewed } from "./support/yaml";

const CALLER = "aws:index/getCallerIdentity:getCallerIdentity";

describe("options in YAML", () => {
  it("of a call choose among recorded answers by the provider, the parent's or the program's own too", () =>
    previewed(
      [
        "variables:",
        "  own: { fn::invoke: { function: aws:getCallerIdentity, options: { provider: '${west}' } } }",
        "  parents: { fn::invoke: { Function: aws:getCallerIdentity, Options: { Parent: '${role}' } } }",
        "  plain: { fn::aws:getCallerIdentity: {} }",
        "resources:",
        "  west: { type: pulumi:providers:aws }",
        "  role:",
        "    type: aws:iam:Role",
        "    properties: { tags: { own: '${own.accountId}', plain: '${plain.accountId}' } }",
        "    options: { provider: '${west}' }",
        "  child: { type: aws:iam:Role, properties: { path: '${parents.accountId}' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const role = "aws:iam/role:Role";
        assert.deepEqual(resourceOf(snapshot, role, "role").inputs["tags"], {
          own: "west's",
          plain: "anybody's",
        });
        assert.equal(resourceOf(snapshot, role, "child").inputs["path"], "west's");
      },
      {
        functions: [
          { token: CALLER, provider: "west", result: { accountId: "west's" } },
          { token: CALLER, provider: "east", result: { accountId: "east's" } },
          { token: CALLER, provider: "default", result: { accountId: "anybody's" } },
        ],
      },
    ));

  it("of an unrecorded call for its provider leave it unknown", () =>
    previewed(
      [
        "variables: { it: { fn::invoke: { function: aws:getCallerIdentity, options: { provider: '${west}' }, return: accountId } } }",
        "resources: { west: { type: pulumi:providers:aws }, role: { type: aws:iam:Role, properties: { path: '${it}' } } }",
        "",
      ].join("\n"),
      (snapshot) =>
        assert.deepEqual(
          resourceOf(snapshot, "aws:iam/role:Role", "role").inputs["path"],
          new Unknown([]),
        ),
      { functions: [{ token: CALLER, provider: "default", result: { accountId: "a" } }] },
    ));

  it("of a resource give its old name, and its ignored properties", () => {
    const urn = "urn:pulumi:dev::desk::aws:iam/role:Role::";
    const inputs = { path: "/old/", description: "old" };
    const resource = {
      urn: `${urn}before`,
      type: "aws:iam/role:Role",
      custom: true,
      id: "i",
      inputs,
    };
    const state = readStackExport(
      JSON.stringify({ version: 3, deployment: { resources: [{ ...resource, outputs: inputs }] } }),
    );
    assert.ok(state.kind === "snapshot");
    return previewed(
      [
        "resources:",
        "  role:",
        "    type: aws:iam:Role",
        "    properties: { path: /new/, description: new }",
        `    options: { aliases: ['${urn}before'], ignoreChanges: [path], protect: true }`,
        "  child: { type: aws:iam:Role, properties: { path: '${role.path}', name: '${role.id}' } }",
        "",
      ].join("\n"),
      (snapshot) => {
        const role = "aws:iam/role:Role";
        assert.deepEqual(resourceOf(snapshot, role, "role").inputs, {
          path: "/old/",
          description: "new",
        });
        assert.deepEqual(resourceOf(snapshot, role, "child").inputs, { path: "/old/", name: "i" });
      },
      { state: state.snapshot },
    );
  });
});

describe("changes that are ignored", () => {
  const now = { a: { b: 1, "c.d": 1 }, list: [1], added: 1 };
  const old = { a: { b: 0, "c.d": 0 }, list: [0], gone: 0 };
  const paths: readonly (readonly [string, object])[] = [
    ["a.b", { ...now, a: { b: 0, "c.d": 1 } }],
    ['a["c.d"]', { ...now, a: { b: 1, "c.d": 0 } }],
    ["list[0]", { ...now, list: [0] }],
    ["added", { a: now.a, list: now.list }],
    ["gone", { ...now, gone: 0 }],
    ["added.b", { a: now.a, list: now.list }],
    ["*", old],
  ];
  for (const [path, expected] of paths) {
    it(`are those at \`${path}\``, () =>
      assert.deepEqual(withIgnoredChanges(now, old, [path]), expected));
  }
});
