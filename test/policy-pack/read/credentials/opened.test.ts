import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { credentialsIn } from "../../../../policy-pack/domain/secrets/hits";
import { credentialsInParts } from "../../../../policy-pack/domain/secrets/known-part";
import { packedTextsIn, problemsIn } from "../../../../policy-pack/domain/secrets/pieces";
import { createDetector } from "../../../../policy-pack/read/credentials";
import { Unknown } from "../../../../core/snapshot/value";
import { base64, fakes } from "./fakes";

const url64 = (text: string): string => Buffer.from(text).toString("base64url");
const gzip = (text: string): string => gzipSync(text).toString("base64");
const json = (text: string): string => JSON.stringify({ desk: text });
const indented = (text: string): string => text.replaceAll(/^/gm, "    ");

/** How a text can be packed that is more than a value: a file, a document. */
const wraps: Readonly<Record<string, (text: string) => string>> = {
  nothing: (text) => text,
  base64: base64,
  "base64 with line breaks": (text) => base64(text).replaceAll(/.{20}/g, "$&\n"),
  "base64 twice": (text) => base64(base64(text)),
  "base64 three times": (text) => base64(base64(base64(text))),
  "base64 for URLs": url64,
  "a data URL": (text) => `data:application/json;base64,${base64(text)}`,
  gzip,
  "gzip in base64": (text) => base64(gzip(text)),
  "gzip twice": (text) => gzip(gzip(text)),
  JSON: json,
  "JSON in JSON": (text) => json(json(text)),
  "JSON in JSON in JSON": (text) => json(json(json(text))),
  "base64 in JSON": (text) => json(base64(text)),
  "JSON in base64 in JSON": (text) => json(base64(json(text))),
  "base64 in a setting": (text) => `config=${base64(text)}`,
  "gzip in YAML": (text) => `config: ${gzip(text)}\nname: desk\n`,
  "binary YAML": (text) =>
    `config: !!binary |\n${indented(base64(text).replaceAll(/.{60}/g, "$&\n"))}\nname: desk\n`,
  "an archive of MIME": (text) =>
    `Content-Type: multipart/mixed; boundary="==d=="\n\n--==d==\nContent-Type: text/plain\n\n${base64(text)}\n--==d==--\n`,
  "a block of YAML": (text) => `config: |\n${indented(text)}\nname: desk\n`,
};

/** How a value is written under a name. */
const values: Readonly<Record<string, (value: string) => string>> = {
  "a setting": (value) => `DB_PASSWORD=${value}`,
  JSON: (value) => JSON.stringify({ host: "db", dbPassword: value }),
  "indented JSON": (value) => JSON.stringify({ host: "db", dbPassword: value }, undefined, 2),
  "JSON with the value on the next line": (value) => `{\n  "dbPassword":\n      "${value}"\n}`,
  YAML: (value) => `host: db\ndbPassword: ${value}\n`,
  "YAML with the value on the next line": (value) =>
    `host: db\ndbPassword:\n    ${value}\nport: 1\n`,
  "YAML with the quoted value far below": (value) =>
    `db:\n      dbPassword:\n\n             "${value}"\n`,
  "a literal block": (value) => `host: db\ndbPassword: |\n  ${value}\nport: 1\n`,
  "a stripped block": (value) => `dbPassword: |-\n  ${value}\n`,
  "a kept block with its indentation": (value) => `dbPassword: |2+\n  ${value}\n\nport: 1\n`,
  "a folded block": (value) => `db:\n  dbPassword: >\n    ${value}\n  port: 1\n`,
  "a stripped folded block": (value) => `dbPassword: >- # comment\n  ${value}`,
  "a block in a list": (value) => `- name: db\n  dbPassword: |\n    ${value}\n`,
  "a multi-line text of TOML": (value) => `host = "db"\ndb_password = """\n${value}"""\nport = 1\n`,
  "a multi-line literal of TOML": (value) => `db_password = '''${value}'''\n`,
  "a continued text of TOML": (value) => `db_password = """\\\n    ${value}\\\n    """\n`,
  "a keyword argument": (value) => `client = Desk(db_password="${value}")`,
  "a keyword argument in other quotes": (value) => `return Desk(db_password='${value}')`,
  "a keyword argument on a line": (value) =>
    `desk = Desk(\n    host,\n    db_password="${value}",\n)`,
  "a second keyword argument": (value) => `Desk(host="db", db_password = "${value}")`,
};

const value = "gT5vQ2mB8xW1zK4p";
/** Texts that in its place are no credential. */
const noValues = [
  "${DB_PASSWORD}",
  "changeme-please",
  "<password>",
  "xxxxxxxxxxxx",
  "/run/secrets/db",
];

/** Texts of which each has a credential by its form, and near misses of them. */
const forms: readonly (readonly [text: string, miss: string])[] = [
  [fakes.github, fakes.github.slice(0, 12)],
  [
    fakes.privateKey,
    "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----",
  ],
  ["postgres://app:gT5vQ2mB8xW1@db:5432/desk", "postgres://app:${PASSWORD}@db:5432/desk"],
  ["curl -u desk:gT5vQ2mB8xW1 https://crm.acme.com", "curl -u desk:$TOKEN https://crm.acme.com"],
];

async function foundIn(text: string, under?: string): Promise<readonly string[]> {
  const detector = createDetector();
  await detector.prepare([text]);
  return credentialsIn(text, under, detector.credentialIn).map((hit) => hit.text);
}

describe("values that are opened before they are judged", () => {
  for (const [wrap, wrapped] of Object.entries(wraps)) {
    for (const [form, written] of Object.entries(values)) {
      it(`are found as ${form} in ${wrap}, and are none where they are none`, async () => {
        assert.deepEqual([...new Set(await foundIn(wrapped(written(value))))], [value]);
        for (const none of noValues) assert.deepEqual(await foundIn(wrapped(written(none))), []);
      });
    }

    it(`are found by their form in ${wrap}, and none where the form is another`, async () => {
      for (const [text, miss] of forms) {
        assert.notDeepEqual(await foundIn(wrapped(text)), [], text);
        assert.deepEqual(await foundIn(wrapped(miss)), [], miss);
      }
    });

    it(`are found around an unknown part, in ${wrap}`, () => {
      const detector = createDetector();
      const open = new Unknown([]);
      const inner = wrapped(`DB_PASSWORD=${value}`);
      for (const parts of [
        [`{"config":${JSON.stringify(inner)},"host":"`, open, '"}'],
        ['{"host":"', open, `","config":${JSON.stringify(inner)}}`],
        ["host: ", open, `\nconfig: ${JSON.stringify(inner)}\n`],
      ]) {
        const hits = credentialsInParts(parts, undefined, detector.credentialIn);
        assert.deepEqual([...new Set(hits.map((hit) => hit.text))], [value]);
      }
    });
  }
});

describe("texts that are packed", () => {
  it("are each text in a package, and none in a text without", () => {
    assert.deepEqual(packedTextsIn(`config: ${base64(json("desk and more"))}`), [
      json("desk and more"),
    ]);
    assert.deepEqual(packedTextsIn("config: desk"), []);
    assert.deepEqual(packedTextsIn("desk"), []);
  });

  it("are a key of a kubeconfig, in a variable, and of an argument in code, but no certificate", async () => {
    const certificate = fakes.privateKey.replaceAll("PRIVATE KEY", "CERTIFICATE");
    const config = (key: string): string =>
      `apiVersion: v1\nkind: Config\nusers:\n- name: desk\n  user:\n    client-certificate-data: ${base64(certificate)}\n    client-key-data: ${base64(key)}\n`;
    for (const written of [
      config,
      (key: string) => base64(config(key)),
      (key: string) => `TLS_KEY="${key}"\nNAME=desk`,
      (key: string) => `export TLS_KEY='${key.replaceAll("\n", "\\n")}'`,
      (key: string) => JSON.stringify({ tls: { key } }),
      (key: string) => `Desk(host, key="""${key}""")`,
    ]) {
      assert.equal((await foundIn(written(fakes.privateKey))).length, 1);
      assert.deepEqual(await foundIn(written(certificate)), []);
    }
  });

  it("are no credential in a call that has its value from elsewhere", async () => {
    for (const call of [
      'OpenAI(api_key=os.environ["OPENAI_API_KEY"])',
      "OpenAI(base_url=url, api_key=settings.openai_api_key)",
      'client = OpenAI(api_key=get_secret("openai"))',
      'OpenAI(api_key="EMPTY")',
      'getenv(name="OPENAI_API_KEY")',
      'f(token_type="bearer-tokens-9")',
      'secret = Client(project="desk-9182-prod")',
    ]) {
      assert.deepEqual(await foundIn(call), [], call);
    }
    assert.deepEqual(await foundIn(`OpenAI(base_url="http://x", api_key="${value}")`), [value]);
  });
});

describe("packages beyond the bounds", () => {
  const times = (count: number, text: string): string =>
    Array.from({ length: count }).reduce<string>((inner) => base64(inner), text);
  const many = (count: number): string =>
    Array.from(
      { length: count },
      (_, index) => `c${index}: ${base64(`desk and more ${index}`)}`,
    ).join("\n");
  const bomb = gzip("a".repeat(64 * 1_048_576));
  const large = (count: number): string =>
    Array.from({ length: count }, (_, index) => `c: ${gzip(`desk${index}`.repeat(200_000))}`).join(
      "\n",
    );

  for (const [what, beyond, within, problem] of [
    ["deep", times(9, `A=${value}`), times(8, `A=${value}`), "is packed more than 8 times"],
    ["many", many(1_001), many(1_000), "has more than 1,000 packed texts"],
    ["long", large(5), large(4), "has packed texts of more than 4,194,304 characters"],
    ["a bomb", bomb, gzip("a".repeat(1_048_576)), "is compressed and cannot be read"],
    [
      "a bomb in base64",
      `config: ${base64(bomb)}`,
      `config: ${gzip("a")}`,
      "is compressed and cannot be read",
    ],
    ["broken", gzip("desk").slice(0, -8), gzip("desk"), "is compressed and cannot be read"],
  ] as const) {
    it(`are named where they are too ${what}, in time, and not where they are just within`, () => {
      const started = process.hrtime.bigint();
      assert.deepEqual(problemsIn(beyond), [problem]);
      assert.deepEqual(problemsIn(within), []);
      assert.ok(Number(process.hrtime.bigint() - started) / 1e6 < 10_000);
    });
  }

  it("are read up to the bounds", async () => {
    assert.deepEqual(await foundIn(times(8, `DB_PASSWORD=${value}`)), [value]);
    assert.deepEqual(await foundIn(`DB_PASSWORD=${value}\nconfig=${bomb}`), [value]);
  });

  it("are decoded up to an unknown part, and no credential that goes on there counts", () => {
    const { credentialIn } = createDetector();
    const open = new Unknown([]);
    const known = `DB_PASSWORD=${value}\nhost=desk`;
    for (const packed of [
      base64(`${known}-and-more`),
      url64(`${known}-and-more`),
      base64(base64(`${known}-and-more`)),
    ]) {
      const cut = packed.slice(0, Math.ceil(packed.length * 0.8));
      const hits = credentialsInParts([cut, open], undefined, credentialIn);
      assert.deepEqual(
        hits.map((hit) => hit.text),
        [value],
      );
    }
    const compressed = gzip(`${known}${"0123456789abcdef".repeat(40)}`);
    const within = base64(`host=desk\nDB_PASSWORD=${value}`).slice(0, 28);
    assert.deepEqual(credentialsInParts([within, open], undefined, credentialIn), []);
    assert.doesNotThrow(() =>
      credentialsInParts([compressed.slice(0, 40), open], undefined, credentialIn),
    );
  });
});
