import assert from "node:assert/strict";
import { isCredentialName } from "../../policy-pack/domain/secrets/name";
import { previewProgram } from "../../engine";
import { withFolder } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));
const program = [
  `const { Config } = require(${sdk});`,
  `const config = new Config();`,
  `for (const key of ["apiKey", "apiKey", "replicas", "session-secret"]) config.get(key);`,
  `new Config("acme").getSecret("token");`,
  "",
].join("\n");

/** The parts that were not judged, by their notes. */
async function notesOf(
  environment: string,
  config: Readonly<Record<string, string>> = {},
): Promise<readonly (readonly [string, string])[]> {
  let notes: readonly (readonly [string, string])[] = [];
  await withFolder(
    {
      "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
      "Pulumi.dev.yaml": environment,
      "index.js": program,
    },
    async (directory) => {
      const preview = await previewProgram({ directory, config, isCredentialName });
      assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
      notes = preview.snapshot.notes.map(({ kind, message }) => [kind, message]);
    },
  );
  return notes;
}

const unread: readonly [string, string] = [
  "not-read",
  "the `environment` of stack `dev` lives in a service and was not read",
];

function unproven(key: string): readonly [string, string] {
  return [
    "unrendered",
    `what rests on configuration \`${key}\`, which has no value; the \`environment\` of stack \`dev\` may have it, and was not read: give it with --config ${key}=VALUE`,
  ];
}

describe("configuration that a program lacks", () => {
  inProgramHost();

  it("is reported where its name is a credential's, and the environment of the stack may have it", async () => {
    assert.deepEqual(await notesOf("environment: [desk]\n"), [
      unread,
      unproven("desk:apiKey"),
      unproven("desk:session-secret"),
    ]);
  });

  it("is settled by giving it", async () => {
    assert.deepEqual(await notesOf("environment: [desk]\n", { apiKey: "k" }), [
      unread,
      unproven("desk:session-secret"),
    ]);
  });

  it("is absent where nothing else may have it", async () => {
    assert.deepEqual(await notesOf("config: {}\n"), []);
  });
});
