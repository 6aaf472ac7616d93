import assert from "node:assert/strict";
import { withCredentialsMarked } from "../../cli/masked-snapshot";
import type { Resource } from "../../core/snapshot/resource";
import { Secret, Unknown, type ValueRecord } from "../../core/snapshot/value";

const password = "k3Vn8Qz1Lw7Rt5Yx";
const base64 = (text: string): string => Buffer.from(text).toString("base64");

function resourceWith(inputs: ValueRecord): Resource {
  return {
    urn: "urn:pulumi:dev::desk::example:index:Thing::thing",
    type: "example:index:Thing",
    name: "thing",
    custom: true,
    inputs,
    dependencies: [],
    propertyDependencies: {},
  };
}

async function marked(inputs: ValueRecord): Promise<ValueRecord | undefined> {
  const snapshot = { project: "desk", stack: "dev", resources: [resourceWith(inputs)], notes: [] };
  const { resources } = await withCredentialsMarked(snapshot);
  return resources[0]?.inputs;
}

describe("marking credentials in a snapshot", () => {
  const credentials: readonly (readonly [string, ValueRecord, ValueRecord])[] = [
    ["under a name that says so", { dbPassword: password }, { dbPassword: new Secret(password) }],
    [
      "in a pair of name and value",
      { env: [{ name: "CRM_API_KEY", value: password }] },
      { env: [{ name: "CRM_API_KEY", value: new Secret(password) }] },
    ],
    ["after a flag", { args: ["--token", password] }, { args: ["--token", new Secret(password)] }],
    ["in a flag", { args: [`--token=${password}`] }, { args: [new Secret(`--token=${password}`)] }],
    [
      "in base64",
      { userData: base64(`export DB_PASSWORD=${password}\n`) },
      { userData: new Secret(base64(`export DB_PASSWORD=${password}\n`)) },
    ],
    [
      "in JSON",
      {
        containerDefinitions: JSON.stringify([
          { environment: [{ name: "API_TOKEN", value: password }] },
        ]),
      },
      {
        containerDefinitions: new Secret(
          JSON.stringify([{ environment: [{ name: "API_TOKEN", value: password }] }]),
        ),
      },
    ],
  ];
  for (const [where, before, after] of credentials) {
    it(`marks one ${where}`, async () => {
      const found = await marked(before);
      assert.deepEqual(reveal(found), reveal(after));
    });
  }

  it("leaves everything else as it is", async () => {
    const inputs: ValueRecord = {
      name: "triage",
      env: [{ name: "LOG_LEVEL", value: "debug" }],
      args: ["--verbose", "serve"],
      policy: JSON.stringify({ Statement: [{ Effect: "Allow", Action: "s3:GetObject" }] }),
      notJson: "{broken",
      replicas: 2,
      ready: true,
      none: null,
      arn: new Unknown(["urn:x"]),
      hidden: new Secret("x"),
    };
    assert.deepEqual(reveal(await marked(inputs)), reveal(inputs));
  });
});

/** Secrets as what they are and hold, so that they can be compared. */
function reveal(value: unknown): unknown {
  if (value instanceof Secret) return { secret: reveal(value.revealForComparison()) };
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null || value instanceof Unknown) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, reveal(one)]));
}
