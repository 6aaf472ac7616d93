import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { defaultSettings } from "../../policy-pack/findings/settings";
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
  roleOf,
  roleType,
  tag,
} from "../support/two-tenants";

/** Wildcards of one meaning: the plain spelling, and others. */
const actions: Readonly<Record<string, readonly string[]>> = {
  "*": ["?*", "*?", "**", "*?*", "*:*", "?*:*", "*:?*", "**:**"],
  "s3:*": ["s3:?*", "s3:*?", "s3:**", "s3:*?*"],
  "s3:Get*": ["s3:Get**"],
  "sts:AssumeRole*": ["sts:AssumeRole**"],
};

const resources: Readonly<Record<string, readonly string[]>> = {
  "*": ["?*", "*?", "**", "*?*", "*:*", "arn:*", "arn:*:*:*:*:*", "?*:*:*:*:*:?*"],
  "arn:aws:s3:::*": ["arn:aws:s3:::?*", "arn:aws:s3:::*?", "arn:aws:s3:::**", "arn:aws:s3:::*?*"],
  "arn:aws:s3:::*/*": ["arn:aws:s3:::?*/*", "arn:aws:s3:::*/?*", "arn:aws:s3:::*?/**"],
  "arn:aws:s3:::globex-tickets/*": [
    "arn:aws:s3:::globex-tickets/?*",
    "arn:aws:s3:::globex-tickets/*?",
  ],
  "arn:aws:iam::*:role/*": [
    "arn:aws:iam::?*:role/*",
    "arn:aws:iam::????????????:role/*",
    "arn:aws:iam::*?:role/?*",
    "arn:?*:iam::*:role/*?",
  ],
  "arn:aws:secretsmanager:*:*:secret:*": [
    "arn:aws:secretsmanager:?*:?*:secret:?*",
    "arn:aws:secretsmanager:**:*?:secret:**",
  ],
};

/** A role that principals of the account can assume. */
const assumed = roleOf("globex-desk", "globex");
const target: Resource = {
  ...assumed,
  inputs: {
    ...assumed.inputs,
    assumeRolePolicy: document({
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "sts:AssumeRole",
    }),
  },
};

const attached = (...statements: readonly ValueRecord[]): readonly Resource[] => [
  resource("aws:iam/policy:Policy", "access", { name: "access", policy: document(...statements) }),
  resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "access", {
    role: "desk",
    policyArn: outputOf(urnOf("aws:iam/policy:Policy", "access")),
  }),
];

const bucketPolicy = (...statements: readonly ValueRecord[]): Resource =>
  resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
    bucket: "globex-tickets",
    policy: document(...statements),
  });

type Carrier = (action: Value, on: Value) => readonly Resource[];

/** Where a statement is. */
const carriers: Readonly<Record<string, Carrier>> = {
  "inline policy": (action, on) => [desk, policy(allow(action, on))],
  "attached policy": (action, on) => [desk, ...attached(allow(action, on))],
  "inline policy of the role": (action, on) => [roleOf("desk", "acme", allow(action, on))],
  Deny: (action, on) => [desk, policy(anything, deny(action, on))],
  "Deny of all but": (action, on) => [
    desk,
    policy(anything, { Effect: "Deny", NotAction: action, Resource: "*" }),
    bucketPolicy(deny("s3:PutObject", on, { Principal: "*" })),
  ],
  NotResource: (action, on) => [desk, policy({ Effect: "Allow", Action: action, NotResource: on })],
  "permissions boundary": (action, on) => [
    fenced,
    policy(anything),
    ...boundary(allow(action, on)),
  ],
  "Deny of a permissions boundary": (action, on) => [
    fenced,
    policy(anything),
    ...boundary(anything, deny(action, on)),
  ],
  "resource policy": (action, on) => [
    desk,
    bucketPolicy(allow(action, on, { Principal: { AWS: "arn:aws:iam::111122223333:role/desk" } })),
  ],
  "Deny of a resource policy": (action, on) => [
    desk,
    policy(allow("s3:*", "*")),
    bucketPolicy(deny(action, on, { Principal: "*" })),
  ],
};

async function findingsOf(stack: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf(stack), { settings: defaultSettings });
  return findings.map((each) => `${each.rule} ${each.severity} ${stated(each)}`);
}

/** A finding without the pattern that it quotes, whose region and account keep their spelling. */
function withoutPattern(finding: string): string {
  return finding.replace(/`arn:[^`]*`/g, "`ARN`");
}

describe("wildcards of one meaning", () => {
  for (const [name, carrier] of Object.entries(carriers)) {
    for (const [plain, spellings] of Object.entries(actions)) {
      it(`decide alike in ${name} as actions for \`${plain}\``, async () => {
        const of = (action: string): readonly Resource[] => [
          globex,
          target,
          ...carrier(action, "*"),
        ];
        const wanted = await findingsOf(of(plain));
        for (const each of spellings) assert.deepEqual(await findingsOf(of(each)), wanted, each);
      });
    }
    for (const [plain, spellings] of Object.entries(resources)) {
      it(`decide alike in ${name} as resources for \`${plain}\``, async () => {
        const of = (on: string): readonly Resource[] => [globex, target, ...carrier("*", on)];
        const wanted = await findingsOf(of(plain));
        for (const each of spellings) {
          const found = await findingsOf(of(each));
          assert.deepEqual(found.map(withoutPattern), wanted.map(withoutPattern), each);
        }
      });
    }
  }

  it("differ from the start of a name", async () => {
    const found = async (on: string): Promise<boolean> =>
      (await findingsOf([globex, desk, policy(allow("s3:*", on))])).some((each) =>
        /^no-wildcard-authority .* on every resource/.test(each),
      );
    const ofAll = ["arn:aws:s3:*:*:accesspoint/*/object/*", "arn:aws:s3:*:*:accesspoint/?*"];
    const ofNamed = ["arn:aws:s3:::accesspoint/*", "arn:aws:s3:*:*:accesspoint/desk/object/*"];
    for (const on of [...ofAll, "arn:aws:s3:::???*"]) assert.ok(await found(on), on);
    for (const on of [...ofNamed, "arn:aws:s3:::desk-?*"]) assert.ok(!(await found(on)), on);
  });

  it("decide alike for the action of a trust policy", async () => {
    const of = (action: string): readonly Resource[] => [
      resource(roleType, "open", {
        name: "open",
        tags: { [tag]: "acme" },
        assumeRolePolicy: document({ Effect: "Allow", Principal: { AWS: "*" }, Action: action }),
      }),
    ];
    const wanted = await findingsOf(of("sts:AssumeRole*"));
    assert.ok(wanted.length > 0);
    for (const each of ["sts:?*", "sts:*?", "*", "*:*", "sts:AssumeRole**"]) {
      assert.deepEqual(await findingsOf(of(each)), wanted, each);
    }
  });
});
