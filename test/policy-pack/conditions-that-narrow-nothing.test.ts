import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { assertSameLater } from "../support/later-views";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";
import { stated } from "../support/stated";
import {
  allow,
  anything,
  boundary,
  deny,
  desk,
  document,
  fenced,
  globex,
  policy,
  providerOf,
  accounts,
  roleType,
  tag,
} from "../support/two-tenants";

const arn = "aws:PrincipalArn";
const time = "aws:CurrentTime";

/** Conditions that every signed request of a principal meets. */
const always: readonly ValueRecord[] = [
  { StringLike: { [arn]: "*" } },
  { StringLike: { [arn]: ["arn:aws:iam::111122223333:role/nobody", "**"] } },
  { ArnLike: { [arn]: "*" } },
  { ArnLike: { [arn]: "arn:*:*:*:*:*" } },
  { ArnLikeIfExists: { [arn]: "*" } },
  { Null: { [arn]: "false" } },
  { Null: { [time]: "false" } },
  { "ForAllValues:StringLike": { [arn]: "?*" } },
  { "ForAnyValue:StringLike": { [arn]: "*" } },
  { StringNotEquals: { [arn]: "nobody" } },
  { StringNotLike: { [arn]: "nobody/*" } },
  { ArnNotLike: { [arn]: "nobody" } },
  { StringNotEquals: { "aws:PrincipalAccount": "nobody" } },
  { StringNotEquals: { "aws:PrincipalAccount": "" } },
  { StringLike: { "aws:UserAgent": "*" } },
  { StringLike: { "aws:RequestedRegion": "*" } },
  { StringLike: { "aws:userid": "*" } },
  { Bool: { "aws:SecureTransport": ["true", "false"] } },
  { DateGreaterThan: { [time]: "2020-01-01T00:00:00Z" } },
  { DateGreaterThanEquals: { "aws:EpochTime": "1577836800" } },
  { DateLessThan: { [time]: "2999-01-01T00:00:00Z" } },
  { NumericGreaterThan: { "aws:EpochTime": "0" } },
  { DateNotEquals: { [time]: "2020-01-01T00:00:00Z" } },
  { StringLike: { [arn]: "*" }, DateGreaterThan: { [time]: "2020-01-01" } },
];

/** Conditions that no signed request of a principal meets. */
const never: readonly ValueRecord[] = [
  { StringNotLike: { [arn]: "*" } },
  { ArnNotLike: { [arn]: "arn:*:*:*:*:*" } },
  { Null: { [arn]: "true" } },
  { StringEquals: { [arn]: "nobody" } },
  { StringEquals: { "aws:PrincipalAccount": "nobody" } },
  { StringEquals: { "aws:PrincipalAccount": ["nobody", "1"] } },
  { DateLessThan: { [time]: "2020-01-01T00:00:00Z" } },
  { DateGreaterThan: { [time]: "2999-01-01T00:00:00Z" } },
  { DateEquals: { [time]: "2020-01-01T00:00:00Z" } },
  { NumericLessThan: { "aws:EpochTime": "10" } },
  { StringLike: { [arn]: "*" }, DateLessThan: { [time]: "2020-01-01" } },
];

/** Conditions that name no identity, though not every request meets them. */
const naming: readonly ValueRecord[] = [
  { IpAddress: { "aws:SourceIp": "0.0.0.0/0" } },
  { IpAddress: { "aws:SourceIp": ["0.0.0.0/0", "::/0"] } },
  { Bool: { "aws:SecureTransport": "true" } },
  { Null: { "aws:SourceIp": "false" } },
  { NumericLessThanEquals: { "s3:signatureAge": "999999999" } },
  { DateLessThan: { [time]: "2030-01-01T00:00:00Z" } },
];

const own = providerOf("111122223333");
const arnOfDesk = "arn:aws:iam::111122223333:role/desk";

const bucketPolicy = (...statements: readonly ValueRecord[]): Resource =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
    bucket: "globex-tickets",
    policy: document(...statements),
  });
const target = (...statements: readonly ValueRecord[]): Resource =>
  resource(roleType, "globex-desk", {
    name: "globex-desk",
    tags: { [tag]: "globex" },
    assumeRolePolicy: document(...statements),
  });
const attached = (...statements: readonly ValueRecord[]): readonly Resource[] => [
  resource("aws:iam/policy:Policy", "access", { name: "access", policy: document(...statements) }),
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "access", {
    role: "desk",
    policyArn: outputOf(urnOf("aws:iam/policy:Policy", "access")),
  }),
];

/** A stack with a statement, or without it. */
type Carrier = (
  statements: (statement: ValueRecord) => readonly ValueRecord[],
) => readonly Resource[];

const reads = allow("s3:GetObject", "*");
const anyRole = { Principal: { AWS: arnOfDesk } };
const trusting = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
const harmless = allow("s3:GetObject", "arn:aws:s3:::acme-tickets/*");

/** Where a statement allows. */
const allowing: Readonly<Record<string, Carrier>> = {
  "an inline policy": (given) => [desk, policy(harmless, ...given(anything))],
  "an inline policy of another tenant's data": (given) => [desk, policy(harmless, ...given(reads))],
  "an attached policy": (given) => [desk, ...attached(harmless, ...given(reads))],
  "a permissions boundary": (given) => [
    fenced,
    policy(anything),
    ...boundary(harmless, ...given(reads)),
  ],
  "a resource policy": (given) => [
    desk,
    bucketPolicy(
      { ...harmless, Principal: { AWS: "arn:aws:iam::111122223333:role/globex-desk" } },
      ...given({ ...reads, ...anyRole }),
    ),
  ],
  "a trust policy of an account": (given) => [
    desk,
    policy(allow("sts:AssumeRole", "*")),
    target(
      { ...trusting, Principal: { Service: "lambda.amazonaws.com" } },
      ...given({ ...trusting, Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
    ),
  ],
  "a trust policy of a role": (given) => [
    desk,
    target(
      { ...trusting, Principal: { Service: "lambda.amazonaws.com" } },
      ...given({ ...trusting, Principal: { AWS: arnOfDesk } }),
    ),
  ],
  "a trust policy of anyone": (given) => [
    target({ ...trusting, Principal: { Service: "lambda.amazonaws.com" } }, ...given(trusting)),
  ],
};

/** Where a statement denies. */
const denying: Readonly<Record<string, Carrier>> = {
  "an inline policy": (given) => [desk, policy(anything, ...given(deny("*", "*")))],
  "an inline policy of one action": (given) => [
    desk,
    policy(reads, ...given(deny("s3:GetObject", "arn:aws:s3:::globex-tickets/*"))),
  ],
  "an attached policy": (given) => [
    desk,
    policy(reads),
    ...attached(harmless, ...given(deny("s3:*", "*"))),
  ],
  "a permissions boundary": (given) => [
    fenced,
    policy(reads),
    ...boundary(anything, ...given(deny("s3:*", "*"))),
  ],
  "a resource policy": (given) => [
    desk,
    policy(reads),
    bucketPolicy(
      { ...harmless, Principal: { AWS: "arn:aws:iam::111122223333:role/globex-desk" } },
      ...given(deny("s3:*", "*", { Principal: "*" })),
    ),
  ],
  "a trust policy": (given) => [
    desk,
    target(
      { ...trusting, Principal: { AWS: arnOfDesk } },
      ...given({ ...trusting, Effect: "Deny" }),
    ),
  ],
  "a trust policy of an account": (given) => [
    desk,
    policy(allow("sts:AssumeRole", "*")),
    target(
      { ...trusting, Principal: { AWS: "arn:aws:iam::111122223333:root" } },
      ...given({ ...trusting, Effect: "Deny" }),
    ),
  ],
};

/** Rules about conditions themselves report these conditions, which is not compared here. */
const aboutConditions = ["no-dead-condition", "no-fail-open-condition"];

async function findingsOf(
  carrier: Carrier,
  condition: ValueRecord | undefined,
): Promise<readonly string[]> {
  const stack = carrier((statement) => [
    condition === undefined ? statement : { ...statement, Condition: condition },
  ]);
  return judged(stack);
}

async function judged(stack: readonly Resource[]): Promise<readonly string[]> {
  const placed = [globex, ...stack].map((each) => ({ ...each, provider: own }));
  // A Deny of a trust policy whose principal is not known yet takes nothing away, see deployed-exceptions.ts.
  await assertSameLater([...accounts, ...placed], ["as written"]);
  const { findings } = await judgeSnapshot(snapshotOf([...accounts, ...placed]), {
    settings: defaultSettings,
  });
  return findings
    .filter(({ rule }) => !aboutConditions.includes(rule))
    .map((each) => `${each.rule} ${each.severity} ${stated(each)}`);
}

function describeSame(
  effect: string,
  carriers: Readonly<Record<string, Carrier>>,
  conditions: readonly ValueRecord[],
  as: "none" | "no statement",
): void {
  for (const [name, carrier] of Object.entries(carriers)) {
    for (const condition of conditions) {
      it(`${effect} of ${name} with ${JSON.stringify(condition)}`, async () => {
        const wanted =
          as === "none" ? await findingsOf(carrier, undefined) : await judged(carrier(() => []));
        assert.deepEqual(await findingsOf(carrier, condition), wanted);
      });
    }
  }
}

describe("a condition that is always met counts as none in", () => {
  describeSame("an Allow", allowing, always, "none");
  describeSame("a Deny", denying, always, "none");
});

describe("a condition that is never met makes a statement count as absent in", () => {
  describeSame("an Allow", allowing, never, "no statement");
  describeSame("a Deny", denying, never, "no statement");
});

describe("a condition that names no identity", () => {
  const identities = Object.fromEntries(
    Object.entries(allowing).filter(([name]) => !name.includes("policy of an account")),
  );
  describeSame("counts as none in an Allow", identities, naming, "none");
  // A request without TLS is no request to these services.
  const open = naming.filter((each) => !("Bool" in each));
  describeSame("lets through what a Deny refuses in the Deny", denying, open, "no statement");
});

describe("the carriers of conditions", () => {
  it("each have findings that depend on the statement", async () => {
    for (const [name, carrier] of [allowing, denying].flatMap(Object.entries<Carrier>)) {
      const without = await judged(carrier(() => []));
      assert.notDeepEqual(await findingsOf(carrier, undefined), without, name);
    }
  });
});
