import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isAuthorized, type Entities, type Schema } from "@cedar-policy/cedar-wasm/nodejs";
import { writeSnapshot } from "../../engine/snapshot-file";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import { Folder } from "./support/folder";
import { runCli } from "./support/run-cli";

const refund = {
  tool: { tenant: "acme", name: "refunds" },
  intents: ["refund"],
  conditions: [{ key: "cents", atMost: 5000 }],
  approval: "none",
  maxSeconds: 120,
};

/** What `pulumi stack export` prints of a stack with one agent that has these grants. */
function exportOf(...grants: readonly object[]): string {
  const urn = (type: string, name: string) => `urn:pulumi:dev::desk::${type}::${name}`;
  const resources = [
    { urn: urn("pulumi:pulumi:Stack", "desk-dev"), type: "pulumi:pulumi:Stack" },
    {
      urn: urn("agentid:index:Agent", "triage"),
      type: "agentid:index:Agent",
      inputs: { name: "triage", tenant: { name: "acme" }, grants },
      outputs: {},
    },
  ];
  return JSON.stringify({ version: 3, deployment: { resources } });
}

/** How an export marks what is secret. */
const secret = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: '"hush"',
};

/** A saved snapshot with one agent and an unknown tool. */
function savedUnknown(): string {
  const name = outputOf(urnOf("pulumi:pulumi:StackReference", "platform"));
  const grants = [{ ...refund, tool: { tenant: "acme", name } }];
  const inputs = { name: "triage", tenant: { name: "acme" }, grants };
  return writeSnapshot(
    snapshotOf([resource("agentid:index:Agent", "triage", inputs, { custom: false })]),
  );
}

describe("agentid policy", () => {
  let folder: Folder;
  beforeEach(() => (folder = new Folder()));
  afterEach(() => folder.remove());

  const policy = async (stack: string, ...args: readonly string[]) => {
    folder.write({ "stack.json": stack });
    return await runCli(["policy", "stack.json", ...args], folder.path);
  };
  const written = (file: string): string => readFileSync(join(folder.path, "out", file), "utf8");

  it("writes a policy that Cedar decides calls by, as stored in the files", async () => {
    const run = await policy(exportOf(refund), "--format", "cedar", "--out", "out");
    assert.deepEqual(run, {
      code: 0,
      out: "out: 1 grants as cedar: schema.json, policies.cedar, entities.json\n",
      err: "",
    });
    const entities = JSON.parse(written("entities.json")) as Entities;
    const [grant] = Object.keys(entities[0]?.tags ?? {});
    assert.ok(grant !== undefined);
    const decided = (cents: number, tenant: string) => {
      const answer = isAuthorized({
        principal: { type: "AgentId::Workload", id: "acme/triage" },
        action: { type: "AgentId::Action", id: "call" },
        resource: { type: "AgentId::Tool", id: "acme/refunds" },
        context: {
          ...{ grant, intent: "refund", sensitivity: "internal", seconds: 60, now: 0 },
          task: { ended: false, until: 100 },
          tenants: [tenant],
          ...{ parties: ["triage"], actors: [], texts: {}, flags: {} },
          numbers: { until: 60, cents },
        },
        schema: JSON.parse(written("schema.json")) as Schema,
        policies: { staticPolicies: written("policies.cedar") },
        entities,
      });
      assert.ok(answer.type === "success", JSON.stringify(answer));
      const { decision, diagnostics } = answer.response;
      assert.deepEqual(diagnostics.errors, []);
      return decision;
    };
    assert.deepEqual(
      [decided(5000, "acme"), decided(5001, "acme"), decided(5000, "globex")],
      ["allow", "deny", "deny"],
    );
  });

  it("writes a bundle of OPA over that of an earlier run", async () => {
    const args = ["--format", "rego", "--out", "out"];
    assert.equal(
      (await policy(exportOf(refund, { ...refund, intents: ["find"] }), ...args)).code,
      0,
    );
    assert.deepEqual(await policy(exportOf(refund), ...args), {
      code: 0,
      out: "out: 1 grants as rego: .manifest, data.json, policy.rego, policy_test.rego\n",
      err: "",
    });
    assert.equal(written("data.json").match(/"maxSeconds": 120/g)?.length, 1);
  });

  it("leaves out what a gateway decides, since no broker decides it", async () => {
    const through = { ...refund, intents: ["find"], gateway: { name: "tools" } };
    await policy(exportOf(through, refund), "--format", "rego", "--out", "out");
    assert.match(written("data.json"), /"refund"/);
    assert.doesNotMatch(written("data.json"), /"find"/);
  });

  const refused: Readonly<Record<string, readonly [string, readonly string[], string]>> = {
    "another format": [
      exportOf(refund),
      ["--format", "xml", "--out", "out"],
      "`--format` takes `cedar` or `rego`",
    ],
    "a stack without grants": [
      exportOf(),
      ["--format", "rego", "--out", "out"],
      "`stack.json` declares no grant that a broker decides by; name a program whose agents have `grants`",
    ],
    "a grant that is counted": [
      exportOf({ ...refund, maxCalls: 3 }),
      ["--format", "rego", "--out", "out"],
      "`stack.json`: grants[0] of `triage` has `maxCalls` or `sumAtMost`, for each task, which a policy cannot count; leave them out, or let a task broker decide the calls",
    ],
    "a grant that adds up": [
      exportOf({ ...refund, conditions: [{ key: "cents", sumAtMost: 50 }] }),
      ["--format", "cedar", "--out", "out"],
      "`stack.json`: grants[0] of `triage` has `maxCalls` or `sumAtMost`, for each task, which a policy cannot count; leave them out, or let a task broker decide the calls",
    ],
    "a grant that is not known": [
      savedUnknown(),
      ["--format", "rego", "--out", "out"],
      "`stack.json`: grants[0] of `triage` is not known before an update: `tool.name`; give what is deployed by `--state`",
    ],
    "a grant on a tool of another tenant": [
      exportOf(refund, { ...refund, tool: { tenant: "globex", name: "refunds" } }),
      ["--format", "cedar", "--out", "out"],
      "`stack.json`: grants[1] of `triage` names a tool of another tenant; grant a tool of the same tenant",
    ],
    "a grant that is marked secret, which it does not repeat": [
      exportOf({ ...refund, intents: [secret] }),
      ["--format", "cedar", "--out", "out"],
      "`stack.json`: grants[0] of `a workload` is marked secret, and a policy would show it; take the secret out of the grant",
    ],
    "a folder with something else in it": [
      exportOf(refund),
      ["--format", "rego", "--out", "."],
      "`.` has `stack.json`, which is no part of the policy; give a folder of its own",
    ],
    "a file in place of the folder": [
      exportOf(refund),
      ["--format", "rego", "--out", "stack.json"],
      "`--out` takes a folder; `stack.json` is a file",
    ],
    "a folder that cannot be made": [
      exportOf(refund),
      ["--format", "rego", "--out", "stack.json/out"],
      "cannot write the policy `stack.json/out`: a part of its path is not a folder",
    ],
  };
  for (const [what, [stack, args, reason]] of Object.entries(refused)) {
    it(`refuses ${what}`, async () => {
      assert.deepEqual(await policy(stack, ...args), {
        code: 2,
        out: "",
        err: `agentid: ${reason}\n`,
      });
      assert.ok(!existsSync(join(folder.path, "out")));
    });
  }
});
