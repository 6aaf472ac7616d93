import assert from "node:assert/strict";
import { kindOfType, otherKindsOf } from "../../../../../policy-pack/domain/paths/access/kinds";

describe("the ARN of a row in its parts", () => {
  const cases: readonly (readonly [string, string, object])[] = [
    [
      "a name from another input",
      "aws:s3/bucket:Bucket",
      { service: "s3", resource: "{}", input: "bucket", global: true, hasAccount: false },
    ],
    [
      "a path in front of the name, in an account without a region",
      "aws:iam/role:Role",
      { resource: "role{}", input: "name", hasPath: true, global: true, hasAccount: true },
    ],
    [
      "what AWS adds to the name",
      "aws:secretsmanager/secret:Secret",
      { resource: "secret:{}", input: "name", end: "-??????", made: false, global: false },
    ],
    [
      "a name that AWS makes",
      "aws:ec2/instance:Instance",
      { resource: "instance/{}", input: "name", made: true, parent: undefined },
    ],
    [
      "another name in front of the name",
      "aws:cloudwatch/eventRule:EventRule",
      { resource: "rule/{}", input: "name", parent: "eventBusName", parentLeftOut: "default" },
    ],
    [
      "a region without an account",
      "aws:ebs/snapshot:Snapshot",
      { resource: "snapshot/{}", global: false, hasAccount: false },
    ],
    [
      "text behind the name",
      "aws:ecs/taskDefinition:TaskDefinition",
      {
        resource: "task-definition/{}:",
        input: "family",
        actions: ["ecs:RunTask", "ecs:StartTask"],
      },
    ],
  ];
  for (const [name, type, expected] of cases) {
    it(`has ${name}`, () => {
      const kind = kindOfType(type);
      assert.ok(kind);
      assert.deepEqual({ ...kind, ...expected }, kind);
    });
  }

  it("is one kind for the rows that share it", () => {
    const kind = kindOfType("aws:s3/bucket:Bucket");
    assert.equal(kindOfType("aws:s3/bucketV2:BucketV2"), kind);
    assert.deepEqual(kind?.types, ["aws:s3/bucket:Bucket", "aws:s3/bucketV2:BucketV2"]);
  });

  it("keeps further ARNs of a type apart from its own", () => {
    const cluster = "aws:neptune/cluster:Cluster";
    assert.equal(kindOfType(cluster)?.what, "database cluster");
    assert.deepEqual(
      otherKindsOf(cluster).map(({ what }) => what),
      ["data of graph database"],
    );
  });
});
