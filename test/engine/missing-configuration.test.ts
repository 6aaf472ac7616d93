import assert from "node:assert/strict";
import { isCredentialName } from "../../policy-pack/domain/secrets/name";
import { recordable, type MissingAnswer } from "../../engine/providers/functions/missing-answers";
import { previewProgram } from "../../engine";
import { inProgramHost } from "../support/program-host";
import { withFolder } from "./support/programs";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));

/** What comes of a program with this configuration: the lines of the reason, or the number of its resources. */
function previewed(
  code: readonly string[],
  stackFile = "config: {}\n",
  missing: MissingAnswer[] = [],
): Promise<readonly string[] | number> {
  const files = {
    "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
    "Pulumi.dev.yaml": stackFile,
    "index.js": [
      `const { Config, ComponentResource, runtime } = require(${sdk});`,
      "const config = new Config();",
      ...code,
      "",
    ].join("\n"),
  };
  return withFolder(files, async (directory) => {
    const preview = await previewProgram({
      directory,
      isCredentialName,
      onMissingAnswers: (calls) => missing.push(...calls),
    });
    return preview.kind === "snapshot"
      ? preview.snapshot.resources.length
      : preview.reason.split("\n");
  });
}

const everyForm = [
  'const name = config.require("name").toUpperCase();',
  'for (let at = 0; at < config.requireNumber("replicas"); at++) new ComponentResource("a:b:C", name + at, {});',
  'if (config.requireBoolean("isPublic")) throw new Error("not reached");',
  'const { region, zones } = config.requireObject("network");',
  'for (const team of config.requireObject("teams")) throw new Error("not reached");',
  'config.requireObject("tenants").map(({ name }) => name).join();',
  'const token = config.requireSecret("token").apply((text) => text.length);',
  'config.require("dbPassword");',
  'new Config("aws").require("region");',
  'new ComponentResource("a:b:C", "last", { token, region, zones });',
];

const everyBlock = [
  "config:",
  '  desk:name: "<text>" # index.js:3:21',
  '  desk:replicas: "<number>" # index.js:4:30',
  '  desk:isPublic: "<boolean>" # index.js:5:12',
  '  desk:network: "<object>" # index.js:6:34',
  '  desk:teams: "<object>" # index.js:7:27',
  '  desk:tenants: "<object>" # index.js:8:8',
  '  desk:token: { secure: "<pulumi config set --secret desk:token>" } # index.js:9:22',
  '  desk:dbPassword: { secure: "<pulumi config set --secret desk:dbPassword>" } # index.js:10:8',
  '  aws:region: "<text>" # index.js:11:19',
];

describe("configuration that a program requires and that is missing", () => {
  inProgramHost();

  it("is reported all at once with its form, as a block for the stack's file", async () => {
    assert.deepEqual(await previewed(everyForm), [
      "index.js:3:21: 9 configuration values are missing; put this into Pulumi.dev.yaml and replace the other `<…>`; " +
        "leave each `secure` as it is and make up no secret: agentid reads none, and Pulumi asks for it when it deploys",
      ...everyBlock,
    ]);
  });

  it("is missing as long as a placeholder of that block is not replaced, except secrets", async () => {
    const lines = await previewed(everyForm, `${everyBlock.join("\n")}\n`);
    assert.deepEqual(
      Array.isArray(lines) && lines.slice(1),
      everyBlock.filter((line) => !line.includes("secure")),
    );
  });

  it("is complete once that block has values", async () => {
    const values = everyBlock
      .join("\n")
      .replaceAll('"<text>"', "eu-west-1")
      .replace('"<number>"', "2")
      .replace('"<boolean>"', "false")
      .replace('"<object>"', "{ region: eu-west-1, zones: [] }")
      .replaceAll('"<object>"', "[]");
    assert.equal(await previewed(everyForm, `${values}\n`), 4);
  });

  it("is one sentence where it is one plain text", async () => {
    assert.deepEqual(await previewed(['config.require("name");', 'config.get("other");']), [
      "index.js:3:8: configuration `desk:name` is missing; give it with --config desk:name=VALUE or in the stack's file",
    ]);
  });

  it("is never a value to invent where it is one secret", async () => {
    assert.deepEqual(await previewed(['config.requireSecret("token");']), [
      "index.js:3:8: configuration `desk:token` is missing; put this into Pulumi.dev.yaml; " +
        "leave each `secure` as it is and make up no secret: agentid reads none, and Pulumi asks for it when it deploys",
      "config:",
      '  desk:token: { secure: "<pulumi config set --secret desk:token>" }',
    ]);
  });

  it("is reported with what stops the program in spite of placeholders", async () => {
    assert.deepEqual(
      await previewed([
        'if (config.require("size").length > 2) throw new Error(`no such size`);',
        'config.require("name");',
      ]),
      [
        "index.js:3:12: configuration `desk:size` is missing; give it with --config desk:size=VALUE or in the stack's file",
        "with placeholders for it the program stopped, so more may be missing: index.js:3:46: the program threw `no such size`",
      ],
    );
  });

  it("is reported with the answers that are missing, which contain no placeholder", async () => {
    const missing: MissingAnswer[] = [];
    const code = [
      'const name = config.require("role");',
      'runtime.invoke("aws:iam/getRole:getRole", { name }).catch(() => {});',
      'runtime.invoke("aws:iam/getUser:getUser", { name: "reader" }).catch(() => {});',
      'config.require("name");',
    ];
    const lines = await previewed(code, undefined, missing);
    assert.deepEqual(Array.isArray(lines) && lines.slice(1), [
      "config:",
      '  desk:role: "<text>" # index.js:3:21',
      '  desk:name: "<text>" # index.js:6:8',
    ]);
    assert.deepEqual(
      recordable(missing, __dirname)
        .split("\n")
        .filter((line) => /token|args/.test(line)),
      [
        '  - token: "aws:iam/getRole:getRole"',
        '  - token: "aws:iam/getUser:getUser"',
        '    args: {"name":"reader"}',
      ],
    );
  });

  it("is no matter where the program expects that", async () => {
    const code = [
      'try { config.require("name"); } catch {}',
      'new ComponentResource("a:b:C", "x", {});',
    ];
    assert.equal(await previewed(code), 2);
  });
});

describe("configuration that a program in YAML declares and that is missing", () => {
  it("is reported all at once with its declared type", async () => {
    const program = [
      "name: desk",
      "runtime: yaml",
      "config:",
      "  name: { type: string }",
      "  replicas: { type: integer }",
      "  isPublic: { type: boolean }",
      "  teams: { type: array, items: { type: string } }",
      "  key: { type: string, secret: true }",
      "  dbPassword: { type: string }",
      "  zone: { type: string, default: a }",
      "  given: { type: string }",
      "outputs: { name: '${name}' }",
      "",
    ];
    const files = {
      "Pulumi.yaml": program.join("\n"),
      "Pulumi.prod.yaml": "config: { given: a }\n",
    };
    await withFolder(files, async (directory) => {
      const preview = await previewProgram({ directory, isCredentialName });
      assert.ok(preview.kind === "could-not-run", JSON.stringify(preview));
      assert.deepEqual(preview.reason.split("\n"), [
        "Pulumi.yaml:4:3: 6 configuration values are missing; put this into Pulumi.prod.yaml and replace the other `<…>`; " +
          "leave each `secure` as it is and make up no secret: agentid reads none, and Pulumi asks for it when it deploys",
        "config:",
        '  desk:name: "<text>" # Pulumi.yaml:4:3',
        '  desk:replicas: "<number>" # Pulumi.yaml:5:3',
        '  desk:isPublic: "<boolean>" # Pulumi.yaml:6:3',
        '  desk:teams: "<object>" # Pulumi.yaml:7:3',
        '  desk:key: { secure: "<pulumi config set --secret desk:key>" } # Pulumi.yaml:8:3',
        '  desk:dbPassword: { secure: "<pulumi config set --secret desk:dbPassword>" } # Pulumi.yaml:9:3',
      ]);
    });
  });
});
