import assert from "node:assert/strict";
import fc from "fast-check";
import { Secret, Unknown, type Value } from "../../../../core/snapshot/value";
import { Masks } from "../../../../policy-pack/facts/masks";
import { markedNames } from "../../../../policy-pack/read/marked-names";
import { awsReaders } from "../../../../policy-pack/read/aws";
import { contextOf } from "./reading";
import { resource } from "../../../support/resources";
import { runs } from "../../../support/runs";

const types = awsReaders.flatMap((reader) => reader.types);
const properties = [
  "name",
  "role",
  "roles",
  "user",
  "userName",
  "policy",
  "policyArn",
  "assumeRolePolicy",
  "inlinePolicies",
  "managedPolicyArns",
  "permissionsBoundary",
  "path",
  "tags",
  "tagSpecifications",
  "url",
  "environment",
  "environmentVariables",
  "sourceConfiguration",
  "instanceConfiguration",
  "containerDefinitions",
  "family",
  "taskRoleArn",
  "iamInstanceProfile",
  "userData",
  "userDataBase64",
  "launchTemplate",
  "clusterName",
  "namespace",
  "serviceAccount",
  "roleArn",
  "secretId",
  "secretString",
  "type",
  "value",
  "serviceName",
];

/** Properties whose value is no name. */
const values = new Set([
  "environment",
  "environmentVariables",
  "userData",
  "secretString",
  "value",
]);

const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom<Value>(null, true, 7, "", "x", "[]", "{}", '[{"environment":7,"secrets":[1]}]'),
    fc.string(),
    fc.constantFrom(
      "arn:aws:iam::111122223333:role/x",
      "arn:::::",
      "arn:aws:secretsmanager:::secret:",
    ),
    fc.constant(new Unknown(["urn:x", ""])),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.constantFrom("a", "__proto__", "variables", "policy", "arn", "tags"),
      tie("value"),
      { maxKeys: 3 },
    ),
    tie("value").map((inner) => new Secret(inner)),
  ),
}));

const nested = (depth: number): Value => {
  let inner: Value = "x";
  for (let level = 0; level < depth; level += 1) inner = level % 2 === 0 ? [inner] : { a: inner };
  return inner;
};

function readAll(inputs: Readonly<Record<string, Value>>): void {
  for (const type of types) {
    const reader = awsReaders.find((candidate) => candidate.types.includes(type));
    const facts = [...(reader?.read(resource(type, "x", inputs), contextOf()) ?? [])];
    assert.ok(facts.every((fact) => fact.at.urn.endsWith("::x")));
  }
}

describe("the AWS readers on hostile input", () => {
  it("never throw, whatever value is where", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...properties), value, { maxKeys: 8 }),
        (inputs) => {
          readAll(inputs);
        },
      ),
      { numRuns: runs(75, 300) },
    );
  });

  it("survive depth, size and the keys of prototypes", () => {
    const huge = "A".repeat(10_000_000);
    const texts: readonly Value[] = [
      nested(10_000),
      huge,
      `${'{"a":['.repeat(5_000)}7${"]}".repeat(5_000)}`,
      "[".repeat(100_000),
    ];
    for (const text of texts) {
      for (const property of [
        "assumeRolePolicy",
        "containerDefinitions",
        "userData",
        "secretString",
        "tags",
      ]) {
        readAll({ [property]: text });
      }
    }
    readAll(
      JSON.parse('{"__proto__":{"name":"x"},"tags":{"__proto__":{"a":"b"}}}') as Record<
        string,
        Value
      >,
    );
  });

  it("never put a secret into a fact, except as a masked name", () => {
    const canary = new Secret("canary-7d1f");
    const places: readonly Record<string, Value>[] = properties.map((property) => ({
      type: "SecureString",
      [property]: canary,
    }));
    for (const inputs of [...places, { environment: { variables: { A: canary } } }]) {
      for (const type of types) {
        const reader = awsReaders.find((candidate) => candidate.types.includes(type));
        const made = resource(type, "x", inputs);
        const facts = [...(reader?.read(made, contextOf()) ?? [])];
        const masks = new Masks();
        masks.add(markedNames(made, facts));
        const isValue = Object.keys(inputs).some((property) => values.has(property));
        const shown = isValue ? JSON.stringify(facts) : masks.over(JSON.stringify(facts));
        assert.ok(!shown.includes("7d1f"), `${type} ${Object.keys(inputs).join()}`);
      }
    }
  });
});
