import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../../core/snapshot/value";
import noCrossTenantTrust from "../../../../policy-pack/rules/no-cross-tenant-trust";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { authorityChanges } from "../../../support/authority-changes";
import { outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import {
  accounts,
  allow,
  anything,
  byLambda,
  deny,
  document,
  policy,
  providerOf,
  roleType,
  tag,
} from "../../../support/two-tenants";

const account = "111122223333";
const arnOf = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const assumes = "sts:AssumeRole";
const fence = "aws:iam/policy:Policy";
const open = outputOf(urnOf("random:index/randomPet:RandomPet", "name"));

/** The boundary of the calling role, and whether the role that trusts it can be assumed. */
const boundaries: Readonly<Record<string, readonly [readonly ValueRecord[] | undefined, string]>> =
  {
    none: [undefined, "can"],
    "one that allows everything": [[anything], "can"],
    "one that allows assuming the role": [[allow(assumes, arnOf("customer-records"))], "can"],
    "one that denies under a condition": [
      [
        anything,
        deny(assumes, "*", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } }),
      ],
      "can",
    ],
    "one that denies assuming": [[anything, deny(assumes, "*")], "cannot"],
    "one that denies assuming under a condition that is always met": [
      [anything, deny(assumes, "*", { Condition: { StringLike: { "aws:PrincipalArn": "*" } } })],
      "cannot",
    ],
    "one that denies assuming all but another role": [
      [anything, { Effect: "Deny", Action: assumes, NotResource: arnOf("reports") }],
      "cannot",
    ],
    "one that allows other actions": [[allow("s3:*", "*")], "cannot by its ARN"],
    "one that allows another role": [[allow(assumes, arnOf("reports"))], "cannot by its ARN"],
    "one with an unknown resource": [[allow(assumes, open)], "unknown by its ARN"],
    "one with an unknown Deny": [[anything, deny(assumes, open)], "unknown"],
  };

const trusted: Readonly<Record<string, Value>> = {
  "its ARN": arnOf("desk"),
  "the output of the role": outputOf(urnOf(roleType, "desk")),
  "a session": `arn:aws:sts::${account}:assumed-role/desk/run`,
};

function stackOf(
  principal: Value,
  boundary: readonly ValueRecord[] | undefined,
): readonly Resource[] {
  const desk = resource(roleType, "desk", {
    name: "desk",
    tags: { [tag]: "acme" },
    assumeRolePolicy: byLambda,
    ...(boundary && { permissionsBoundary: outputOf(urnOf(fence, "fence")) }),
  });
  return [
    desk,
    policy(allow("s3:GetObject", "arn:aws:s3:::acme-tickets/*")),
    ...(boundary
      ? [resource(fence, "fence", { name: "fence", policy: document(...boundary) })]
      : []),
    target({ AWS: principal }),
  ];
}

function target(principal: ValueRecord): Resource {
  return resource(roleType, "customer-records", {
    name: "customer-records",
    tags: { [tag]: "globex" },
    assumeRolePolicy: document({ Effect: "Allow", Principal: principal, Action: assumes }),
  });
}

function placed(stack: readonly Resource[]): readonly Resource[] {
  return [...accounts, ...stack.map((each) => ({ ...each, provider: providerOf(account) }))];
}

/** Whether the delta reports that the role can now be assumed by the other. */
async function inDelta(stack: readonly Resource[]): Promise<string> {
  const before = stack.map((each) =>
    each.name === "customer-records" ? target({ Service: "lambda.amazonaws.com" }) : each,
  );
  const changes = await authorityChanges(placed(before), placed(stack));
  const found = changes.filter((each) => /be assumed by/.test(each) && !/lambda/.test(each));
  if (found.length === 0) return "cannot";
  return found.every((each) => each.startsWith("wider: ")) ? "can" : "unknown";
}

/** Whether the rule reports the same. */
async function inRule(stack: readonly Resource[]): Promise<string> {
  const judging = { settings: defaultSettings, rules: [noCrossTenantTrust] };
  const { findings } = await judgeSnapshot(snapshotOf(placed(stack)), judging);
  if (findings.length === 0) return "cannot";
  return findings.every(({ verdict }) => verdict === "violated") ? "can" : "unknown";
}

describe("a role that another can assume", () => {
  for (const [how, principal] of Object.entries(trusted)) {
    for (const [which, [boundary, verdict]] of Object.entries(boundaries)) {
      const byArn = / by its ARN$/;
      const wanted =
        how === "a session" && byArn.test(verdict) ? "can" : verdict.replace(byArn, "");
      it(`${wanted} be assumed where it trusts ${how}, of a role whose boundary is ${which}`, async () => {
        const stack = stackOf(principal, boundary);
        assert.equal(await inRule(stack), wanted, "the rule");
        // Whose ARN an output is is known only when the role is made.
        const isOpen = wanted === "can" && how === "the output of the role";
        assert.equal(await inDelta(stack), isOpen ? "unknown" : wanted, "the delta");
      });
    }
  }
});
