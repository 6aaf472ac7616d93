import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { sourceIdentitiesOf, sourceIdentity } from "../../../core/grants/source-identity";
import { matches } from "../../../core/pattern";

const name = fc.oneof(
  fc.constantFrom("a", "a-b", "acme", "acme-eu", "triage"),
  fc.stringMatching(/^[a-z0-9]{1,21}(-[a-z0-9]{1,20}){0,2}$/),
);

describe("the source identity of a workload", () => {
  it("is its tenant and its name", () => {
    assert.equal(sourceIdentity("acme", "triage"), "acme.triage");
    assert.equal(sourceIdentitiesOf("acme"), "acme.*");
  });

  it("is cut to what STS takes, with a hash of what was cut", () => {
    assert.equal(
      sourceIdentity("t".repeat(63), "w".repeat(63)),
      "ttttttttttttttttttttttttttttt-fe60147ecf.wwwwwwwwwwww-eb61332fc5",
    );
    assert.equal(sourceIdentitiesOf("t".repeat(63)), "ttttttttttttttttttttttttttttt-fe60147ecf.*");
  });

  it("is one that STS takes, differs from every other, and fits the pattern of its tenant alone", () => {
    fc.assert(
      fc.property(name, name, name, name, (tenant, workload, otherTenant, otherWorkload) => {
        const own = sourceIdentity(tenant, workload);
        assert.match(own, /^[\w+=,.@-]{2,64}$/);
        const other = sourceIdentity(otherTenant, otherWorkload);
        assert.equal(own === other, tenant === otherTenant && workload === otherWorkload);
        assert.equal(matches(sourceIdentitiesOf(otherTenant), own), tenant === otherTenant);
      }),
    );
  });
});
