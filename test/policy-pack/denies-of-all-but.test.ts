import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { assertSameLater } from "../support/later-views";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import {
  accounts,
  allow,
  byLambda,
  deny,
  desk,
  document,
  globex,
  policy,
  providerOf,
  roleType,
  tag,
} from "../support/two-tenants";

const account = "111122223333";
const arnOf = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const own = providerOf(account);

const globexDesk = resource(roleType, "globex-desk", {
  name: "globex-desk",
  tags: { [tag]: "globex" },
  assumeRolePolicy: byLambda,
});

const root = { AWS: `arn:aws:iam::${account}:root` };

/** Conditions of a Deny that spare those who are named, alone. */
const sparing: Readonly<Record<string, (arns: Value) => ValueRecord>> = {
  ArnNotEquals: (arns) => ({ ArnNotEquals: { "aws:PrincipalArn": arns } }),
  ArnNotLike: (arns) => ({ ArnNotLike: { "aws:PrincipalArn": arns } }),
  StringNotEquals: (arns) => ({ StringNotEquals: { "aws:PrincipalArn": arns } }),
  StringNotLike: (arns) => ({ StringNotLike: { "aws:PrincipalArn": arns } }),
  "ForAllValues:StringNotLike": (arns) => ({
    "ForAllValues:StringNotLike": { "aws:PrincipalArn": arns },
  }),
  "ForAnyValue:StringNotEquals": (arns) => ({
    "ForAnyValue:StringNotEquals": { "aws:PrincipalArn": arns },
  }),
  StringNotEqualsIfExists: (arns) => ({ StringNotEqualsIfExists: { "aws:PrincipalArn": arns } }),
  "ArnNotLike and never a service": (arns) => ({
    ArnNotLike: { "aws:PrincipalArn": arns },
    Bool: { "aws:PrincipalIsAWSService": "false" },
  }),
};

const target = (...statements: readonly ValueRecord[]): Resource =>
  resource(roleType, "customer-records", {
    name: "customer-records",
    tags: { [tag]: "globex" },
    assumeRolePolicy: document(...statements),
  });
const assumes = { Effect: "Allow", Action: "sts:AssumeRole" };

/** Where a Deny is; each opens a path from `desk` of `acme` to `globex` without it. */
const carriers: Readonly<Record<string, (condition: ValueRecord) => readonly Resource[]>> = {
  "a trust policy of the account": (Condition) => [
    policy(allow("sts:AssumeRole", "*")),
    target(
      { ...assumes, Principal: root },
      { ...assumes, Effect: "Deny", Principal: "*", Condition },
    ),
  ],
  "a trust policy of roles of the account": (Condition) => [
    policy(allow("sts:AssumeRole", arnOf("customer-records"))),
    target(
      { ...assumes, Principal: root, Condition: { ArnLike: { "aws:PrincipalArn": arnOf("*") } } },
      { ...assumes, Effect: "Deny", Principal: { AWS: "*" }, Condition },
    ),
  ],
  "a trust policy of any principal": (Condition) => [
    policy(allow("sts:AssumeRole", "*")),
    target(
      {
        ...assumes,
        Principal: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": account } },
      },
      { ...assumes, Effect: "Deny", Principal: "*", Condition },
    ),
  ],
  "a trust policy of the role": (Condition) => [
    target(
      { ...assumes, Principal: { AWS: arnOf("desk") } },
      { ...assumes, Effect: "Deny", Principal: "*", Condition },
    ),
  ],
  "an identity policy": (Condition) => [
    policy(
      allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*"),
      deny("s3:*", "*", { Condition }),
    ),
  ],
  "a resource policy": (Condition) => [
    policy(allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*")),
    resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
      bucket: "globex-tickets",
      policy: document(deny("s3:*", "*", { Principal: "*", Condition })),
    }),
  ],
  "a resource policy that allows the account": (Condition) => [
    policy(allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*")),
    resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
      bucket: "globex-tickets",
      policy: document(
        allow("s3:*", "*", { Principal: root }),
        deny("s3:*", "*", { Principal: { AWS: "*" }, Condition }),
      ),
    }),
  ],
};

const crossing = ["no-cross-tenant-access", "no-cross-tenant-trust"];

/** Whether a path from one tenant to the other is reported, for certain. */
async function crosses(stack: readonly Resource[], isPlaced = true): Promise<string> {
  const all = [desk, globexDesk, globex, ...stack];
  const placed = isPlaced ? all.map((each) => ({ ...each, provider: own })) : all;
  await assertSameLater([...accounts, ...placed]);
  const { findings } = await judgeSnapshot(snapshotOf([...accounts, ...placed]), {
    settings: defaultSettings,
  });
  const found = findings.filter(
    ({ rule, holder, message }) =>
      crossing.includes(rule) && (holder?.label === "desk" || /`acme`/.test(message)),
  );
  return [...new Set(found.map(({ verdict }) => verdict))].join(" and ") || "holds";
}

describe("a Deny of all but those who are named", () => {
  for (const [where, carrier] of Object.entries(carriers)) {
    for (const [how, condition] of Object.entries(sparing)) {
      const isPattern = how.includes("Like") || how.startsWith("Arn");
      const closing: readonly (readonly [string, Value])[] = [
        ["another role", arnOf("globex-desk")],
        ["two other roles", [arnOf("globex-desk"), arnOf("operator")]],
        ...(isPattern ? ([["other roles", arnOf("globex-*")]] as const) : []),
      ];
      const leaving: readonly (readonly [string, Value])[] = [
        ["the role", arnOf("desk")],
        ["the role and another", [arnOf("globex-desk"), arnOf("desk")]],
        ...(isPattern ? ([["all roles", arnOf("*")]] as const) : []),
      ];
      for (const [whom, arns] of closing) {
        it(`closes ${where} by ${how} of ${whom}`, async () => {
          assert.equal(await crosses(carrier(condition(arns))), "holds");
        });
      }
      it(`closes ${where} by ${how} of the output of another role`, async () => {
        assert.equal(await crosses(carrier(condition(outputOf(globexDesk.urn)))), "holds");
      });
      it(`leaves ${where} open by ${how} of the output of the role`, async () => {
        assert.equal(await crosses(carrier(condition(outputOf(desk.urn)))), "violated");
      });
      it(`leaves ${where} unknown by ${how} of what is not known`, async () => {
        const open = outputOf(urnOf("random:index/randomPet:RandomPet", "name"));
        assert.equal(await crosses(carrier(condition(open))), "undetermined");
      });
      it(`does not close ${where} by ${how} of the role, of an account that is not known`, async () => {
        assert.notEqual(await crosses(carrier(condition(arnOf("desk"))), false), "holds");
      });
      for (const [whom, arns] of leaving) {
        it(`leaves ${where} open by ${how} of ${whom}`, async () => {
          assert.equal(await crosses(carrier(condition(arns))), "violated");
        });
      }
    }
  }
});
