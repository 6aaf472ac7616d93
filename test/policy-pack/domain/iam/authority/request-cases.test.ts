import assert from "node:assert/strict";
import type { Value } from "../../../../../core/snapshot/value";
import { casesOf, withMarks } from "../../../../support/cases";
import { mayMake, type Policies, type Request } from "../../../../support/requests";

/** A case about what policies allow, named in its file's name, with the answers and the fact that decides. */
interface Case {
  readonly because: string;
  /** Each policy as its statements. */
  readonly identity?: readonly Value[];
  readonly boundary?: Value;
  readonly session?: Value;
  readonly ofResource?: Value;
  readonly requests: readonly (Request & { readonly may: "yes" | "no" | "unknown" })[];
}

describe("request cases", () => {
  const cases = casesOf<Case>("requests");

  for (const { topic, question, requested } of cases) {
    it(`${topic}: ${question}`, () => {
      assert.ok(requested.because.length > 0);
      assert.ok(requested.requests.length > 0, "a case asks for something");
      const { identity = [], boundary, session, ofResource } = requested;
      const policies: Policies = {
        identity: identity.map(withMarks),
        ...(boundary !== undefined && { boundary: withMarks(boundary) }),
        ...(session !== undefined && { session: withMarks(session) }),
        ...(ofResource !== undefined && { ofResource: withMarks(ofResource) }),
      };
      for (const { may, ...request } of requested.requests) {
        assert.equal(mayMake(policies, request), may, `${request.action} on ${request.on}`);
      }
    });
  }

  it("are as often refused as allowed", () => {
    const all = cases.flatMap(({ requested }) => requested.requests.map(({ may }) => may));
    const count = (may: string): number => all.filter((each) => each === may).length;
    assert.ok(count("no") >= count("yes"), `${count("no")} of ${count("yes")}`);
  });
});
