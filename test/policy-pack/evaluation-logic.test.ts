import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noCrossTenantAccess from "../../policy-pack/rules/no-cross-tenant-access";
import noPrivilegeEscalation from "../../policy-pack/rules/no-privilege-escalation";
import noWildcardAuthority from "../../policy-pack/rules/no-wildcard-authority";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../support/resources";

const account = "111122223333";
const other = "444455556666";
const here = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
const there = resource("pulumi:providers:aws", "far", { allowedAccountIds: [other] });
const tenantTag = "agentid.dev/tenant";
const roleType = "aws:iam/role:Role";
const role = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const root = `arn:aws:iam::${account}:root`;
const session = (name: string, of = "acme-desk", at = account): string =>
  `arn:aws:sts::${at}:assumed-role/${of}/${name}`;
const bucket = "arn:aws:s3:::globex-tickets";
const objects = `${bucket}/*`;
const idOf = (name: string): Value => outputOf(urnOf(roleType, name));

/** Policies of the role `acme-desk`, and of what is another tenant's; each as its statements. */
interface Policies {
  readonly own?: readonly Value[];
  readonly boundary?: readonly Value[];
  readonly ofBucket?: readonly Value[];
  readonly ofKey?: readonly Value[];
  /** Whether the bucket is of another account. */
  readonly isFar?: true;
  readonly version?: string;
  readonly tenant?: string;
}

type Case = readonly [name: string, policies: Policies, expected: string];

function allow(action: Value, on: Value = "*", condition?: Value): ValueRecord {
  const more = condition === undefined ? {} : { Condition: condition };
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function deny(action: Value, on: Value = "*", condition?: Value): ValueRecord {
  return { ...allow(action, on, condition), Effect: "Deny" };
}

/** A Deny of the bucket's policy. */
function away(whom: ValueRecord, condition?: Value): ValueRecord {
  return { ...deny("s3:*", [bucket, objects], condition), ...whom };
}

/** An Allow of the bucket's policy. */
function into(whom: ValueRecord, condition?: Value): ValueRecord {
  return { ...allow("s3:GetObject", objects, condition), ...whom };
}

const named = (...AWS: readonly string[]): ValueRecord => ({ Principal: { AWS } });
const allBut = (...AWS: readonly string[]): ValueRecord => ({ NotPrincipal: { AWS } });
const everyone: ValueRecord = { Principal: "*" };
const reads = [allow("s3:GetObject", objects)];
const readsAll = [allow("s3:GetObject")];
const logs = [allow("logs:*")];
const unlessId = (id: Value): Value => ({ StringNotLike: { "aws:userId": id } });
const unlessArn = (...arns: readonly string[]): Value => ({
  ArnNotLike: { "aws:PrincipalArn": arns },
});
const byTag = (operator: string, value: string): ValueRecord => ({
  [operator]: { [`aws:ResourceTag/${tenantTag}`]: value },
});

const crosses = "no-cross-tenant-access";
const possible = "no-cross-tenant-access (undetermined)";
const everything = "no-wildcard-authority";
/** On every resource of its kind, as well as on another tenant's. */
const both = `${crosses}, ${everything}`;
const all = `${crosses}, no-privilege-escalation, ${everything}`;

/** By the letter of the IAM user guide, "Policy evaluation logic", for each element. */
const cases: readonly Case[] = [
  ["a Deny of a role", { own: reads, ofBucket: [away(named(role("acme-desk")))] }, ""],
  ["a Deny of one session", { own: reads, ofBucket: [away(named(session("once")))] }, crosses],
  ["a Deny of the account", { own: reads, ofBucket: [away(named(root))] }, ""],
  [
    "a Deny of all but one role and its account",
    { own: reads, ofBucket: [away(allBut(role("globex-app"), root))] },
    "",
  ],
  ["a Deny of all but the account", { own: reads, ofBucket: [away(allBut(root))] }, crosses],
  [
    "a Deny of all but the account, of a role with a boundary",
    { own: reads, boundary: [allow("*")], ofBucket: [away(allBut(root))] },
    "",
  ],
  [
    "a Deny unless the ARN is another",
    { own: reads, ofBucket: [away(everyone, unlessArn(role("globex-*")))] },
    "",
  ],
  [
    "a Deny unless the ARN is one of two",
    { own: reads, ofBucket: [away(everyone, unlessArn(role("globex-*"), role("acme-desk")))] },
    crosses,
  ],
  [
    "a Deny unless the id is one of a role",
    { own: reads, ofBucket: [away(everyone, unlessId(["AROAAAAAAAAAAAAAAAAAA:*", account]))] },
    possible,
  ],
  [
    "a Deny unless the id is a user's",
    { own: reads, ofBucket: [away(everyone, unlessId(["AIDAAAAAAAAAAAAAAAAAA", account]))] },
    "",
  ],
  [
    "a Deny unless the id is another role's, by its output",
    { own: reads, ofBucket: [away(everyone, unlessId(idOf("globex-app")))] },
    "",
  ],
  [
    "a Deny unless the id is the role's, by its output",
    { own: reads, ofBucket: [away(everyone, unlessId(idOf("acme-desk")))] },
    crosses,
  ],
  [
    "a Deny unless there is an id",
    { own: reads, ofBucket: [away(everyone, unlessId("*"))] },
    crosses,
  ],
  [
    "a Deny of an id of another stack",
    {
      own: reads,
      ofBucket: [
        away(everyone, {
          StringLike: {
            "aws:userId": outputOf(urnOf("pulumi:pulumi:StackReference", "platform")),
          },
        }),
      ],
    },
    possible,
  ],
  [
    "a Deny unless of an organisation",
    {
      own: reads,
      ofBucket: [away(everyone, { StringNotEquals: { "aws:PrincipalOrgID": "o-abcdefghij" } })],
    },
    crosses,
  ],
  [
    "a Deny unless of the account",
    {
      own: reads,
      ofBucket: [away(everyone, { StringNotEquals: { "aws:PrincipalAccount": account } })],
    },
    crosses,
  ],
  [
    "a Deny unless of another account",
    {
      own: reads,
      ofBucket: [away(everyone, { StringNotEquals: { "aws:PrincipalAccount": other } })],
    },
    "",
  ],
  [
    "a Deny of two conditions, of which one does not hold",
    {
      own: reads,
      ofBucket: [
        away(everyone, {
          ArnNotLike: { "aws:PrincipalArn": role("globex-*") },
          Bool: { "aws:SecureTransport": "false" },
        }),
      ],
    },
    crosses,
  ],
  [
    "a boundary of the tenant's own buckets",
    { own: readsAll, boundary: [allow("s3:*", ["arn:aws:s3:::acme-*", "arn:aws:s3:::acme-*/*"])] },
    "",
  ],
  ["a boundary with a Deny", { own: reads, boundary: [allow("*"), deny("s3:*", objects)] }, ""],
  [
    "a boundary of all but a service",
    { own: reads, boundary: [{ Effect: "Allow", NotAction: "s3:*", Resource: "*" }] },
    "",
  ],
  [
    "a boundary of all but the bucket",
    { own: reads, boundary: [{ Effect: "Allow", Action: "*", NotResource: objects }] },
    "",
  ],
  [
    "a boundary of all but another bucket",
    {
      own: reads,
      boundary: [{ Effect: "Allow", Action: "*", NotResource: "arn:aws:s3:::acme/*" }],
    },
    crosses,
  ],
  [
    "a Deny of all but lists",
    {
      own: [
        allow("s3:*", [bucket, objects]),
        { Effect: "Deny", NotAction: "s3:List*", Resource: "*" },
      ],
    },
    crosses,
  ],
  [
    "a Deny of all but lists, of a role that reads",
    { own: [...reads, { Effect: "Deny", NotAction: "s3:List*", Resource: "*" }] },
    "",
  ],
  [
    "a Deny of all but the tenant's own buckets",
    {
      own: [...readsAll, { Effect: "Deny", Action: "s3:*", NotResource: ["arn:aws:s3:::acme-*"] }],
    },
    "",
  ],
  ["an Allow of the bucket", { ofBucket: [into(named(role("acme-desk")))] }, crosses],
  [
    "an Allow of the bucket beyond the boundary",
    { boundary: logs, ofBucket: [into(named(role("acme-desk")))] },
    "",
  ],
  [
    "an Allow of the bucket within the boundary",
    { boundary: [allow("s3:*")], ofBucket: [into(named(role("acme-desk")))] },
    crosses,
  ],
  [
    "an Allow of the bucket for a session, beyond the boundary",
    { boundary: logs, ofBucket: [into(named(session("worker")))] },
    crosses,
  ],
  [
    "an Allow of the bucket for a session that the boundary denies",
    { boundary: [...logs, deny("s3:*")], ofBucket: [into(named(session("worker")))] },
    "",
  ],
  [
    "an Allow of the bucket for a session that the role's policy denies",
    { own: [deny("s3:*")], ofBucket: [into(named(session("worker")))] },
    "",
  ],
  [
    "an Allow of the bucket for a session of another role",
    { ofBucket: [into(named(session("worker", "globex-app")))] },
    "",
  ],
  [
    "an Allow of the bucket for a session of another account's role of that name",
    { ofBucket: [into(named(session("worker", "acme-desk", other)))] },
    "",
  ],
  [
    "an Allow of the bucket that the role's policy denies",
    { own: [deny("s3:*")], ofBucket: [into(named(role("acme-desk")))] },
    "",
  ],
  ["an Allow of the bucket for the account alone", { ofBucket: [into(named(root))] }, ""],
  [
    "an Allow of the bucket for the account, and of the role",
    { own: readsAll, ofBucket: [into(named(root))] },
    both,
  ],
  [
    "an Allow of the bucket for everyone of an ARN",
    { ofBucket: [into(everyone, { ArnEquals: { "aws:PrincipalArn": role("acme-desk") } })] },
    crosses,
  ],
  [
    "an Allow of the bucket for everyone of an ARN, beyond the boundary",
    {
      boundary: logs,
      ofBucket: [into(everyone, { ArnEquals: { "aws:PrincipalArn": role("acme-desk") } })],
    },
    "",
  ],
  [
    "an Allow of another account's bucket alone",
    { isFar: true, ofBucket: [into(named(role("acme-desk")))] },
    "",
  ],
  [
    "an Allow of another account's bucket, and of the role",
    { isFar: true, own: readsAll, ofBucket: [into(named(role("acme-desk")))] },
    both,
  ],
  [
    "an Allow of another account's bucket, beyond the boundary",
    { isFar: true, own: readsAll, boundary: logs, ofBucket: [into(named(role("acme-desk")))] },
    "",
  ],
  ["an Allow of all, and a bucket of another account", { isFar: true, own: readsAll }, everything],
  [
    "an Allow of what has the tag of the caller",
    {
      own: [allow("s3:GetObject", "*", byTag("StringEquals", `\${aws:PrincipalTag/${tenantTag}}`))],
    },
    "",
  ],
  [
    "an Allow of buckets that have another tag, at which S3 does not look",
    { own: [allow("s3:GetObject", "*", byTag("StringNotEquals", "globex"))] },
    both,
  ],
  [
    "an Allow of keys that have another tag",
    {
      own: [allow("kms:Decrypt", "*", byTag("StringNotEquals", "globex"))],
      ofKey: [{ ...allow("kms:*"), ...named(root) }],
    },
    everything,
  ],
  [
    "a boundary that denies what has not the own tag",
    {
      own: reads,
      boundary: [allow("*"), deny("*", "*", byTag("StringNotEqualsIfExists", "acme"))],
    },
    "",
  ],
  [
    "an Allow by a variable of the own tag",
    { own: [allow("s3:GetObject", `arn:aws:s3:::\${aws:PrincipalTag/${tenantTag}}-tickets/*`)] },
    "",
  ],
  [
    "an Allow by a variable in a version that has none",
    {
      tenant: "initech",
      version: "2008-10-17",
      own: [allow("s3:GetObject", "arn:aws:s3:::${aws:PrincipalAccount, 'globex'}-tickets/*")],
    },
    "",
  ],
  [
    "a Deny of what the role asks itself",
    { own: [...reads, deny("s3:*", "*", { Bool: { "aws:ViaAWSService": "false" } })] },
    "",
  ],
  [
    "a Deny unless by an endpoint",
    { own: [...reads, deny("s3:*", "*", { StringNotEquals: { "aws:SourceVpce": "vpce-1" } })] },
    crosses,
  ],
  [
    "letters of another case",
    { own: [allow("S3:getobject", objects), deny("s3:GETOBJECT", objects)] },
    "",
  ],
  [
    "a key whose policy names another role alone",
    {
      own: [allow("kms:Decrypt")],
      ofKey: [{ ...allow("kms:*"), ...named(role("globex-app")) }],
    },
    everything,
  ],
  [
    "a key whose policy leaves it to the account",
    { own: [allow("kms:Decrypt")], ofKey: [{ ...allow("kms:*"), ...named(root) }] },
    both,
  ],
  [
    "a key whose policy leaves it to the account, and denies all but one role",
    {
      own: [allow("kms:Decrypt")],
      ofKey: [
        { ...allow("kms:*"), ...named(root) },
        { ...deny("kms:Decrypt", "*", unlessArn(role("globex-app"))), ...everyone },
      ],
    },
    everything,
  ],
  ["a service within a boundary", { own: [allow("iam:*")], boundary: logs }, ""],
  [
    "everything, and a Deny of all but one action elsewhere",
    {
      own: [
        allow("*"),
        { Effect: "Deny", NotAction: "s3:GetObject", Resource: "*" },
        deny("s3:*", [bucket, objects]),
      ],
    },
    everything,
  ],
  ["all but a service", { own: [{ Effect: "Allow", NotAction: "iam:*", Resource: "*" }] }, all],
  ["all actions but all", { own: [{ Effect: "Allow", NotAction: "*", Resource: "*" }] }, ""],
  ["all resources but all", { own: [{ Effect: "Allow", Action: "*", NotResource: "*" }] }, ""],
  [
    "everything within a boundary of all but some services",
    {
      own: [allow("*")],
      boundary: [{ Effect: "Allow", NotAction: ["iam:*", "sts:*", "s3:*"], Resource: "*" }],
    },
    everything,
  ],
  [
    "keys of the user of its name, of a role that has none",
    { own: [allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")] },
    "",
  ],
];

describe("policies by the letter of their evaluation", () => {
  for (const [name, policies, expected] of cases) {
    it(name, async () => {
      const judging = {
        settings: defaultSettings,
        rules: [noCrossTenantAccess, noPrivilegeEscalation, noWildcardAuthority],
      };
      const { findings } = await judgeSnapshot(snapshotOf(stackOf(policies)), judging);
      const stated = findings.map(({ rule, verdict }) =>
        verdict === "violated" ? rule : `${rule} (${verdict})`,
      );
      assert.equal([...new Set(stated)].sort().join(", "), expected);
    });
  }
});

/** A function of one tenant with its role, beside a bucket or a key of another. */
function stackOf(policies: Policies): readonly Resource[] {
  const { own, boundary, ofBucket, ofKey, isFar, version, tenant = "acme" } = policies;
  const trust = document([
    {
      Effect: "Allow",
      Principal: { Service: "lambda.amazonaws.com" },
      Action: "sts:AssumeRole",
    },
  ]);
  const limit = boundary && { permissionsBoundary: `arn:aws:iam::${account}:policy/limit` };
  const tags = { [tenantTag]: tenant };
  const globex = { tags: { [tenantTag]: "globex" } };
  const provider = (isFar === true ? there : here).urn;
  const made = (type: string, name: string, inputs: ValueRecord, by = here.urn): Resource => ({
    ...resource(type, name, inputs),
    provider: by,
  });
  const desk = { name: "acme-desk", assumeRolePolicy: trust, tags, ...limit };
  const app = { name: "globex-app", assumeRolePolicy: trust, ...globex };
  const tickets = { bucket: "globex-tickets" };
  return [
    here,
    there,
    made(roleType, "acme-desk", desk),
    made(roleType, "globex-app", app),
    made("aws:lambda/function:Function", "desk", { name: "desk", role: role("acme-desk"), tags }),
    made("aws:s3/bucket:Bucket", "tickets", { ...tickets, ...globex }, provider),
    ...inline("aws:iam/rolePolicy:RolePolicy", { role: "acme-desk" }, own, version),
    ...inline("aws:iam/policy:Policy", { name: "limit" }, boundary),
    ...inline("aws:s3/bucketPolicy:BucketPolicy", tickets, ofBucket, undefined, provider),
    ...inline("aws:kms/key:Key", globex, ofKey),
  ];
}

function inline(
  type: string,
  inputs: ValueRecord,
  statements: readonly Value[] | undefined,
  version?: string,
  provider = here.urn,
): readonly Resource[] {
  if (statements === undefined) return [];
  const policy = document(statements, version);
  return [{ ...resource(type, "policy", { ...inputs, policy }), provider }];
}

function document(statements: readonly Value[], version = "2012-10-17"): Value {
  return { Version: version, Statement: statements };
}
