import assert from "node:assert/strict";
import { sessionPolicy, type SessionRule } from "../../broker/credentials/session-policy";
import type { Value } from "../../core/snapshot/value";
import { mayMake } from "../support/requests";

const until = Date.parse("2026-11-30T12:00:00Z") / 1000;
const rules = [
  {
    intents: ["read"],
    actions: ["s3:GetObject"],
    resources: ["arn:aws:s3:::orders/{target}/*"],
  },
  {
    intents: ["refund"],
    actions: ["s3:GetObject", "s3:PutObject"],
    resources: ["arn:aws:s3:::orders/{target}", "arn:aws:s3:::ledger/day"],
  },
] satisfies readonly SessionRule[];
const statementsOf = (policy: string): Value =>
  (JSON.parse(policy) as { readonly Statement: Value }).Statement;
const time = (seconds: number): string => new Date(seconds * 1000).toISOString();

const policyOf = (
  given: readonly SessionRule[],
  intent: string,
  target: string | undefined,
): string =>
  sessionPolicy(given, { intent, ...(target !== undefined && { target }) }, until, "refunds");

describe("the session policy of a call", () => {
  it("allows what its intent needs on its target, until the window ends", () => {
    assert.deepEqual(JSON.parse(policyOf(rules, "read", "8812")), {
      Version: "2012-10-17",
      Statement: [
        {
          ...{ Effect: "Allow", Action: ["s3:GetObject"] },
          Resource: ["arn:aws:s3:::orders/8812/*"],
        },
        {
          ...{ Effect: "Deny", Action: "*", Resource: "*" },
          Condition: { DateGreaterThanEquals: { "aws:CurrentTime": "2026-11-30T12:00:00Z" } },
        },
      ],
    });
  });

  it("allows what the role may, only for the intent of a rule that gives the whole role", () => {
    const whole = [{ intents: ["find"], wholeRole: true }] as const;
    const [first] = statementsOf(policyOf(whole, "find", undefined)) as readonly Value[];
    assert.deepEqual(first, { Effect: "Allow", Action: "*", Resource: "*" });
    assert.throws(() => policyOf(whole, "read", undefined), { error: "invalid_scope" });
  });

  it("is none for an intent without a rule: the refusal says what to declare", () => {
    for (const given of [rules, []]) {
      assert.throws(() => policyOf(given, "close", "1"), {
        error: "invalid_scope",
        message:
          "tool `refunds` makes no sessions for intent `close`; declare its actions and resources in `sessions` of the tool",
      });
    }
  });

  it("is none for a target that would match others, or for none", () => {
    const bad = ["*", "88?2", "${aws:username}", "", "a b", "{target}", "é", "..", ".", "a..b"];
    const ofSegment = ["8812/a", "a:b", "/8812", "x".repeat(513)];
    const ofPath = [
      "/8812",
      "8812/",
      "a//b",
      "a/../b",
      "a/./b",
      "a:b",
      "a/*",
      `a/${"x".repeat(511)}`,
    ];
    const pathRules = [{ ...rules[0]!, resources: ["arn:aws:s3:::orders/{target:path}/*"] }];
    for (const [given, targets] of [
      [rules, [...bad, ...ofSegment, undefined]],
      [pathRules, [...bad, ...ofPath, undefined]],
    ] as const) {
      for (const target of targets) {
        const error = { error: "invalid_authorization_details" };
        assert.throws(() => policyOf(given, "read", target), error, String(target));
      }
    }
    assert.match(policyOf(pathRules, "read", "eu/8812"), /"arn:aws:s3:::orders\/eu\/8812\/\*"/);
    assert.match(policyOf(rules, "read", "a@b=c+d,e-f_g.h"), /orders\/a@b=c\+d,e-f_g\.h\/\*/);
  });

  it("is none where it would be longer than AWS takes", () => {
    const many = Array.from({ length: 40 }, (_, at) => `arn:aws:s3:::orders-${at}/{target}/*`);
    const long = [{ intents: ["read"], actions: ["s3:GetObject"], resources: many }];
    assert.throws(() => policyOf(long, "read", "x".repeat(60)), {
      message: "the call needs too long a session policy",
    });
  });

  it("with any policy of the role, never exceeds role, intent, target or window", () => {
    const roles: readonly Value[] = [
      [{ Effect: "Allow", Action: "*", Resource: "*" }],
      [{ Effect: "Allow", Action: "s3:*", Resource: "arn:aws:s3:::orders/*" }],
      [{ Effect: "Allow", Action: ["s3:GetObject", "dynamodb:*"], Resource: "*" }],
      [
        { Effect: "Allow", Action: "*", Resource: "*" },
        { Effect: "Deny", Action: "s3:PutObject", Resource: "*" },
      ],
    ];
    const names = ["orders/8812", "orders/8812/a", "orders/88120/a", "orders/9/a", "ledger/day"];
    const cases = roles.flatMap((identity) =>
      ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "dynamodb:Query"].flatMap((action) =>
        [...names, "x/8812/a"].flatMap((name) =>
          ["read", "refund"].flatMap((intent) =>
            [-121, -120, -60, -1, 0, 1, 60, 120, 121].map((at) => {
              return { identity, action, on: `arn:aws:s3:::${name}`, intent, at };
            }),
          ),
        ),
      ),
    );
    let allowed = 0;
    for (const { identity, action, on, intent, at } of cases) {
      const session = statementsOf(policyOf(rules, intent, "8812"));
      const keys = { "aws:CurrentTime": time(until + at) };
      const answer = mayMake({ identity: [identity], session }, { action, on, keys });
      const { actions, resources } = rules.find(({ intents }) => intents.includes(intent))!;
      const isMeant = resources.some((resource) => {
        const filled = resource.replace("{target}", "8812");
        return filled.endsWith("*") ? on.startsWith(filled.slice(0, -1)) : on === filled;
      });
      const ofRole = mayMake({ identity: [identity] }, { action, on, keys });
      const expected = at < 0 && actions.includes(action) && isMeant && ofRole === "yes";
      assert.equal(
        answer,
        expected ? "yes" : "no",
        JSON.stringify({ identity, action, on, intent, at }),
      );
      if (expected) allowed += 1;
    }
    assert.ok(allowed > 0, "no call is allowed");
  });

  it("ends what a resource's policy gives the session as well", () => {
    const session = statementsOf(policyOf(rules, "read", "8812"));
    const ofResource = [{ Effect: "Allow", Principal: "*", Action: "*", Resource: "*" }];
    const request = { action: "s3:GetObject", on: "arn:aws:s3:::other/a" };
    const ask = (at: number): string =>
      mayMake(
        { identity: [], session, ofResource },
        { ...request, keys: { "aws:CurrentTime": time(until + at) } },
      );
    assert.deepEqual([ask(0), ask(60)], ["no", "no"]);
  });
});
