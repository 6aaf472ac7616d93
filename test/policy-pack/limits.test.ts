import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { longestText } from "../../policy-pack/domain/secrets/longest-text";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";

const password = "k7Fq9zLp2XvT";

function configMap(data: Readonly<Record<string, Value>>): Resource {
  return resource("kubernetes:core/v1:ConfigMap", "settings", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { namespace: "acme", name: "settings" },
    data,
  });
}

function instance(userData: Value): Resource {
  return resource("aws:ec2/instance:Instance", "web", { ami: "ami-1", userData });
}

async function messages(one: Resource): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [noLiteralSecret] };
  const { findings } = await judgeSnapshot(snapshotOf([one]), judging);
  return findings.map(({ rule, level, message }) => `${rule} (${level}): ${message}`);
}

const found = (what: string): string =>
  `no-literal-secret (mandatory): \`acme/settings\` receives ${what} in plain text`;

describe("what is looked at for credentials", () => {
  it("is a value of any length under the name of a credential", async () => {
    const value = "k7Fq9zLp2XvT".repeat(500);
    assert.deepEqual(await messages(configMap({ API_TOKEN: value })), [
      found("the value of API_TOKEN"),
    ]);
  });

  it("is every assignment of a text", async () => {
    const settings = Array.from({ length: 30_000 }, (_, at) => `setting${at}=on`);
    const text = [...settings, `DB_PASSWORD=${password}`].join("\n");
    assert.deepEqual(await messages(configMap({ env: text })), [found("the value of DB_PASSWORD")]);
  });

  it("is every text of a resource", async () => {
    const many = Array.from({ length: 25_000 }, (_, at) => [`k${at}`, `text ${at}`] as const);
    const data = {
      ...Object.fromEntries(many),
      last: `token: ghp_${"a1B2c3D4".repeat(5).slice(4)}`,
    };
    assert.deepEqual(await messages(configMap(data)), [found("a GitHub token")]);
  });

  it("is a text up to 1,048,576 characters", async () => {
    const rest = `\nDB_PASSWORD=${password}`;
    const text = "x".repeat(longestText - rest.length) + rest;
    assert.deepEqual(await messages(configMap({ env: text })), [found("the value of DB_PASSWORD")]);
  });

  it("is reported as a limit where a text is longer, marked as secret or not", async () => {
    const text = `${"x".repeat(longestText)}\nDB_PASSWORD=${password}`;
    for (const value of [text, new Secret(text)]) {
      const stated = (await messages(configMap({ a: "b", env: value }))).filter((one) =>
        one.startsWith("agentid"),
      );
      assert.equal(stated.length, 1);
      assert.match(stated[0] ?? "", /^agentid \(mandatory\): /);
      assert.match(stated[0] ?? "", /`data\.env` has more than 1,048,576 characters/);
    }
  });

  it("is reported for a text that is packed too often, or has too much packed, and not just within", async () => {
    const packed = (times: number, text: string): string =>
      Array.from({ length: times }).reduce<string>(
        (inner) => Buffer.from(inner).toString("base64"),
        text,
      );
    const bomb = gzipSync("a".repeat(64 * longestText)).toString("base64");
    for (const [text, problem] of [
      [packed(9, `DB_PASSWORD=${password}`), "is packed more than 8 times"],
      [`config: ${packed(9, "name: desk and others")}\n`, "is packed more than 8 times"],
      [`config: ${bomb}\n`, "is compressed and cannot be read"],
      [JSON.stringify({ config: packed(1, bomb) }), "is compressed and cannot be read"],
    ] as const) {
      for (const value of [text, new Secret(text)]) {
        const stated = (await messages(configMap({ a: "b", env: value }))).filter((one) =>
          one.startsWith("agentid"),
        );
        assert.equal(stated.length, 1);
        assert.ok(stated[0]?.includes(`\`data.env\` ${problem}, so that not all of it is judged`));
      }
    }
    assert.deepEqual(await messages(configMap({ env: packed(8, `DB_PASSWORD=${password}`) })), [
      found("the value of DB_PASSWORD"),
    ]);
  });

  it("is reported for compressed user data that cannot be read, or becomes too long", async () => {
    const script = `#!/bin/sh\n# ${"x".repeat(longestText)}\nexport DB_PASSWORD=${password}\n`;
    for (const bytes of [
      gzipSync(script),
      gzipSync("#!/bin/sh\nfirst second third").subarray(0, 30),
    ]) {
      const [stated = "", ...others] = (await messages(instance(bytes.toString("base64")))).filter(
        (one) => one.startsWith("agentid"),
      );
      assert.deepEqual(others, []);
      assert.match(stated, /`userData` is compressed and cannot be read/);
    }
  });

  it("is reported for nothing else", async () => {
    const packed = gzipSync("#!/bin/sh\necho started\n").toString("base64");
    assert.deepEqual(await messages(instance(packed)), []);
    assert.deepEqual(await messages(configMap({ a: "x".repeat(longestText), b: "H4sI" })), []);
  });
});
