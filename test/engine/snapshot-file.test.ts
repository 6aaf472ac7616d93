import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import type { Resource, Snapshot } from "../../core/snapshot/resource";
import {
  LeftOut,
  PartialText,
  Secret,
  Unknown,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { readManifests, readSnapshot, writeSnapshot } from "../../engine";
import { resource } from "../support/resources";
import { snapshotOf, withFolder } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const SCHEMA = join(__dirname, "../../docs/snapshot.schema.json");
const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(
  JSON.parse(readFileSync(SCHEMA, "utf8")) as object,
);

describe("a snapshot file", () => {
  inProgramHost();

  it("is the golden one, by the published schema", async () => {
    const snapshot = await snapshotOf("simple");
    // Registration order is the program's, and not stable.
    const resources = [...snapshot.resources].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    const written = writeSnapshot({ ...snapshot, resources });
    const golden = join(__dirname, "snapshots/simple.snapshot");
    if (process.env["UPDATE_GOLDENS"] === "1") writeFileSync(golden, written);
    assert.equal(written, readFileSync(golden, "utf8"));
    assert.ok(validate(JSON.parse(written)), JSON.stringify(validate.errors));
  });

  it("has no secret's value, and shows which are equal", () => {
    const canary = "canary-that-nobody-may-see";
    const written = writeSnapshot(
      of({
        token: new Secret(canary),
        again: new Secret({ nested: [canary, 4711, null] }),
        other: new Secret("another canary"),
        inner: { deep: [new Secret({ secret: new Secret(canary) })] },
      }),
    );
    assert.ok(!/canary|4711/.test(written), written);
    assert.deepEqual(inputsIn(written), {
      token: new LeftOut(1, true),
      again: new Secret({ nested: [new LeftOut(1, false), new LeftOut(2, false), null] }),
      other: new LeftOut(3, true),
      inner: { deep: [new Secret({ secret: new LeftOut(1, false) })] },
    });
    const again = inputsIn(written)["again"];
    assert.ok(again instanceof Secret);
    assert.deepEqual(again.revealForComparison(), {
      nested: [new LeftOut(1, false), new LeftOut(2, false), null],
    });
  });

  it("is the same once it was read and is written again", () => {
    const written = writeSnapshot({
      ...of({}),
      resources: [
        resource("kubernetes:core/v1:Secret", "crm", {
          stringData: { token: new Secret("canary", true), marked: new Secret("canary") },
          other: new Secret({ nested: ["canary in a list", 7] }),
        }),
      ],
    });
    const read = readSnapshot(written);
    assert.ok("snapshot" in read, JSON.stringify(read));
    assert.equal(writeSnapshot(read.snapshot), written);
  });

  it("has no clear text of a Kubernetes Secret, and still shows what is shared", () =>
    withFolder(
      {
        "secrets.yaml": ["a", "b"]
          .map(
            (name) =>
              `apiVersion: v1\nkind: Secret\nmetadata: { name: ${name} }\nstringData: { token: canary-in-yaml, user: ${name} }\n`,
          )
          .join("---\n"),
      },
      (folder) => {
        const manifests = readManifests([folder]);
        assert.ok(manifests.kind === "snapshot");
        const written = writeSnapshot(manifests.snapshot);
        assert.ok(!written.includes("canary"), written);
        const read = readSnapshot(written);
        assert.ok("snapshot" in read, JSON.stringify(read));
        assert.deepEqual(
          read.snapshot.resources.map(({ inputs }) => inputs["stringData"]),
          [
            { token: new LeftOut(1, false), user: new LeftOut(2, false) },
            { token: new LeftOut(1, false), user: new LeftOut(3, false) },
          ],
        );
      },
    ));

  it("has no value of secrets, and restores it in plain text where the program has it so", () => {
    const stringData = { token: new Secret("canary", true), marked: new Secret("canary") };
    const oauth2 = { slackOauth2ProviderConfig: { clientId: "desk", clientSecret: "canary" } };
    const written = writeSnapshot({
      ...of({}),
      resources: [
        resource("kubernetes:core/v1:Secret", "crm", { stringData }),
        resource(
          "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
          "crm",
          { oauth2ProviderConfig: oauth2 },
        ),
      ],
    });
    assert.ok(!written.includes("canary"), written);
    const read = readSnapshot(written);
    assert.ok("snapshot" in read, JSON.stringify(read));
    assert.deepEqual(
      read.snapshot.resources.map(({ inputs }) => inputs),
      [
        { stringData: { token: new LeftOut(1, false), marked: new LeftOut(1, true) } },
        {
          oauth2ProviderConfig: {
            slackOauth2ProviderConfig: { clientId: "desk", clientSecret: new LeftOut(1, false) },
          },
        },
      ],
    );
  });

  it("gives back what was written, whatever the values, by the published schema", () => {
    const plain: fc.Arbitrary<Value> = fc.letrec<{ value: Value }>((tie) => ({
      value: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.integer(),
        fc.string(),
        fc.constant("redacted-1"),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.oneof(fc.string(), fc.constantFrom("$agentid", "__proto__", "value")),
          tie("value"),
          {
            maxKeys: 3,
            noNullPrototype: true,
          },
        ),
        fc
          .tuple(
            fc.array(fc.constantFrom("urn:a", "urn:b"), { maxLength: 2 }),
            fc.boolean(),
            fc.constantFrom(undefined, "arn"),
          )
          .map(([urns, secret, output]) => new Unknown(urns, secret, output)),
        fc.tuple(fc.string(), fc.boolean(), fc.string()).map(([before, secret, after]) => {
          return new PartialText([before, new Unknown(["urn:a"], secret), after]);
        }),
      ),
    })).value;
    fc.assert(
      fc.property(fc.dictionary(fc.string(), plain, { noNullPrototype: true }), (inputs) => {
        const written = writeSnapshot(of(inputs));
        assert.ok(validate(JSON.parse(written)), JSON.stringify(validate.errors));
        assert.deepEqual(inputsIn(written), inputs);
      }),
    );
  });

  const hostile: readonly (readonly [string, string, string])[] = [
    ["is no JSON", "{", "the snapshot is not JSON"],
    ["is no object", "[]", "the snapshot is no object"],
    [
      "has another version",
      '{"formatVersion":2}',
      "the snapshot has another format version; 1 is read",
    ],
    [
      "has a version that cannot be shown",
      '{"formatVersion":{"toString":1,"valueOf":1}}',
      "the snapshot has another format version; 1 is read",
    ],
    ["has no resources", '{"formatVersion":1}', "`resources` is no list"],
    [
      "has a resource without a URN",
      snapshotText('{"type":"t"}'),
      "`custom` of resource 0 is no boolean",
    ],
    [
      "has two resources of one URN",
      snapshotText(`${resourceText("{}")},${resourceText("{}")}`),
      "two resources have the URN `urn:r`",
    ],
    [
      "has a tag nobody knows",
      snapshotText(resourceText('{"a":{"$agentid":"function"}}')),
      "`inputs` of resource 0 has an unknown tag",
    ],
    [
      "has an unknown that waits for no URNs",
      snapshotText(resourceText('{"a":{"$agentid":"unknown","dependsOn":[1]}}')),
      "an unknown in `inputs` of resource 0 waits for what is no list of URNs",
    ],
    [
      "has an unknown that is an output without a name",
      snapshotText(resourceText('{"a":{"$agentid":"unknown","output":1}}')),
      "an unknown in `inputs` of resource 0 is an output that is no text",
    ],
    ...["1", "[]", "[1]", '[{"$agentid":"secret","value":"a"}]'].map(
      (parts): (typeof hostile)[number] => [
        `has an unknown with the parts ${parts}`,
        snapshotText(resourceText(`{"a":{"$agentid":"unknown","parts":${parts}}}`)),
        "an unknown in `inputs` of resource 0 has parts that are no list of texts and unknowns",
      ],
    ),
    [
      "is nested 100,000 deep",
      snapshotText(resourceText(`{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`)),
      "`inputs` of resource 0 is nested deeper than 512 levels",
    ],
    [
      "has a note of no kind",
      '{"formatVersion":1,"project":"p","stack":"s","resources":[],"notes":[{"kind":"x"}]}',
      "`kind` of note 0 is none of `opaque-component`, `unanswered-function`, `not-read`, `manifest`",
    ],
  ];
  for (const [what, text, problem] of hostile) {
    it(`is refused with one sentence when it ${what}`, () => {
      const read = readSnapshot(text);
      assert.ok("problem" in read, "it was read");
      assert.ok(read.problem.startsWith(problem), read.problem);
    });
  }

  it("cannot change a prototype", () => {
    const text = snapshotText(
      resourceText('{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}'),
    );
    const inputs = inputsIn(text);
    assert.deepEqual(Object.keys(inputs), ["__proto__", "a"]);
    assert.equal(Object.getPrototypeOf(inputs), Object.prototype);
    assert.equal((inputs["a"] as { polluted?: unknown }).polluted, undefined);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  });
});

function of(inputs: ValueRecord): Snapshot {
  const resource: Resource = {
    urn: "urn:r",
    type: "t",
    name: "r",
    custom: true,
    inputs,
    dependencies: [],
    propertyDependencies: {},
  };
  return { project: "p", stack: "s", resources: [resource], notes: [] };
}

function inputsIn(text: string): ValueRecord {
  const read = readSnapshot(text);
  assert.ok("snapshot" in read, JSON.stringify(read));
  return read.snapshot.resources[0]!.inputs;
}

function snapshotText(resources: string): string {
  return `{"formatVersion":1,"project":"p","stack":"s","resources":[${resources}],"notes":[]}`;
}

function resourceText(inputs: string): string {
  return `{"urn":"urn:r","type":"t","name":"r","custom":true,"inputs":${inputs},"dependencies":[],"propertyDependencies":{}}`;
}
