import assert from "node:assert/strict";
import { Secret, type Value } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import { rules } from "../../policy-pack/rules/index";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resource, snapshotOf } from "../support/resources";

const account = "111122223333";
const eks = "oidc.eks.eu-west-1.amazonaws.com/id/ABC";

/** A statement with a rule's suggestion in place of its conditions. */
interface Case {
  /** The behaviour, as the end of a sentence. */
  readonly name: string;
  readonly rule: string;
  readonly principal: Value;
  readonly action?: Value;
  readonly condition?: Value;
  readonly replacement: Value;
  /** Whether the condition belongs into a statement of its own. */
  readonly isOfItsOwn: boolean;
}

const ownAccount = { StringEquals: { "aws:SourceAccount": account } };
const ofSsm = { ...ownAccount, ArnLike: { "aws:SourceArn": `arn:aws:ssm:REGION:${account}:*` } };
const externalId = { StringEquals: { "sts:ExternalId": "EXTERNAL_ID" } };

const cases: readonly Case[] = [
  {
    name: "asks one service for its own ARNs",
    rule: "require-source-condition",
    principal: { Service: "ssm.amazonaws.com" },
    replacement: ofSsm,
    isOfItsOwn: false,
  },
  {
    name: "asks services that all tell on whose behalf they act for the account alone",
    rule: "require-source-condition",
    principal: { Service: ["ssm.amazonaws.com", "sagemaker.amazonaws.com"] },
    replacement: ownAccount,
    isOfItsOwn: false,
  },
  {
    name: "parts a service from one that tells nothing",
    rule: "require-source-condition",
    principal: { Service: ["ssm.amazonaws.com", "ec2.amazonaws.com"] },
    replacement: ofSsm,
    isOfItsOwn: true,
  },
  {
    name: "parts a service from a role",
    rule: "require-source-condition",
    principal: { Service: "ssm.amazonaws.com", AWS: `arn:aws:iam::${account}:role/caller` },
    replacement: ofSsm,
    isOfItsOwn: true,
  },
  {
    name: "asks two roles of one vendor for the same external id",
    rule: "require-source-condition",
    principal: {
      AWS: ["arn:aws:iam::444455556666:role/a", "arn:aws:iam::444455556666:role/b"],
    },
    replacement: externalId,
    isOfItsOwn: false,
  },
  {
    name: "parts a vendor from a role of the own account",
    rule: "require-source-condition",
    principal: {
      AWS: ["arn:aws:iam::444455556666:root", `arn:aws:iam::${account}:role/caller`],
    },
    replacement: externalId,
    isOfItsOwn: true,
  },
  {
    name: "asks providers of one issuer for the same subject",
    rule: "require-subject-condition",
    principal: {
      Federated: [
        `arn:aws:iam::${account}:oidc-provider/${eks}`,
        `arn:aws-cn:iam::${account}:oidc-provider/${eks}`,
      ],
    },
    action: "sts:AssumeRoleWithWebIdentity",
    condition: { StringEquals: { [`${eks}:aud`]: "sts.amazonaws.com" } },
    replacement: {
      StringEquals: {
        [`${eks}:aud`]: "sts.amazonaws.com",
        [`${eks}:sub`]: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
      },
    },
    isOfItsOwn: false,
  },
  {
    name: "parts tokens from a service",
    rule: "require-subject-condition",
    principal: {
      Federated: `arn:aws:iam::${account}:oidc-provider/${eks}`,
      Service: "ec2.amazonaws.com",
    },
    action: ["sts:AssumeRole", "sts:AssumeRoleWithWebIdentity"],
    replacement: {
      StringEquals: {
        [`${eks}:aud`]: "sts.amazonaws.com",
        [`${eks}:sub`]: "system:serviceaccount:NAMESPACE:SERVICE_ACCOUNT",
      },
    },
    isOfItsOwn: true,
  },
  {
    name: "asks the own account for no external id",
    rule: "no-fail-open-condition",
    principal: { AWS: `arn:aws:iam::${account}:root` },
    condition: { BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } },
    replacement: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
    isOfItsOwn: false,
  },
  {
    name: "asks the own account for one role where nothing says which callers are meant",
    rule: "no-fail-open-condition",
    principal: { AWS: `arn:aws:iam::${account}:root` },
    condition: { StringNotEquals: { "aws:PrincipalTag/team": "desk" } },
    replacement: {
      StringEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/ROLE` },
      StringNotEquals: { "aws:PrincipalTag/team": "desk" },
    },
    isOfItsOwn: false,
  },
  {
    name: "takes a wildcard in an ARN under `StringEquals` for the pattern that it is meant for",
    rule: "no-dead-condition",
    principal: { Service: "ssm.amazonaws.com" },
    condition: {
      StringEquals: { "aws:SourceArn": `arn:aws:ssm:eu-west-1:${account}:document/*` },
    },
    replacement: {
      ...ownAccount,
      ArnLike: { "aws:SourceArn": `arn:aws:ssm:eu-west-1:${account}:document/*` },
    },
    isOfItsOwn: false,
  },
  {
    name: "asks for the DNS name of a certificate where a loose one is asked for",
    rule: "no-broad-subject",
    principal: { Service: "rolesanywhere.amazonaws.com" },
    condition: {
      StringLike: { "aws:PrincipalTag/x509SAN/DNS": "*.acme.example" },
      ArnEquals: {
        "aws:SourceArn": `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0a1b`,
      },
    },
    replacement: {
      StringEquals: { "aws:PrincipalTag/x509SAN/DNS": "DNS_NAME" },
      ArnEquals: {
        "aws:SourceArn": `arn:aws:rolesanywhere:eu-west-1:${account}:trust-anchor/0a1b`,
      },
    },
    isOfItsOwn: false,
  },
  {
    name: "asks a service in China for ARNs of its partition",
    rule: "require-source-condition",
    principal: { Service: "ssm.amazonaws.com.cn" },
    replacement: {
      ...ownAccount,
      ArnLike: { "aws:SourceArn": `arn:aws-cn:ssm:REGION:${account}:*` },
    },
    isOfItsOwn: false,
  },
  {
    name: "asks all callers for one organisation where everyone is among them",
    rule: "no-public-trust",
    principal: { AWS: ["*", `arn:aws:iam::${account}:role/caller`] },
    replacement: { StringEquals: { "aws:PrincipalOrgID": "o-ORGANIZATION" } },
    isOfItsOwn: false,
  },
  {
    name: "asks services for the organisation on whose behalf they act, since they are of none",
    rule: "no-public-trust",
    principal: "*",
    condition: { Bool: { "aws:PrincipalIsAWSService": "true" } },
    replacement: {
      StringEquals: { "aws:SourceOrgID": "o-ORGANIZATION" },
      Bool: { "aws:PrincipalIsAWSService": "true" },
    },
    isOfItsOwn: false,
  },
  {
    name: "asks those who have a source for its organisation",
    rule: "no-public-trust",
    principal: "*",
    condition: { ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:*" } },
    replacement: {
      StringEquals: { "aws:SourceOrgID": "o-ORGANIZATION" },
      ArnLike: { "aws:SourceArn": "arn:aws:s3:*:*:*" },
    },
    isOfItsOwn: false,
  },
  ...[new Secret("desk"), "*"].map((team, at) => ({
    name: `asks the own account for one role where what tells callers is ${at === 0 ? "left out" : "any text"}`,
    rule: "no-fail-open-condition",
    principal: { AWS: `arn:aws:iam::${account}:root` },
    condition: { StringLikeIfExists: { "aws:PrincipalTag/team": team } },
    replacement: { StringEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/ROLE` } },
    isOfItsOwn: false,
  })),
];

describe("the correction of a statement for several", () => {
  for (const { name, rule, isOfItsOwn, replacement, ...statement } of cases) {
    it(name, async () => {
      const [finding, ...more] = (await findingsOn(statement)).filter((each) => each.rule === rule);
      assert.deepEqual(more, []);
      assert.deepEqual(JSON.parse(finding?.replacement ?? ""), replacement);
      const own =
        "move this condition into a statement of its own, since other principals of this one cannot meet it";
      const remediation = rules.find((each) => each.id === rule)?.remediation;
      assert.equal(finding?.fix, isOfItsOwn ? own : remediation);
    });
  }

  it("requires another key where the named principal never has the tested one", async () => {
    const [finding, ...more] = await findingsOn({
      principal: { AWS: "arn:aws:iam::444455556666:root" },
      condition: { StringEquals: { "aws:SourceAccount": account } },
    });
    assert.deepEqual(more, []);
    assert.equal(finding?.replacement, undefined);
    assert.equal(
      finding?.fix,
      "test a key that the intended principals have, or move this test into a statement of its own",
    );
  });
});

describe("a test that no request meets, whichever principal makes it", () => {
  const unwritten =
    "write the whole condition key with its prefix, and the values that it may have";
  for (const { condition, fix } of [
    { condition: { StringEquals: { "aws:SourceAccount": [] } }, fix: unwritten },
    { condition: { StringEquals: { SourceAccount: account } }, fix: unwritten },
    {
      condition: { StringEqual: { "aws:SourceAccount": account } },
      fix: "use an IAM condition operator, such as `StringEquals`",
    },
    {
      condition: {
        StringEquals: { "aws:SourceAccount": account },
        StringNotEquals: { "aws:SourceAccount": account },
      },
      fix: "keep only tests of the key that one value can pass",
    },
  ]) {
    it(`is fixed where it is: ${JSON.stringify(condition)}`, async () => {
      const found = await findingsOn({ principal: { Service: "events.amazonaws.com" }, condition });
      const fixes = found
        .filter(({ rule }) => rule === "no-dead-condition")
        .map((each) => each.fix);
      assert.deepEqual(fixes, [fix]);
    });
  }
});

async function findingsOn({
  principal: Principal,
  action: Action = "sts:AssumeRole",
  condition: Condition = {},
}: Pick<Case, "principal" | "action" | "condition">) {
  const role = resource("aws:iam/role:Role", "desk", {
    name: "desk",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Principal, Action, Condition }],
    },
  });
  const own = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });
  const federation = rules.filter(({ family }) => family === "federation");
  const stack = snapshotOf([own, { ...role, provider: own.urn }]);
  return (await judgeSnapshot(stack, { settings: defaultSettings, rules: federation })).findings;
}
