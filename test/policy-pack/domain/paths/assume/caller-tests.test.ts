import assert from "node:assert/strict";
import { Unknown, type Value, type ValueRecord } from "../../../../../core/snapshot/value";
import type { Resource } from "../../../../../core/snapshot/resource";
import { defaultSettings } from "../../../../../policy-pack/findings/settings";
import rule from "../../../../../policy-pack/rules/no-cross-tenant-trust";
import { judgeSnapshot } from "../../../../../policy-pack/run/judge";
import { outputOf, resource, snapshotOf, urnOf } from "../../../../support/resources";
import { allow, byLambda, document, roleType, tag } from "../../../../support/two-tenants";

const account = "111122223333";
const otherAccount = "444455556666";
const arn = "aws:PrincipalArn";
const ofAccount = "aws:PrincipalAccount";

function arnOf(role: string): string {
  return `arn:aws:iam::${account}:role/${role}`;
}

/** The ARN of a role of the stack, before that exists. */
function outputArn(role: string): Unknown {
  return new Unknown([urnOf(roleType, role)], false, "arn");
}

/** A text on which nothing of the stack depends. */
const configured = outputOf(urnOf("random:index/randomId:RandomId", "id"));

/** Whether `desk` of tenant `acme` assumes `pay` of tenant `globex`: by a permission of its own, and without one. */
type Verdicts = readonly [permitted: Verdict, unpermitted: Verdict];
type Verdict = "violated" | "undetermined" | "none";

interface Row {
  readonly name: string;
  /** The principal and the conditions of the Allow. */
  readonly trusts: readonly [principal: Value, conditions: ValueRecord];
  /** The conditions of a Deny of everyone. */
  readonly denies?: ValueRecord;
  /** Whether the account of the roles is unknown. */
  readonly inUnknownAccount?: true;
  readonly verdicts: Verdicts;
}

const anyRole = { ArnLike: { [arn]: arnOf("*") } };
const rows: readonly Row[] = [
  {
    name: "trusts the one role that a Deny of all others exempts, beside an Allow by pattern",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: arnOf("desk") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust a role if the Deny exempts another",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: arnOf("hub") } },
    verdicts: ["none", "none"],
  },
  {
    name: "does not trust the exempted role if the pattern of the Allow is of other roles",
    trusts: [account, { ArnLike: { [arn]: arnOf("h*") } }],
    denies: { ArnNotEquals: { [arn]: arnOf("desk") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts the one role that StringNotEquals exempts, of everyone by pattern",
    trusts: ["*", { StringLike: { [arn]: "*:role/d*" } }],
    denies: { StringNotEquals: { [arn]: arnOf("desk") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "trusts roles of a pattern that starts before the ARN's account by their permissions",
    trusts: [account, { StringLike: { [arn]: "*:role/d*" } }],
    verdicts: ["violated", "none"],
  },
  {
    name: "does not trust roles that such a pattern excludes",
    trusts: [account, { StringLike: { [arn]: "*:role/h*" } }],
    verdicts: ["none", "none"],
  },
  {
    name: "trusts the one role of a list that the exempted pattern includes",
    trusts: [account, { ArnLike: { [arn]: [arnOf("desk"), arnOf("h*")] } }],
    denies: { ArnNotLike: { [arn]: arnOf("d*") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust the one role of a list that the exempted pattern excludes",
    trusts: [account, { ArnLike: { [arn]: [arnOf("desk"), arnOf("h*")] } }],
    denies: { ArnNotLike: { [arn]: arnOf("p*") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts roles of an exempted pattern by their permissions",
    trusts: [account, anyRole],
    denies: { ArnNotLike: { [arn]: arnOf("d*") } },
    verdicts: ["violated", "none"],
  },
  {
    name: "trusts no role outside of an exempted pattern",
    trusts: [account, anyRole],
    denies: { StringNotLike: { [arn]: arnOf("h*") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts an exempted role whose ARN is unknown",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: outputArn("desk") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust a role if the Deny exempts another whose ARN is unknown",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: outputArn("hub") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts each of two exempted roles, one of them by an unknown ARN",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: [arnOf("hub"), outputArn("desk")] } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "is undetermined where a Deny exempts callers by an unknown text",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: configured } },
    verdicts: ["undetermined", "none"],
  },
  {
    name: "leaves open whether a role that a Deny exempts beside an unknown text is named",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: [arnOf("desk"), configured] } },
    verdicts: ["violated", "undetermined"],
  },
  {
    name: "does not trust a role by an unknown ARN if a Deny exempts another",
    trusts: [account, { ArnEquals: { [arn]: outputArn("desk") } }],
    denies: { ArnNotEquals: { [arn]: arnOf("hub") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts a role by an unknown ARN if a Deny exempts its pattern",
    trusts: [account, { ArnEquals: { [arn]: outputArn("desk") } }],
    denies: { ArnNotLike: { [arn]: arnOf("d*") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust a role by its ARN if the Allow is for another of unknown ARN",
    trusts: [account, { ArnEquals: { [arn]: outputArn("hub") } }],
    denies: { ArnNotEquals: { [arn]: arnOf("desk") } },
    verdicts: ["none", "none"],
  },
  {
    name: "does not trust a role as a principal if a Deny exempts another of unknown ARN",
    trusts: [arnOf("desk"), {}],
    denies: { ArnNotEquals: { [arn]: outputArn("hub") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts a role as a principal if a Deny exempts its unknown ARN",
    trusts: [arnOf("desk"), {}],
    denies: { ArnNotEquals: { [arn]: outputArn("desk") } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "leaves open a principal of unknown ARN that a Deny may exempt by an unknown text",
    trusts: [outputArn("desk"), {}],
    denies: { ArnNotEquals: { [arn]: configured } },
    verdicts: ["undetermined", "undetermined"],
  },
  {
    name: "does not trust a principal of unknown ARN if a Deny exempts another role",
    trusts: [outputArn("desk"), {}],
    denies: { ArnNotEquals: { [arn]: arnOf("hub") } },
    verdicts: ["none", "none"],
  },
  {
    name: "does not trust a role of unknown ARN of another account than the principal",
    trusts: [otherAccount, anyRole],
    denies: { ArnNotEquals: { [arn]: outputArn("desk") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts roles of the account that a Deny exempts",
    trusts: ["*", anyRole],
    denies: { StringNotEquals: { [ofAccount]: account } },
    verdicts: ["violated", "none"],
  },
  {
    name: "does not trust roles if a Deny exempts another account",
    trusts: ["*", anyRole],
    denies: { StringNotEquals: { [ofAccount]: otherAccount } },
    verdicts: ["none", "none"],
  },
  {
    name: "does not trust a role by an unknown ARN if a Deny exempts another account",
    trusts: ["*", { ArnEquals: { [arn]: outputArn("desk") } }],
    denies: { StringNotEquals: { [ofAccount]: otherAccount } },
    verdicts: ["none", "none"],
  },
  {
    name: "leaves open an exempted account that is unknown",
    trusts: [account, {}],
    denies: { StringNotEquals: { [ofAccount]: configured } },
    verdicts: ["undetermined", "none"],
  },
  {
    name: "trusts the exempted role if the Deny is of other accounts or roles",
    trusts: [account, anyRole],
    denies: {
      ArnNotEquals: { [arn]: arnOf("desk") },
      StringNotEquals: { [ofAccount]: otherAccount },
    },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust a role that neither condition of a Deny exempts",
    trusts: [account, anyRole],
    denies: {
      ArnNotEquals: { [arn]: arnOf("hub") },
      StringNotEquals: { [ofAccount]: otherAccount },
    },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts a role that one of two conditions of a Deny exempts",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: arnOf("hub") }, ArnNotLike: { [arn]: arnOf("d*") } },
    verdicts: ["violated", "none"],
  },
  {
    name: "does not trust a role that neither of two patterns of a Deny exempts",
    trusts: [account, anyRole],
    denies: { ArnNotEquals: { [arn]: arnOf("hub") }, ArnNotLike: { [arn]: arnOf("h*") } },
    verdicts: ["none", "none"],
  },
  {
    name: "trusts roles of another partition of AWS than the commercial one",
    trusts: [account, { ArnEquals: { [arn]: outputArn("desk") } }],
    denies: { ArnNotLike: { [arn]: `arn:aws-us-gov:iam::${account}:role/d*` } },
    verdicts: ["violated", "violated"],
  },
  {
    name: "does not trust roles of such a partition that a Deny does not exempt",
    trusts: [account, { ArnEquals: { [arn]: outputArn("desk") } }],
    denies: { ArnNotLike: { [arn]: `arn:aws-us-gov:iam::${account}:role/h*` } },
    verdicts: ["none", "none"],
  },
  {
    name: "leaves open whether a role of an unknown account is of the exempted one",
    trusts: ["*", {}],
    denies: { StringNotEquals: { [ofAccount]: account } },
    inUnknownAccount: true,
    verdicts: ["undetermined", "none"],
  },
  {
    name: "does not trust a role of an unknown account if a Deny exempts another name",
    trusts: ["*", { ArnLike: { [arn]: "arn:aws:iam::*:role/*" } }],
    denies: { ArnNotLike: { [arn]: arnOf("h*") } },
    inUnknownAccount: true,
    verdicts: ["none", "none"],
  },
  {
    name: "does not trust a role of an unknown account if a Deny exempts another start of texts",
    trusts: ["*", {}],
    denies: { StringNotLike: { [arn]: arnOf("h*") } },
    inUnknownAccount: true,
    verdicts: ["none", "none"],
  },
  {
    name: "trusts a role of an unknown account if a Deny exempts its unknown ARN",
    trusts: ["*", { ArnLike: { [arn]: "arn:aws:iam::*:role/*" } }],
    denies: { ArnNotLike: { [arn]: outputArn("desk") } },
    inUnknownAccount: true,
    verdicts: ["violated", "violated"],
  },
];

function stackOf(row: Row, isPermitted: boolean): readonly Resource[] {
  const provider = resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account] });
  const isKnown = row.inUnknownAccount !== true;
  const role = (name: string, tenant: string, more: ValueRecord = {}): Resource => {
    const inputs = { name, assumeRolePolicy: byLambda, tags: { [tag]: tenant }, ...more };
    return resource(roleType, name, inputs, isKnown ? { provider: provider.urn } : {});
  };
  const [principal, conditions] = row.trusts;
  const statement = { Principal: { AWS: principal }, Action: "sts:AssumeRole" };
  const own = [{ name: "own", policy: document(allow("sts:AssumeRole", "*")) }];
  const denied =
    row.denies === undefined
      ? []
      : [{ ...statement, Effect: "Deny", Principal: "*", Condition: row.denies }];
  return [
    ...(isKnown ? [provider] : []),
    role("desk", "acme", isPermitted ? { inlinePolicies: own } : {}),
    role("hub", "globex"),
    role("pay", "globex", {
      assumeRolePolicy: document(
        { ...statement, Effect: "Allow", Condition: conditions },
        ...denied,
      ),
    }),
  ];
}

async function verdictOn(stack: readonly Resource[]): Promise<string> {
  const judging = { settings: defaultSettings, rules: [rule] };
  const { findings } = await judgeSnapshot(snapshotOf(stack), judging);
  const verdicts = findings.filter(({ about }) => about.label === "pay");
  return verdicts.map(({ verdict }) => verdict).join(", ") || "none";
}

describe("a trust policy with a Deny of other callers", () => {
  for (const row of rows) {
    it(row.name, async () => {
      const found = [await verdictOn(stackOf(row, true)), await verdictOn(stackOf(row, false))];
      assert.deepEqual(found, row.verdicts);
    });
  }
});
