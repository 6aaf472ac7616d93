import assert from "node:assert/strict";
import type { Snapshot } from "../../core/snapshot/resource";
import { credentialOf, withCredentialsMarked } from "../../cli/masked-snapshot";
import { previewProgram, readSnapshot, writeSnapshot } from "../../engine";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules";
import { inProgramHost } from "../support/program-host";
import { reasonOf, withFolder } from "./support/programs";

const pulumi = JSON.stringify(require.resolve("@pulumi/pulumi"));
const aws = JSON.stringify(require.resolve("@pulumi/aws"));

/** Findings and what is not proven, without what names the user's value. */
interface Judged {
  readonly findings: readonly string[];
  readonly unproven: readonly string[];
}

interface Given {
  readonly config?: Readonly<Record<string, string>>;
  readonly secretConfig?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly stack?: string;
}

/** What a program in Node is judged to be. */
function judged(code: string, given: Given = {}): Promise<Judged> {
  const program = `
const pulumi = require(${pulumi});
const aws = require(${aws});
const config = new pulumi.Config();
const fn = (name, variables, more) => new aws.lambda.Function(name, {
  role: "arn:aws:iam::111122223333:role/" + name, environment: { variables }, ...more,
});
${code}`;
  return judgedFiles(
    { "Pulumi.yaml": "name: desk\nruntime: nodejs\n", "index.js": program, ...given.files },
    given,
  );
}

function judgedFiles(
  files: Readonly<Record<string, string>>,
  { config = {}, secretConfig = [], stack }: Given,
): Promise<Judged> {
  return withFolder(files, async (directory) => {
    const preview = await previewProgram({
      directory,
      config,
      secretConfig,
      ...(stack !== undefined && { stack }),
    });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const { findings } = await judgeSnapshot(preview.snapshot, {
      settings: defaultSettings,
      rules,
    });
    return {
      findings: findings.map(({ rule, verdict, at, fingerprint, message }) =>
        [verdict, rule, at.urn.split("::").at(-1), fingerprint, message].join(" "),
      ),
      unproven: preview.snapshot.notes.flatMap(({ kind, message }) =>
        kind === "unrendered" ? [message] : [],
      ),
    };
  });
}

/** Rules and verdicts alone, and how many places are not proven. */
function short({ findings, unproven }: Judged): readonly string[] {
  const rules = findings.map((text) => text.split(" ").slice(0, 2).join(" "));
  return [...new Set(rules)].sort().concat(unproven.map(() => "not proven"));
}

const values = ["dummy", "password", "Zq7xK2vM9pLw4RtB"];
const literal = ["violated no-literal-secret"];
const shared = [...literal, "violated no-shared-secret"];
const notProven = ["not proven"];

const encrypted = { "Pulumi.dev.yaml": "config: { desk:token: { secure: v1:abcdef } }\n" };

interface Source extends Given {
  readonly read: string;
  /** Whether it is a text, which the program can compare, and not an output. */
  readonly isText?: true;
}

const sources: readonly Source[] = [
  { read: `config.requireSecret("token")` },
  { read: `config.getSecret("token")` },
  { read: `config.requireSecretNumber("token")` },
  { read: `config.requireSecretObject("token")` },
  { read: `config.requireSecretObject("token").password` },
  { read: `config.getSecretObject("all").apply((all) => all.token)` },
  { read: `config.requireSecret("token")`, files: encrypted },
  { read: `config.require("token")`, files: encrypted, isText: true },
  { read: `config.get("token")`, files: encrypted, isText: true },
  { read: `config.get("token")`, secretConfig: ["token"], isText: true },
];

/** Uses of `secret`, and what is judged of them. */
const uses: readonly (readonly [string, string, readonly string[]])[] = [
  ["as an input", `fn("a", { API_TOKEN: secret });`, literal],
  [
    "in an interpolated text",
    `fn("a", { DATABASE_URL: pulumi.interpolate\`postgres://app:\${secret}@db.acme.com/x\` });`,
    literal,
  ],
  [
    "in a text that a callback writes",
    `fn("a", { DATABASE_URL: pulumi.output(secret).apply((s) => \`postgres://app:\${s}@db.acme.com/x\`) });`,
    literal,
  ],
  [
    "through a resource",
    `const p = new aws.ssm.Parameter("p", { type: "SecureString", value: secret }); fn("a", { API_TOKEN: p.value });`,
    literal,
  ],
  ["by two functions", `fn("a", { API_TOKEN: secret }); fn("b", { API_TOKEN: secret });`, shared],
  [
    "where it is in its place",
    `new aws.ssm.Parameter("p", { type: "SecureString", value: secret });`,
    [],
  ],
  [
    "that decides what a callback declares",
    `pulumi.output(secret).apply((s) => { if (s === "dummy") fn("a", {}); });`,
    notProven,
  ],
  [
    "that is a number of resources in a callback",
    `pulumi.output(secret).apply((s) => { for (let i = 0; i < s; i++) fn("a" + i, {}); });`,
    notProven,
  ],
];

/** Uses of a text. */
const usesOfText: typeof uses = [
  ["that decides", `if (secret === "dummy") fn("a", {});`, notProven],
  ["that is a number of resources", `for (let i = 0; i < secret; i++) fn("a" + i, {});`, notProven],
  ["that names a resource", `new aws.sqs.Queue(secret);`, []],
  ["in a text", "fn('a', { DATABASE_URL: `postgres://app:${secret}@db.acme.com/x` });", literal],
];

/** Uses of an output, whose callback declares. */
const usesOfOutput: typeof uses = [
  ["that names a resource", `secret.apply((s) => { fn(s, {}); });`, notProven],
];

describe("the value of secret configuration", () => {
  inProgramHost();

  for (const { read, isText, ...given } of sources) {
    for (const [use, code, expected] of [...uses, ...(isText ? usesOfText : usesOfOutput)]) {
      const how = given.files || given.secretConfig ? " of an encrypted key" : "";
      it(`decides nothing: ${read}${how} ${use}`, async () => {
        const config = (token: string): Record<string, string> => ({
          token,
          all: JSON.stringify({ token }),
        });
        const all = await Promise.all(
          values.map((token) =>
            judged(`const secret = ${read}; ${code}`, { ...given, config: config(token) }),
          ),
        );
        assert.deepEqual(short(all[0]!), expected);
        for (const each of all) assert.deepEqual(each, all[0]);
      });
    }
  }

  it("is the same secret as base64", async () => {
    for (const encoded of ['Buffer.from(s).toString("base64")', "btoa(s)"]) {
      const code = `const s = config.requireSecret("token"); fn("a", { API_TOKEN: s }); fn("b", { API_TOKEN: s.apply((s) => ${encoded}) });`;
      assert.deepEqual(short(await judged(code, { config: { token: "dummy" } })), shared, encoded);
    }
  });

  it("is two secrets for two keys with one value", async () => {
    const code = `fn("a", { API_TOKEN: config.requireSecret("a") }); fn("b", { API_TOKEN: config.requireSecret("b") });`;
    assert.deepEqual(short(await judged(code, { config: { a: "same", b: "same" } })), literal);
    const parts = `const s = config.requireSecretObject("s"); fn("a", { API_TOKEN: s.a }); fn("b", { API_TOKEN: s.b });`;
    assert.deepEqual(short(await judged(parts, { config: { s: "{}" } })), literal);
  });

  it("is one secret for one key, however it is read", async () => {
    const code = `fn("a", { API_TOKEN: config.requireSecret("token") }); fn("b", { API_TOKEN: config.require("token") });`;
    assert.deepEqual(short(await judged(code, { files: encrypted })), shared);
  });

  it("of another form than a text is not known", async () => {
    for (const [code, expected] of [
      [`fn("a", {}, { memorySize: config.requireNumber("token") });`, []],
      [`for (let i = 0; i < config.getNumber("token"); i++) fn("a" + i, {});`, notProven],
      [`if (config.getBoolean("token")) fn("a", {});`, notProven],
      [`if (config.getObject("token").names.length > 2) fn("a", {});`, notProven],
    ] as const) {
      assert.deepEqual(short(await judged(code, { files: encrypted })), expected, code);
    }
  });

  it("is named where a program that needs it fails", async () => {
    const program = `const config = new (require(${pulumi}).Config)(); JSON.parse(config.require("token"));`;
    const files = { ...encrypted, "Pulumi.yaml": "name: desk\nruntime: nodejs\n" };
    await withFolder({ ...files, "index.js": program }, async (folder) => {
      const reason = await reasonOf(folder, { config: { token: "{}" } });
      assert.match(
        reason,
        /JSON.*; it received a stand-in for secret configuration `desk:token`: if it needs the value, check with --engine pulumi$/,
      );
    });
  });

  it("leaves the plain parts of a value with encrypted ones as they are", async () => {
    const files = {
      "Pulumi.dev.yaml":
        "config: { desk:db: { size: 2, names: [a, b], password: { secure: v1:abcdef } } }\n",
    };
    const read = `const db = config.requireObject("db");`;
    const each = `for (const name of db.names) fn(name, { API_TOKEN: db.password });`;
    assert.deepEqual(short(await judged(`${read} ${each}`, { files })), shared);
    const branch = `if (db.size > 3) fn("a", { API_TOKEN: db.password });`;
    assert.deepEqual(short(await judged(`${read} ${branch}`, { files })), []);
    const given = (password: string, size: number): Given => ({
      files,
      config: { db: JSON.stringify({ size, names: [], password }) },
    });
    assert.deepEqual(short(await judged(`${read} ${branch}`, given("dummy", 4))), literal);
    for (const password of values) {
      const code = `${read} if (db.password === "dummy") fn("a", {});`;
      assert.deepEqual(short(await judged(code, given(password, 4))), notProven);
    }
  });

  it("does not matter for a callback that declares nothing", async () => {
    const code = `const s = config.requireSecret("token"); exports.length = s.apply((text) => text.length);`;
    assert.deepEqual(short(await judged(code, { config: { token: "dummy" } })), []);
  });

  it("of plain configuration still decides a branch", async () => {
    const code = `if (config.require("mode") === "on") fn("a", { API_TOKEN: config.requireSecret("token") });`;
    const given = (mode: string): Given => ({ config: { mode, token: "dummy" } });
    assert.deepEqual(short(await judged(code, given("on"))), literal);
    assert.deepEqual(short(await judged(code, given("off"))), []);
  });

  it("is required without a value where the environment of the stack may have it", async () => {
    const files = { "Pulumi.dev.yaml": "environment: [desk]\n" };
    const code = `fn("a", { API_TOKEN: config.requireSecret("token") });`;
    assert.deepEqual(short(await judged(code, { files })), literal);
    const all = values.map((token) => judged(code, { files, config: { token } }));
    for (const each of await Promise.all(all))
      assert.deepEqual(each, await judged(code, { files }));
  });

  it("is named in what to do where it decides", async () => {
    const callback = `config.requireSecret("token").apply((s) => { if (s) fn("a", {}); });`;
    const { unproven } = await judged(callback, { config: { token: "dummy" } });
    assert.deepEqual(unproven, [
      "a callback was not called because the value of secret configuration is not used here, and it calls `fn`; " +
        "decide that by configuration that is not secret, or check with --engine pulumi",
    ]);
    const text = await judged(`if (config.require("token") === "on") fn("a", {});`, {
      files: encrypted,
    });
    assert.deepEqual(text.unproven, [
      'the value of secret configuration `desk:token` is not used here, and the program tests `config.require("token") === "on"`; ' +
        "decide that by configuration that is not secret, or check with --engine pulumi",
    ]);
  });

  describe("in a program in YAML", () => {
    it("is required without a value where the environment of the stack may have it", async () => {
      const given = (environment: string): Readonly<Record<string, string>> => ({
        "Pulumi.yaml": program('{ API_TOKEN: "${token}" }'),
        "Pulumi.dev.yaml": environment,
      });
      assert.deepEqual(short(await judgedFiles(given("environment: [desk]\n"), {})), literal);
      await withFolder(given("config: {}\n"), async (folder) => {
        assert.match(await reasonOf(folder), /configuration `desk:token` is missing/);
      });
    });

    const program = (properties: string): string => `name: desk
runtime: yaml
config: { token: { type: string, secret: true } }
resources:
  a: { type: aws:lambda:Function, properties: { role: "arn:aws:iam::111122223333:role/a", environment: { variables: ${properties} } } }
  p: { type: aws:ssm:Parameter, properties: { type: SecureString, value: "\${token}" } }
`;
    for (const [use, properties, expected] of [
      ["as an input", '{ API_TOKEN: "${token}" }', literal],
      ["in a text", '{ DATABASE_URL: "postgres://app:${token}@db.acme.com/x" }', literal],
      ["through a resource", '{ API_TOKEN: "${p.value}" }', literal],
      ["of an encrypted key", '{ API_TOKEN: "${other}" }', literal],
      ["of a part of an encrypted key", '{ API_TOKEN: "${other.part}" }', literal],
      ["as base64", '{ API_TOKEN: { "fn::toBase64": "${token}" } }', literal],
      ["beside a plain input", '{ LOG_LEVEL: "debug" }', []],
    ] as const) {
      it(`decides nothing: ${use}`, async () => {
        const files = {
          "Pulumi.yaml": program(properties),
          "Pulumi.dev.yaml": "config: { desk:other: { secure: v1:abcdef } }\n",
        };
        const all = await Promise.all(
          values.map((token) => judgedFiles(files, { config: { token, other: token } })),
        );
        for (const each of all) assert.deepEqual(each, all[0]);
        assert.deepEqual(short(all[0]!), expected);
      });
    }
  });
});

describe("the configuration of a snapshot", () => {
  inProgramHost();

  /** The keys that findings about sharing name of a program's two functions with one key, and the snapshot as it is saved. */
  async function named(read: string, stackFile: string) {
    const files = {
      "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "Pulumi.dev.yaml": stackFile,
      "index.js": `const pulumi = require(${pulumi}); const aws = require(${aws});
const config = new pulumi.Config(); const KEY = ${read};
for (const name of ["triage", "refunds"]) new aws.lambda.Function(name, {
  role: "arn:aws:iam::111122223333:role/" + name, environment: { variables: { API_KEY: KEY } } });`,
    };
    return withFolder(files, async (directory) => {
      const preview = await previewProgram({ directory });
      assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
      const marked = await withCredentialsMarked(preview.snapshot);
      const saved = writeSnapshot(marked, credentialOf);
      const again = readSnapshot(saved);
      assert.ok("snapshot" in again);
      const keys = [];
      for (const snapshot of [preview.snapshot, again.snapshot]) {
        const { findings } = await judgeSnapshot(snapshot, { settings: defaultSettings, rules });
        const shared = findings.filter(({ rule }) => rule === "no-shared-secret");
        assert.ok(shared.length > 0, JSON.stringify(findings));
        keys.push([...new Set(shared.map(({ configuration }) => configuration))].join());
      }
      return { keys, saved };
    });
  }

  const clear = "Zq7xK2vM9pLw4RtB";
  const cipher = `{ secure: "v1:abcdefgh:ijklmnop" }`;
  for (const [read, text, file, key] of [
    [`config.requireSecret("crm")`, "encrypted", `desk:crm: ${cipher}`, "desk:crm"],
    [`config.require("crm")`, "encrypted", `desk:crm: ${cipher}`, "desk:crm"],
    [`config.requireSecret("crm")`, "clear", `desk:crm: ${clear}`, "desk:crm"],
    [`config.require("crm")`, "clear", `desk:crm: ${clear}`, "desk:crm"],
    [
      `config.requireObject("crm").a.key`,
      "within, clear",
      `desk:crm: { a: { key: ${clear} } }`,
      "desk:crm.a.key",
    ],
    [
      `config.requireObject("crm")[1]`,
      "within, encrypted",
      `desk:crm: [x, ${cipher}]`,
      "desk:crm[1]",
    ],
    [
      `config.requireSecretObject("crm").apply((c) => c.key)`,
      "within, clear",
      `desk:crm: { key: ${clear} }`,
      "desk:crm.key",
    ],
    // What an object has that is encrypted as a whole is not known.
    [
      `config.requireSecretObject("crm").apply((c) => c.key)`,
      "encrypted as a whole",
      `desk:crm: ${cipher}`,
      "",
    ],
    [`"${clear}x"`, "another", `desk:crm: ${clear}`, ""],
  ] as const) {
    it(`has a key that is ${text}, read by ${read}, also saved`, async () => {
      const { keys, saved } = await named(read, `config:\n  ${file}\n`);
      assert.deepEqual(keys, [key, key]);
      assert.doesNotMatch(JSON.stringify((JSON.parse(saved) as Snapshot).configuration), /Zq7xK2/);
    });
  }
});
