import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { Value } from "../../core/snapshot/value";
import { authorityChanges } from "../support/authority-changes";
import { outputOf, resource, urnOf } from "../support/resources";

const partner = "arn:aws:iam::444455556666:role/partner";
const auditor = "arn:aws:iam::444455556666:role/auditor";
const inside = "arn:aws:s3:::acme-tickets/*";

function statement(effect: "Allow" | "Deny", more: Readonly<Record<string, Value>>): Value {
  return {
    Effect: effect,
    Action: "s3:GetObject",
    Resource: inside,
    Principal: { AWS: partner },
    ...more,
  };
}

const allow = (more: Readonly<Record<string, Value>> = {}): Value => statement("Allow", more);
const deny = (more: Readonly<Record<string, Value>> = {}): Value => statement("Deny", more);

const bucket = resource("aws:s3/bucket:Bucket", "tickets", { bucket: "acme-tickets" });
const role = resource("aws:iam/role:Role", "desk", {
  assumeRolePolicy: {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "sts:AssumeRole", Principal: { Service: "lambda.amazonaws.com" } },
    ],
  },
});
const desk = { AWS: outputOf(urnOf("aws:iam/role:Role", "desk")) };

function guarded(...statements: readonly Value[]): readonly Resource[] {
  const policy = { Version: "2012-10-17", Statement: statements };
  const own = { bucket: "acme-tickets", policy };
  return [
    bucket,
    role,
    ...(statements.length === 0
      ? []
      : [resource("aws:s3/bucketPolicy:BucketPolicy", "tickets", own)]),
  ];
}

const tls = { Bool: { "aws:SecureTransport": "false" } };
const everybody = {
  Principal: "*",
  Action: "s3:*",
  Resource: ["arn:aws:s3:::acme-tickets", inside],
};
const deniesAll = "denies `s3:*` to `any principal`";
const usesIt = (name: string): string => `be used by \`${name}\` for \`s3:GetObject\``;

/** Additional Deny statements of a bucket's policy on the other side, beside an Allow; and the report on them. */
const added: readonly (readonly [
  what: string,
  denies: readonly Value[],
  lines: readonly string[],
])[] = [
  [
    "a Deny of all that a principal is allowed",
    [deny()],
    [
      `narrower: \`tickets\` can no longer ${usesIt(partner)}`,
      `narrower: \`tickets\` now denies \`s3:GetObject\` to \`${partner}\``,
    ],
  ],
  [
    "a Deny to any principal",
    [deny(everybody)],
    [
      `narrower: \`tickets\` can no longer ${usesIt(partner)}`,
      `narrower: \`tickets\` now ${deniesAll}`,
    ],
  ],
  [
    "a Deny on a condition",
    [deny({ ...everybody, Condition: tls })],
    [`narrower: \`tickets\` now ${deniesAll} if \`aws:SecureTransport\` is \`false\``],
  ],
  [
    "a Deny of another action",
    [deny({ Action: "s3:PutObject" })],
    [`narrower: \`tickets\` now denies \`s3:PutObject\` to \`${partner}\``],
  ],
  [
    "a Deny to another principal",
    [deny({ Principal: { AWS: auditor } })],
    [`narrower: \`tickets\` now denies \`s3:GetObject\` to \`${auditor}\``],
  ],
  [
    "a Deny to all but the principal",
    [
      {
        ...{ Effect: "Deny", Action: "s3:GetObject", Resource: inside },
        NotPrincipal: { AWS: partner },
      },
    ],
    [
      `narrower: \`tickets\` now denies \`s3:GetObject\` to \`any principal\` except \`${partner}\``,
    ],
  ],
  [
    "a Deny of a part of the bucket",
    [deny({ Resource: "arn:aws:s3:::acme-tickets/private/*" })],
    [`narrower: \`tickets\` now denies \`s3:GetObject\` to \`${partner}\``],
  ],
];

const same: readonly (readonly [
  what: string,
  before: readonly Value[],
  after: readonly Value[],
])[] = [
  ["the order of statements", [allow(), deny(everybody)], [deny(everybody), allow()]],
  [
    "a Deny in two",
    [deny({ Action: ["s3:Get*", "s3:Put*"] })],
    [deny({ Action: "s3:Put*" }), deny({ Action: "s3:Get*" })],
  ],
  ["a Deny that another takes in", [deny(everybody)], [deny(everybody), deny()]],
  [
    "what was denied before, and is allowed no longer",
    [allow(), deny(everybody)],
    [deny(everybody)],
  ],
];

describe("authority by the policies of resources", () => {
  for (const [what, denies, lines] of added) {
    it(`is narrower by ${what}, and wider without it`, async () => {
      const [before, after] = [guarded(allow()), guarded(allow(), ...denies)];
      assert.deepEqual(await authorityChanges(before, after), lines);
      const turned = lines.map((line) =>
        line
          .replace("narrower", "wider")
          .replace("can no longer", "can now")
          .replace("now denies", "no longer denies"),
      );
      assert.deepEqual(await authorityChanges(after, before), turned);
    });
  }

  for (const [what, before, after] of same) {
    it(`is not ${what}`, async () => {
      assert.deepEqual(await authorityChanges(guarded(...before), guarded(...after)), []);
      assert.deepEqual(await authorityChanges(guarded(...after), guarded(...before)), []);
    });
  }

  it("is wider where a policy that only denies is removed, and not narrower by a new resource's", async () => {
    const [without, only] = [guarded(), guarded(deny(everybody))];
    assert.deepEqual(await authorityChanges(only, without), [
      `wider: \`tickets\` no longer ${deniesAll}`,
    ]);
    assert.deepEqual(await authorityChanges(without, only), []);
  });

  it("is taken from a role whose ARN is not known by a Deny of that role, and not of others", async () => {
    const allowed = allow({ Principal: desk });
    assert.deepEqual(
      await authorityChanges(guarded(allowed), guarded(allowed, deny({ Principal: desk }))),
      [
        `narrower: \`tickets\` can no longer ${usesIt("desk")}`,
        "narrower: `tickets` now denies `s3:GetObject` to `desk`",
      ],
    );
    assert.deepEqual(await authorityChanges(guarded(allowed), guarded(allowed, deny())), [
      `narrower: \`tickets\` now denies \`s3:GetObject\` to \`${partner}\``,
    ]);
  });
});
