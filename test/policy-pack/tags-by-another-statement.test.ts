import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import rule from "../../policy-pack/rules/no-cross-tenant-trust";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { assertSameLater } from "../support/later-views";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { byLambda, document, roleType, tag } from "../support/two-tenants";

const account = "111122223333";
const provider = urnOf("pulumi:providers:aws", "aws");
const arnOf = (role: string): string => `arn:aws:iam::${account}:role/${role}`;

/** How a statement of `hub` includes `desk`: by its name, or as one of its account. */
const inclusions: Readonly<
  Record<string, { readonly statement: ValueRecord; readonly isNamed: boolean }>
> = {
  "the account": { statement: { Principal: { AWS: account } }, isNamed: false },
  "all of a pattern": {
    statement: {
      Principal: { AWS: account },
      Condition: { ArnLike: { "aws:PrincipalArn": arnOf("d*") } },
    },
    isNamed: false,
  },
  "the role": { statement: { Principal: { AWS: arnOf("desk") } }, isNamed: true },
  "the role in a list": {
    statement: {
      Principal: { AWS: account },
      Condition: { ArnEquals: { "aws:PrincipalArn": [arnOf("desk"), arnOf("other")] } },
    },
    isNamed: true,
  },
};

const permissions: Readonly<Record<string, readonly string[]>> = {
  "no permission": ["s3:GetObject"],
  "a permission to assume": ["sts:AssumeRole"],
  "one to pass tags": ["sts:TagSession"],
  "one for both": ["sts:AssumeRole", "sts:TagSession"],
};

function stackOf(
  trusting: ValueRecord,
  tagging: ValueRecord,
  permitted: readonly string[],
  requiresTag: boolean,
): readonly Resource[] {
  const role = (name: string, more: ValueRecord): Resource =>
    resource(roleType, name, { name, assumeRolePolicy: byLambda, ...more }, { provider });
  const policy = (name: string, Action: readonly string[]): Resource => {
    const statement = { Effect: "Allow", Action: [...Action], Resource: "*" };
    const inputs = { role: name, policy: document(statement) };
    return resource("aws:iam/rolePolicy:RolePolicy", name, inputs, { provider });
  };
  const allow = (statement: ValueRecord, Action: string): ValueRecord => ({
    Effect: "Allow",
    Action,
    ...statement,
  });
  const ofTag = { Condition: { StringEquals: { [`aws:PrincipalTag/${tag}`]: "globex" } } };
  const toPay = { Principal: { AWS: arnOf("hub") }, ...(requiresTag && ofTag) };
  return [
    resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account] }),
    role("desk", { tags: { [tag]: "acme" } }),
    role("hub", {
      assumeRolePolicy: document(
        allow(trusting, "sts:AssumeRole"),
        allow(tagging, "sts:TagSession"),
      ),
    }),
    role("pay", {
      tags: { [tag]: "globex" },
      assumeRolePolicy: document(allow(toPay, "sts:AssumeRole")),
    }),
    policy("desk", permitted),
  ];
}

describe("a role whose tags are passed by a statement of its own", () => {
  for (const [trusts, trusting] of Object.entries(inclusions)) {
    for (const [tags, tagging] of Object.entries(inclusions)) {
      for (const [has, permitted] of Object.entries(permissions)) {
        for (const requiresTag of [false, true]) {
          const assumes = trusting.isNamed || permitted.includes("sts:AssumeRole");
          const passes = tagging.isNamed || permitted.includes("sts:TagSession");
          const isReached = assumes && (passes || !requiresTag);
          const before = requiresTag ? "a role that requires the tag" : "a role that does not";
          it(`trusts ${trusts}, takes tags of ${tags}, of a caller with ${has}: ${isReached ? "reaches" : "does not reach"} ${before}`, async () => {
            const resources = stackOf(
              trusting.statement,
              tagging.statement,
              permitted,
              requiresTag,
            );
            const { findings } = await judgeSnapshot(snapshotOf(resources), {
              settings: defaultSettings,
              rules: [rule],
            });
            assert.deepEqual(
              findings.filter(({ about }) => about.label === "pay").map(({ verdict }) => verdict),
              isReached ? ["violated"] : [],
            );
            await assertSameLater(resources);
          });
        }
      }
    }
  }
});
