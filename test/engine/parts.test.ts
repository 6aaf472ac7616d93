import assert from "node:assert/strict";
import { Secret, Unknown, rewritten, type Value } from "../../core/snapshot/value";
import type { Snapshot } from "../../core/snapshot/resource";
import { resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const BUCKET = "urn:pulumi:dev::parts::aws:s3/bucket:Bucket::bucket";
const arn = new Unknown([BUCKET]);

describe("a value of a program in Node of which only a part is not known", () => {
  inProgramHost();

  let snapshot: Snapshot;
  before(async () => {
    snapshot = await snapshotOf("parts");
  });
  const policyOf = (name: string): Value | undefined =>
    resourceOf(snapshot, "aws:iam/policy:Policy", name).inputs["policy"];

  const kept: Readonly<Record<string, Value>> = {
    json: {
      Statement: [{ Action: "s3:*", Effect: "Allow", Resource: arn }, { Effect: "Deny" }],
    },
    resource: {
      Statement: [
        {
          Sid: arn,
          Action: "s3:*",
          Resource: new Unknown(["urn:pulumi:dev::parts::aws:kms/key:Key::whole"]),
        },
      ],
    },
    interpolate: { Statement: { Resource: [arn, "https://tokens.example", 7] } },
    concat: { Statement: [{ Resource: arn }] },
    all: { Statement: [{ Resource: arn, Sid: "a" }] },
    document: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: [arn, arn] }],
    },
    "document, taken": {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: [arn, arn] }],
    },
    callback: {
      Statement: [
        { Action: ["s3:GetObject", arn], Resource: [arn, arn, "a"] },
        { Condition: { StringEquals: { "https://tokens.example:aud": ["b"], c: arn } } },
        { Condition: { StringEquals: arn } },
      ],
    },
    composed: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: arn }],
    },
    "composed, taken": {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "s3:*", Resource: arn }],
    },
    "of its component": { Statement: [{ Resource: new Unknown() }] },
    "changed later": { Statement: [{ Action: "s3:GetObject", Resource: arn }] },
    secret: { Statement: [new Unknown([], true), arn] },
    object: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "*", Resource: arn }],
    },
  };
  for (const [name, value] of Object.entries(kept)) {
    it(`is known by the rest: ${name}`, () => assert.deepEqual(policyOf(name), value));
  }

  const lost: Readonly<Record<string, Value>> = {
    replaced: rewritten(arn),
    changed: arn,
    computed: rewritten(arn),
    "for a principal": rewritten(arn),
    transformed: arn,
    doubled: arn,
  };
  for (const [name, value] of Object.entries(lost)) {
    it(`is not known where that is not certain: ${name}`, () =>
      assert.deepEqual(policyOf(name), value));
  }

  it("stays unknown to the program", () => {
    const stack = resourceOf(snapshot, "pulumi:pulumi:Stack", "parts-dev");
    assert.deepEqual(stack.outputs, { seen: new Unknown() });
  });

  it("has no further property", () => {
    const names = snapshot.resources.flatMap(({ inputs }) => Object.keys(inputs));
    assert.deepEqual(
      names.filter((name) => name.startsWith("agentid:")),
      [],
    );
  });

  it("hands on no part of a secret", () => {
    const texts = JSON.stringify(snapshot);
    assert.ok(!texts.includes("canary-in-parts"));
    assert.ok(!(policyOf("secret") instanceof Secret));
  });
});
