import assert from "node:assert/strict";
import fc from "fast-check";
import { matches, parsePattern } from "../../core/pattern";
import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import rule from "../../policy-pack/rules/no-cross-tenant-trust";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { mayMake, type Request } from "../support/requests";
import { resource, snapshotOf, urnOf } from "../support/resources";
import { byLambda, document, roleType, tag } from "../support/two-tenants";
import { runs } from "../support/runs";

const account = "111122223333";
const provider = urnOf("pulumi:providers:aws", "aws");
const anything = { Effect: "Allow", Action: "*", Resource: "*" };

/** A role that calls, and one that is called. */
type Caller = "desk" | "hub";
type Called = "hub" | "pay";

function arnOf(role: string): string {
  return `arn:aws:iam::${account}:role/${role}`;
}

/** A statement of a trust policy: its principals, and the callers that its conditions leave of these. */
interface TrustStatement {
  readonly effect: "Allow" | "Deny";
  readonly principals: readonly string[];
  readonly actions: string;
  readonly callers: readonly (readonly [operator: string, value: string])[];
}

const callerPatterns = [arnOf("desk"), arnOf("hub"), arnOf("*"), arnOf("d*"), arnOf("other")];
const trustStatement: fc.Arbitrary<TrustStatement> = fc.record({
  effect: fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
  principals: fc.uniqueArray(
    fc.constantFrom(account, `arn:aws:iam::${account}:root`, arnOf("desk"), arnOf("hub")),
    { minLength: 1, maxLength: 2 },
  ),
  actions: fc.constantFrom("sts:AssumeRole", "sts:AssumeRole", "sts:*", "sts:TagSession"),
  callers: fc.array(
    fc.tuple(
      fc.constantFrom("ArnLike", "ArnNotLike", "StringEquals", "ArnNotEquals"),
      fc.constantFrom(...callerPatterns),
    ),
    { maxLength: 1 },
  ),
});

const permission: fc.Arbitrary<ValueRecord> = fc
  .tuple(
    fc.constantFrom("Allow", "Allow", "Allow", "Deny"),
    fc.constantFrom("sts:AssumeRole", "sts:*", "*", "s3:GetObject"),
    fc.constantFrom("Resource", "Resource", "Resource", "NotResource"),
    fc.constantFrom("*", arnOf("*"), arnOf("hub"), arnOf("pay"), arnOf("p*"), arnOf("other")),
  )
  .map(([Effect, Action, by, on]) => ({ Effect, Action, [by]: on }));

interface Given {
  readonly trust: Readonly<Record<Called, readonly TrustStatement[]>>;
  readonly own: Readonly<Record<Caller, readonly ValueRecord[]>>;
  readonly boundary: readonly ValueRecord[] | undefined;
}

const trusted = fc.array(trustStatement, { minLength: 1, maxLength: 2 });
const permitted = fc.array(permission, { minLength: 1, maxLength: 2 });
const judgedValues: fc.Arbitrary<Given> = fc.record({
  trust: fc.record({ hub: trusted, pay: trusted }),
  own: fc.record({ desk: permitted, hub: permitted }),
  boundary: fc.option(permitted, { nil: undefined }),
});

function written({ effect, principals, actions, callers }: TrustStatement): ValueRecord {
  const Condition = Object.fromEntries(
    callers.map(([operator, value]) => [operator, { "aws:PrincipalArn": value }]),
  );
  return { Effect: effect, Principal: { AWS: principals }, Action: actions, Condition };
}

function roleOf(name: string, more: ValueRecord): Resource {
  return resource(roleType, name, { name, assumeRolePolicy: byLambda, ...more }, { provider });
}

function stackOf({ trust, own, boundary }: Given): readonly Resource[] {
  const limit = boundary && { permissionsBoundary: `arn:aws:iam::${account}:policy/limit` };
  const trusting = (name: Called): ValueRecord => ({
    assumeRolePolicy: document(...trust[name].map(written)),
  });
  const policyOf = (name: Caller): Resource => {
    const inputs = { role: name, policy: document(...own[name]) };
    return resource("aws:iam/rolePolicy:RolePolicy", name, inputs, { provider });
  };
  return [
    resource("pulumi:providers:aws", "aws", { allowedAccountIds: [account] }),
    roleOf("desk", { tags: { [tag]: "acme" }, ...limit }),
    roleOf("hub", trusting("hub")),
    roleOf("pay", { tags: { [tag]: "globex" }, ...trusting("pay") }),
    policyOf("desk"),
    policyOf("hub"),
    ...(boundary === undefined
      ? []
      : [
          resource(
            "aws:iam/policy:Policy",
            "limit",
            { name: "limit", policy: document(...boundary) },
            { provider },
          ),
        ]),
  ];
}

/** Whether a statement is about a caller: by its account, or by its own ARN. */
function isAbout({ principals, actions, callers }: TrustStatement, caller: Caller): boolean {
  const isNamed =
    principals.some((each) => !each.includes("role/")) || principals.includes(arnOf(caller));
  return isNamed && actions !== "sts:TagSession" && callers.every((each) => holds(each, caller));
}

function holds([operator, value]: readonly [string, string], caller: Caller): boolean {
  const isFit =
    operator === "StringEquals"
      ? value === arnOf(caller)
      : matches(parsePattern(value), arnOf(caller));
  return operator.includes("Not") ? !isFit : isFit;
}

/** Whether a statement denies all of the account but one caller, which names that one as an Allow would. */
function spares({ effect, principals, actions, callers }: TrustStatement, caller: Caller): boolean {
  return (
    effect === "Deny" &&
    actions !== "sts:TagSession" &&
    principals.some((each) => !each.includes("role/")) &&
    callers.some(([operator, value]) => operator.includes("Not") && value === arnOf(caller))
  );
}

/** Whether a caller may assume a role, by AWS's own rules one request at a time. */
function mayAssume(caller: Caller, called: Called, { trust, own, boundary }: Given): boolean {
  const request: Request = { action: "sts:AssumeRole", on: arnOf(called) };
  const about = trust[called].filter((each) => isAbout(each, caller));
  if (about.some(({ effect }) => effect === "Deny")) return false;
  const limit = caller === "desk" ? boundary : undefined;
  const bounded = { ...(limit && { boundary: [...limit] }) };
  const denies = own[caller].filter(({ Effect }) => Effect === "Deny");
  const byName =
    about.some(
      ({ principals, callers }) =>
        principals.includes(arnOf(caller)) ||
        callers.some(([operator, value]) => !operator.includes("Not") && value === arnOf(caller)),
    ) || trust[called].some((each) => spares(each, caller));
  // What names a role needs no permission of its own, and yet nothing that takes it away.
  const identity = byName ? [anything, ...denies] : own[caller];
  return about.length > 0 && mayMake({ identity: [[...identity]], ...bounded }, request) === "yes";
}

describe("no-cross-tenant-trust on chains of roles at random", function () {
  this.timeout(600_000);

  it("reports that a tenant assumes another's role exactly where some path of requests leads there", async () => {
    await fc.assert(
      fc.asyncProperty(judgedValues, async (given) => {
        const isReached =
          mayAssume("desk", "pay", given) ||
          (mayAssume("desk", "hub", given) && mayAssume("hub", "pay", given));
        const judging = { settings: defaultSettings, rules: [rule] };
        const { findings } = await judgeSnapshot(snapshotOf(stackOf(given)), judging);
        const reported = findings.filter(({ about }) => about.label === "pay");
        assert.deepEqual(
          reported.map(({ verdict }) => verdict),
          isReached ? ["violated"] : [],
          JSON.stringify(given),
        );
      }),
      { numRuns: runs(75, 300) },
    );
  });
});
