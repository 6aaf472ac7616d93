import assert from "node:assert/strict";
import fc from "fast-check";
import type { Resource } from "../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import rule from "../../policy-pack/rules/no-cross-tenant-access";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { mayMake, type Request } from "../support/requests";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { byLambda, deny, document, roleType, tag } from "../support/two-tenants";
import { runs } from "../support/runs";

const account = "111122223333";
const region = "eu-west-1";
const provider = urnOf("pulumi:providers:aws", "aws");
const ofTag = `aws:ResourceTag/${tag}`;
const ownTag = `aws:PrincipalTag/${tag}`;

/** Queues and tables of the role's tenant, of another and of none. */
const things: readonly Resource[] = [
  resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account], region }),
  ...["acme", "globex", "common"].flatMap((owner) => {
    const name = `${owner}-orders`;
    const tags = owner === "common" ? {} : { tags: { [tag]: owner } };
    const key = {
      ...{ hashKey: "id", attributes: [{ name: "id", type: "S" }], streamEnabled: true },
      globalSecondaryIndexes: [{ name: "by-day", hashKey: "id", projectionType: "ALL" }],
    };
    return [
      resource("aws:sqs/queue:Queue", name, { name, ...tags }, { provider }),
      resource("aws:dynamodb/table:Table", name, { name, ...key, ...tags }, { provider }),
    ];
  }),
];

/** Some requests of each kind on what is the other tenant's. */
const requests: readonly Request[] = [
  ...["SendMessage", "ReceiveMessage", "PurgeQueue"].map((name) => ({
    action: `sqs:${name}`,
    on: `arn:aws:sqs:${region}:${account}:globex-orders`,
  })),
  // Items are the table's alone; the parts of a table are not distinguished, so that a query may be of a stream here.
  ...[
    ["GetItem", ""],
    ["PutItem", ""],
    ["Query", ""],
    ["Query", "/index/by-day"],
    ["Query", "/stream/2026"],
  ].map(([name, part]) => ({
    action: `dynamodb:${name}`,
    on: `arn:aws:dynamodb:${region}:${account}:table/globex-orders${part}`,
  })),
].map((request) => ({ ...request, keys: { [ofTag]: "globex", [ownTag]: "acme" } }));

/** A stream of a table has tags of its own; parts of a table are not distinguished, so an index counts as one. */
const untagged: readonly Request[] = ["stream/2026", "index/by-day"].map((part) => ({
  action: "dynamodb:GetRecords",
  on: `arn:aws:dynamodb:${region}:${account}:table/globex-orders/${part}`,
  keys: { [ownTag]: "acme" },
}));

const actions = [
  ...["*", "sqs:*", "sqs:SendMessage", "sqs:Receive*"],
  ...["dynamodb:*", "dynamodb:GetItem", "dynamodb:*Item", "s3:GetObject"],
];

const patterns = [
  ...["*", `arn:aws:*:${region}:${account}:*`, "arn:aws:*:*:444455556666:*"],
  ...["arn:aws:sqs:*:*:globex-*", "arn:aws:sqs:*:*:*-orders", "arn:aws:sqs:us-east-1:*:*"],
  ...[`arn:aws:sqs:${region}:${account}:acme-orders`, `arn:aws:sqs:*:*:\${${ownTag}}-*`],
  ...["arn:aws:dynamodb:*:*:table/globex-orders", "arn:aws:dynamodb:*:*:table/*"],
  "arn:aws:dynamodb:*:*:table/globex-orders/index/*",
];

function either(name: string, texts: readonly string[]): fc.Arbitrary<ValueRecord> {
  const values = fc.uniqueArray(fc.constantFrom(...texts), { minLength: 1, maxLength: 2 });
  return fc
    .tuple(fc.nat(5), values)
    .map(([chance, given]) => ({ [chance === 0 ? `Not${name}` : name]: given }));
}

const compared = fc
  .tuple(
    fc.constantFrom(
      ...["StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIfExists"],
    ),
    fc.constantFrom(ofTag, ofTag, ownTag),
    fc.constantFrom("acme", "globex", "acm*", `\${${ownTag}}`),
  )
  .map(([operator, key, value]) => ({ [operator]: { [key]: value } }));

const present = fc
  .tuple(fc.constantFrom(ofTag, ownTag), fc.constantFrom("true", "false"))
  .map(([key, isMissing]) => ({ Null: { [key]: isMissing } }));

const statement: fc.Arbitrary<ValueRecord> = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    either("Action", actions),
    either("Resource", patterns),
    fc.option(fc.oneof({ weight: 5, arbitrary: compared }, present), { nil: undefined }),
  )
  .map(([Effect, action, on, Condition]) => ({
    Effect,
    ...action,
    ...on,
    ...(Condition && { Condition }),
  }));

interface Given {
  readonly access: readonly ValueRecord[];
  readonly isolation: readonly ValueRecord[] | undefined;
}

const policies: fc.Arbitrary<Given> = fc.record({
  access: fc.array(statement, { minLength: 1, maxLength: 3 }),
  isolation: fc.option(fc.array(statement, { minLength: 1, maxLength: 2 }), { nil: undefined }),
});

function stackOf({ access, isolation }: Given): readonly Resource[] {
  const role = {
    ...{ name: "desk", tags: { [tag]: "acme" }, assumeRolePolicy: byLambda },
    ...(isolation && { permissionsBoundary: `arn:aws:iam::${account}:policy/fence` }),
  };
  const inline = { role: "desk", policy: document(...access) };
  // With a tag that the role changes itself, more requests would be allowed than the reference makes.
  const ownTags = { role: "desk", policy: document(deny("iam:TagRole", "*")) };
  const bound = { name: "fence", policy: document(...(isolation ?? [])) };
  return [
    ...things,
    resource(roleType, "desk", role, { provider }),
    resource("aws:iam/rolePolicy:RolePolicy", "access", inline, { provider }),
    resource("aws:iam/rolePolicy:RolePolicy", "own-tags", ownTags, { provider }),
    ...(isolation ? [resource("aws:iam/policy:Policy", "fence", bound, { provider })] : []),
  ];
}

async function toldOf(given: Given): Promise<readonly string[]> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(stackOf(given)), judging);
  return findings.map(({ verdict, holder }) => `${holder?.label ?? ""} ${verdict}`);
}

describe("no-cross-tenant-access on policies at random", function () {
  it("takes from what a boundary allows what the policy leaves out that it bounds", async () => {
    const access = [{ Effect: "Allow", NotAction: "sqs:SendMessage", Resource: "*" }];
    const isolation = (Action: Value): readonly ValueRecord[] => [
      { Effect: "Allow", Action, Resource: "*" },
    ];
    assert.deepEqual(await toldOf({ access, isolation: isolation("sqs:SendMessage") }), []);
    const more = isolation(["sqs:SendMessage", "sqs:PurgeQueue"]);
    assert.deepEqual(await toldOf({ access, isolation: more }), ["desk violated"]);
  });

  it("reports a role exactly where some request on another tenant's resource would be allowed", async () => {
    await fc.assert(
      fc.asyncProperty(policies, async (given) => {
        const { access, isolation } = given;
        const of = {
          identity: [access as Value],
          ...(isolation && { boundary: isolation as Value }),
        };
        const isAllowed = [...requests, ...untagged].some(
          (request) => mayMake(of, request) === "yes",
        );
        const reported = await toldOf(given);
        assert.deepEqual(reported, isAllowed ? ["desk violated"] : [], JSON.stringify(given));
      }),
      { numRuns: runs(50, 200) },
    );
  });
});
