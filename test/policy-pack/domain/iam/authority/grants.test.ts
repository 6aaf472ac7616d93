import assert from "node:assert/strict";
import type { Authority, Policy } from "../../../../../policy-pack/domain/iam/authority/authority";
import {
  allowedBy,
  requested,
  leftOf,
  type Grant,
} from "../../../../../policy-pack/domain/iam/authority/grants";
import { unnarrowed } from "../../../../../policy-pack/domain/iam/authority/effective";
import { contextOf, type Context } from "../../../../../core/policy/condition/context";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { Part } from "../../../../../core/policy/statement";
import { Unknown, type Value, type ValueRecord } from "../../../../../core/snapshot/value";
import { outputOf, urnOf } from "../../../../support/resources";

const bucket = urnOf("aws:s3/bucket:Bucket", "b");
const later = outputOf(bucket);
const part = { reason: "a part of a policy is not known yet", dependsOn: [bucket] };
const partOfDeny = { reason: "a part of a Deny is not known yet", dependsOn: [bucket] };
const effect = { reason: "the effect of a statement is not known yet", dependsOn: [bucket] };

function policy(...statements: readonly Value[]): Policy {
  const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
  assert.equal(parsed.kind, "document");
  const { document } = parsed;
  return {
    name: "calls",
    at: { urn: urnOf("aws:iam/policy:Policy", "calls"), property: "policy" },
    content: { kind: "document", document },
  };
}

function allow(action: Value, on: Value, more: ValueRecord = {}): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function deny(more: ValueRecord): Value {
  return { Effect: "Deny", ...more };
}

function textOf(given: Part): string {
  return given.kind === "text" ? given.text : "(unknown)";
}

function brief({ actions, resources, uncertainty }: Grant): unknown {
  return [
    actions.map(textOf),
    resources.map(textOf),
    ...(uncertainty === undefined ? [] : [uncertainty]),
  ];
}

/** What a policy allows of an action on a resource. */
function allowed(
  statement: Value,
  action = "s3:getobject",
  on = "arn:aws:s3:::acme/a",
  context: Context = unnarrowed(),
): readonly unknown[] {
  const wanted = { actions: [requested(action)], resources: [requested(on)] };
  return allowedBy([policy(statement)], wanted, context).map(brief);
}

/** What is left of reading two objects with another statement beside the one that allows it. */
function left(statement: Value, more: Partial<Authority> = {}): readonly unknown[] {
  const policies = [policy(allow(["s3:GetObject", "s3:PutObject"], "*"), statement)];
  const wanted = {
    actions: [requested("s3:getobject"), requested("s3:putobject")],
    resources: [requested("arn:aws:s3:::acme/a"), requested("arn:aws:s3:::acme/b")],
  };
  const context = unnarrowed();
  const grants = allowedBy([policy(allow(["s3:GetObject", "s3:PutObject"], "*"))], wanted, context);
  return leftOf(grants, { policies, limits: [], ...more }, context).map(brief);
}

const both = ["s3:getobject", "s3:putobject"];
const objects = ["arn:aws:s3:::acme/a", "arn:aws:s3:::acme/b"];

describe("what policies allow", () => {
  const one = [["s3:getobject"], ["arn:aws:s3:::acme/a"]];

  it("is everything requested, unknown, by an unknown statement", () => {
    const uncertainty = { reason: "a statement is not known yet", dependsOn: [bucket] };
    assert.deepEqual(allowed(later), [[...one, uncertainty]]);
  });

  it("is unknown where the effect is unknown", () => {
    assert.deepEqual(allowed({ Effect: later, Action: "s3:*", Resource: "*" }), [[...one, effect]]);
  });

  it("is unknown where a condition is unknown", () => {
    const found = allowed(allow("s3:*", "*", { Condition: later }));
    assert.equal(found.length, 1);
    assert.deepEqual((found as { dependsOn?: unknown }[][])[0]?.[2]?.dependsOn, [bucket]);
  });

  it("is nothing where a condition is not met", () => {
    const Condition = { StringEquals: { "s3:prefix": "inbox" } };
    assert.deepEqual(allowed(allow("s3:*", "*", { Condition })), []);
  });

  it("is unknown on an unknown resource", () => {
    assert.deepEqual(allowed(allow("s3:*", later)), [[["s3:getobject"], ["(unknown)"], part]]);
  });

  it("is certain on a resource that is not known when any will do", () => {
    assert.deepEqual(allowed(allow("s3:*", later), "s3:getobject", "*"), [
      [["s3:getobject"], ["(unknown)"]],
    ]);
  });

  it("is unknown where the exceptions of NotAction are unknown", () => {
    assert.deepEqual(allowed({ Effect: "Allow", NotAction: [later], Resource: "*" }), [
      [...one, part],
    ]);
  });

  it("of an unknown resource is certain on everything, and unknown on a named one", () => {
    const wanted = {
      actions: [requested("s3:getobject")],
      resources: [{ kind: "unknown" as const, dependsOn: [bucket] }],
    };
    const on = (resource: string): unknown =>
      allowedBy([policy(allow("s3:*", resource))], wanted, unnarrowed()).map(brief);
    assert.deepEqual(on("*"), [[["s3:getobject"], ["(unknown)"]]]);
    assert.deepEqual(on("arn:aws:s3:::acme/a"), [[["s3:getobject"], ["(unknown)"], part]]);
  });

  describe("by a variable", () => {
    const own = allow("s3:*", "arn:aws:s3:::acme/${aws:username}");

    it("is its value", () => {
      const as = (name: string): unknown =>
        allowed(own, "s3:getobject", "arn:aws:s3:::acme/a", contextOf({ "aws:username": name }));
      assert.deepEqual(as("a"), [one]);
      assert.deepEqual(as("b"), []);
    });

    it("is nothing where it has no value", () => {
      assert.deepEqual(allowed(own, "s3:getobject", "arn:aws:s3:::acme/a", contextOf({})), []);
    });

    it("is unknown where its value is unknown, and nothing where no value would match", () => {
      const uncertainty = {
        reason: "the value of a policy variable is known only in the call",
        dependsOn: [],
      };
      assert.deepEqual(allowed(own), [[...one, uncertainty]]);
      assert.deepEqual(allowed(own, "s3:getobject", "arn:aws:s3:::globex/a"), []);
    });
  });
});

describe("what denies and limits leave", () => {
  it("is what a Deny does not name", () => {
    assert.deepEqual(left(deny({ Action: "s3:putobject", Resource: "arn:aws:s3:::acme/a" })), [
      [["s3:getobject"], objects],
      [["s3:putobject"], ["arn:aws:s3:::acme/b"]],
    ]);
  });

  it("is what NotAction under Deny names", () => {
    assert.deepEqual(left(deny({ NotAction: "s3:getobject", Resource: "*" })), [
      [["s3:getobject"], objects],
    ]);
  });

  it("is all where a Deny names another resource or its variable has no value", () => {
    const all = [[both, objects]];
    assert.deepEqual(left(deny({ Action: "s3:*", Resource: "arn:aws:s3:::globex/*" })), all);
    assert.deepEqual(
      left(deny({ Action: "s3:*", Resource: "arn:aws:s3:::acme/${s3:prefix}" })),
      all,
    );
  });

  it("is everything where the condition of a Deny is not met", () => {
    const Condition = { StringEquals: { "s3:prefix": "inbox" } };
    assert.deepEqual(left(deny({ Action: "*", Resource: "*", Condition })), [[both, objects]]);
  });

  it("is unknown where a Deny has an unknown part", () => {
    assert.deepEqual(left(deny({ Action: "s3:putobject", Resource: later })), [
      [["s3:getobject"], objects, partOfDeny],
      [["s3:putobject"], objects, partOfDeny],
    ]);
    assert.deepEqual(left(deny({ NotAction: [later], Resource: "*" })), [
      [both, objects, partOfDeny],
    ]);
  });

  describe("of one output of a resource", () => {
    const of = (name: string, output?: string): Value =>
      new Unknown([urnOf("aws:secretsmanager/secret:Secret", name)], false, output);
    const own = of("a", "arn");

    /** What is left of reading two secrets, as their resources and whether it is certain. */
    const leftBy = (statement: Value, on: Value = own): readonly unknown[] => {
      const policies = [policy(allow("secretsmanager:GetSecretValue", on), statement)];
      const wanted = {
        actions: [requested("secretsmanager:getsecretvalue")],
        resources: [requested("*")],
      };
      const grants = allowedBy(policies, wanted, unnarrowed());
      return leftOf(grants, { policies, limits: [] }, unnarrowed()).map(
        ({ resources, uncertainty }) => [
          resources.flatMap((each) => (each.kind === "unknown" ? each.dependsOn : each.text))
            .length,
          uncertainty?.reason,
        ],
      );
    };
    const isOpen = [[1, partOfDeny.reason]];

    it("is nothing where a Deny names the same one", () => {
      assert.deepEqual(leftBy(deny({ Action: "*", Resource: own })), []);
      assert.deepEqual(leftBy(deny({ Action: "*", Resource: [of("b", "arn"), own] })), []);
    });

    it("is unknown where a Deny names another, or something made of it", () => {
      for (const other of [of("b", "arn"), of("a", "id"), of("a"), of("b")]) {
        assert.deepEqual(leftBy(deny({ Action: "*", Resource: other })), isOpen);
      }
      assert.deepEqual(leftBy(deny({ Action: "*", Resource: of("a") }), of("a")), isOpen);
    });

    it("is unknown where a Deny of the same one may not count", () => {
      const Condition = { StringEquals: { "secretsmanager:VersionStage": later } };
      const context: Context = () => ({ kind: "present", values: ["AWSCURRENT"] });
      const policies = [policy(allow("*", own), deny({ Action: "*", Resource: own, Condition }))];
      const wanted = { actions: [requested("*")], resources: [requested("*")] };
      const found = leftOf(allowedBy(policies, wanted, context), { policies, limits: [] }, context);
      assert.deepEqual(
        found.map(({ uncertainty }) => uncertainty?.dependsOn),
        [[bucket]],
      );
    });

    it("is all where a Deny leaves out the same one", () => {
      assert.deepEqual(leftBy(deny({ Action: "*", NotResource: own })), [[1, undefined]]);
      assert.deepEqual(leftBy(deny({ Action: "*", NotResource: of("a") })), isOpen);
    });

    it("is what a limit allows of the same one, and nothing where it allows another's ARN", () => {
      const policies = [policy(allow("*", own))];
      const wanted = {
        actions: [requested("secretsmanager:getsecretvalue")],
        resources: [requested("*")],
      };
      const grants = allowedBy(policies, wanted, unnarrowed());
      const limited = (by: Value): number =>
        leftOf(grants, { policies, limits: [[policy(allow("*", by))]] }, unnarrowed()).length;
      assert.deepEqual([own, of("b", "arn"), of("b")].map(limited), [1, 0, 1]);
    });
  });

  it("is unknown where the effect of a statement is unknown", () => {
    assert.deepEqual(left({ Effect: later, Action: "s3:*", Resource: "*" }), [
      [both, objects, effect],
    ]);
  });

  it("is unknown where a condition of a Deny has an unknown value", () => {
    const context: Context = () => ({ kind: "present", values: ["inbox"] });
    const wanted = { actions: [requested("s3:getobject")], resources: [requested("*")] };
    const grants = allowedBy([policy(allow("*", "*"))], wanted, context);
    const Condition = { StringEquals: { "s3:prefix": later } };
    const policies = [policy(deny({ Action: "*", Resource: "*", Condition }))];
    const found = leftOf(grants, { policies, limits: [] }, context);
    assert.deepEqual(
      found.map(({ uncertainty }) => uncertainty?.dependsOn),
      [[bucket]],
    );
  });
});
