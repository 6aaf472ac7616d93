import assert from "node:assert/strict";
import fc from "fast-check";
import { deniesOf } from "../../../../../policy-pack/domain/iam/authority/denies";
import {
  requested,
  leftOf,
  type Grant,
} from "../../../../../policy-pack/domain/iam/authority/grants";
import { asActions, refusalBy } from "../../../../../policy-pack/domain/iam/authority/selected";
import { unnarrowed } from "../../../../../policy-pack/domain/iam/authority/effective";
import { parsePolicyDocument } from "../../../../../core/policy/document";
import type { PolicyDocument } from "../../../../../core/policy/statement";
import { Unknown, type Value } from "../../../../../core/snapshot/value";
import { outputOf, urnOf } from "../../../../support/resources";

const later = outputOf(urnOf("aws:s3/bucket:Bucket", "b"));
const unknown = { kind: "unknown", dependsOn: [] } as const;

function documentOf(...statements: readonly Value[]): PolicyDocument {
  const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
  assert.equal(parsed.kind, "document");
  return parsed.document;
}

function deny(action: Value, on: Value): Value {
  return { Effect: "Deny", Action: action, Resource: on };
}

/** Places of the statements that may take something of an action on a resource. */
function found(document: PolicyDocument, action: string, on: string): readonly number[] {
  return deniesOf(document)
    .naming([requested(action)], [requested(on)])
    .map(({ index }) => index);
}

const actions = ["*", "s3:*", "S3:get*", "s3:GetObject", "iam:PassRole", "?am:*", "${a}:b"];
const buckets = ["*", "arn:*", "arn:aws:s3:::a", "arn:aws:s3:::a*", "arn:aws:s3:::?/k", "a${b}"];
const variables = ["arn:aws:s3:::${aws:username}/k", "arn:aws:s3:::${*}", "arn:aws:s3:::a/k"];
const resources = [...buckets, ...variables];
const statement = fc
  .record({
    action: fc.oneof(fc.constantFrom(...actions), fc.constant(later)),
    on: fc.oneof(fc.constantFrom(...resources), fc.constant(later)),
  })
  .map(({ action, on }) => deny(action, on));

describe("statements that deny", () => {
  it("are found by their action, in any case, where its resources are less specific", () => {
    const document = documentOf(
      deny("S3:Get*", "*"),
      deny("iam:PassRole", "*"),
      deny("s3:put*", "*"),
      deny("*", "*"),
    );
    assert.deepEqual(found(document, "s3:getobject", "arn:aws:s3:::a"), [0, 3]);
  });

  it("are found by their resource where their actions are less specific", () => {
    const document = documentOf(
      deny("s3:*", "arn:aws:s3:::b"),
      deny("s3:*", "arn:aws:s3:::a*"),
      deny("s3:*", ["arn:aws:s3:::ab", "arn:aws:s3:::a?"]),
      { Effect: "Deny", Action: "s3:*", Principal: "*" },
      deny("s3:*", "arn:aws:s3:::c"),
    );
    assert.deepEqual(found(document, "s3:GetObject", "arn:aws:s3:::ab"), [1, 2, 3]);
  });

  it("are all looked at for what is not known, and each that is not known for anything", () => {
    const document = documentOf(deny("s3:*", "*"), new Unknown(), deny("iam:*", "*"));
    const all = deniesOf(document).naming([unknown], [unknown]);
    assert.deepEqual(
      all.map(({ index }) => index),
      [0, 1, 2],
    );
    assert.deepEqual(found(document, "sqs:SendMessage", "*"), [1]);
  });

  it("are found wherever they take something", () => {
    fc.assert(
      fc.property(
        fc.array(statement, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...actions),
        fc.constantFrom(...resources),
        (statements, action, on) => {
          const among = found(documentOf(...statements), action, on);
          statements.forEach((each, at) => {
            if (!among.includes(at)) assert.ok(leaves(each, action, on), `statement ${at}`);
          });
        },
      ),
    );
  });
});

/** Whether a statement by itself denies nothing of an action on a resource. */
function leaves(statement: Value, action: string, on: string): boolean {
  const content = { kind: "document", document: documentOf(statement) } as const;
  const at = { urn: urnOf("aws:iam/policy:Policy", "denies"), property: "policy" };
  const policy = { name: "denies", at, content };
  const parts = { actions: [requested(action)], resources: [requested(on)] };
  const grant: Grant = { ...parts, policy, statement: undefined };
  const [only, ...more] = leftOf([grant], { policies: [policy], limits: [] }, unnarrowed());
  return only === grant && more.length === 0;
}

describe("many values of a statement", () => {
  it("take in what one of them does", () => {
    const many = actions.flatMap((action) => [action, `${action}a`, `x${action}`]).map(requested);
    fc.assert(
      fc.property(fc.constantFrom(...actions), (action) => {
        const one = many.some(
          (value) =>
            refusalBy([requested(action)], { negated: false, values: [value] }, asActions).refused
              .length > 0,
        );
        const all = refusalBy([requested(action)], { negated: false, values: many }, asActions);
        assert.equal(all.refused.length > 0, one);
      }),
    );
    const other = refusalBy(
      [requested("sqs:*")],
      { negated: false, values: many.slice(1) },
      asActions,
    );
    assert.deepEqual(other.refused, []);
  });
});
