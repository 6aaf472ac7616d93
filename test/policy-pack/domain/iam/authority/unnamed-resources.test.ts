import assert from "node:assert/strict";
import fc from "fast-check";
import { broadGrants, type Breadth } from "../../../../../policy-pack/domain/iam/authority/breadth";
import { requested } from "../../../../../policy-pack/domain/iam/authority/grants";
import { unnarrowed } from "../../../../../policy-pack/domain/iam/authority/effective";
import type { Policy } from "../../../../../policy-pack/domain/iam/authority/authority";

/** How much all of a service on a resource takes in. */
function breadthOn(resource: string): Breadth | undefined {
  const policy: Policy = {
    name: "urn:desk",
    at: { urn: "urn:desk", property: "policy" },
    content: {
      kind: "document",
      document: {
        variables: true,
        statements: [
          {
            kind: "statement",
            index: 0,
            effect: "Allow",
            actions: { negated: false, values: [requested("dynamodb:*")] },
            resources: { negated: false, values: [requested(resource)] },
            conditions: [],
          },
        ],
      },
    },
  };
  const authority = { policies: [policy], limits: [] };
  return broadGrants(policy, authority, unnarrowed())[0]?.breadth;
}

const resource = fc
  .array(fc.constantFrom("*", "**", "/", ":", "table", "t", "-", "?"), { maxLength: 7 })
  .map((parts) => parts.join(""));

describe("a resource without a name", () => {
  it("has nothing but types and wildcards behind the account", () => {
    fc.assert(
      fc.property(resource, (text) => {
        const isUnnamed = /^\/?(?:(?:[a-z][\w-]*[/:])?\*+[/:]?)+$/i.test(text);
        assert.equal(
          breadthOn(`arn:aws:dynamodb:*:*:${text}`),
          isUnnamed ? "service" : "named",
          text,
        );
      }),
    );
  });

  it("is distinguished from a named one, however many wildcards it has", () => {
    const many = "*".repeat(2_000);
    assert.equal(breadthOn(`arn:aws:dynamodb:*:*:table/${many}`), "service");
    assert.equal(breadthOn(`arn:aws:dynamodb:*:*:table/${many}orders`), "named");
  });
});
