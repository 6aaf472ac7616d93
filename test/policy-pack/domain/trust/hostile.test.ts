import assert from "node:assert/strict";
import * as fc from "fast-check";
import { parsePolicyDocument } from "../../../../core/policy/document";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { admissions } from "../../../../policy-pack/domain/trust/admission";
import { issuerOf } from "../../../../core/trust/issuers";
import { namingOf } from "../../../../policy-pack/domain/trust/naming";
import { noLookups } from "../../../../policy-pack/domain/trust/principal";
import { tokenPaths } from "../../../../policy-pack/domain/trust/token-paths";

const host = "oidc.example";

describe("trust of hostile documents", () => {
  it("names an unlisted issuer by its host only where that is one", () => {
    assert.equal(issuerOf("id.acme.example/realms/agents").name, "`id.acme.example/realms/agents`");
    const general = issuerOf("").name;
    assert.equal(issuerOf("id.example`evil` **x**").name, general);
    assert.equal(issuerOf("id.example\u202Egnp").name, general);
  });

  it("judges each pair of conditions and issuer once, however many providers a statement names", () => {
    const many = Array.from({ length: 1_300 }, (_, at) => at);
    const parsed = parsePolicyDocument({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: {
          Federated: many.map((at) => `arn:aws:iam::${at}:oidc-provider/${host}`),
        },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: {
          StringLike: { [`${host}:sub`]: many.map((at) => `*a*b*c*${at}`) },
          "ForAnyValue:StringLike": { [`${host}:sub`]: many.map((at) => `?*d*e*f?${at}*`) },
        },
      },
    });
    assert.equal(parsed.kind, "document");
    assert.equal(tokenPaths(parsed.document, noLookups).length, many.length);
  });

  it("never fails, and grades what a Deny leaves as no more than what was allowed", () => {
    const text = fc.constantFrom("*", "a", "a*", `${host}:sub`, "sts:*", "111122223333", "${x}");
    const value: fc.Arbitrary<Value> = fc.oneof(
      text,
      fc.array(text, { minLength: 1, maxLength: 3 }),
      fc.constant(new Unknown(["urn:a"])),
    );
    const key = fc.constantFrom(`${host}:sub`, "aws:PrincipalOrgID", "aws:SourceIp", "__proto__");
    const operator = fc.constantFrom(
      "StringEquals",
      "StringNotLike",
      "ForAllValues:StringLike",
      "BoolIfExists",
      "Null",
      "Odd",
    );
    const condition = fc.dictionary(operator, fc.dictionary(key, value, { maxKeys: 2 }), {
      maxKeys: 2,
    });
    const principal = fc.oneof(
      fc.constant<Value>("*"),
      fc.dictionary(fc.constantFrom("AWS", "Federated", "Service", "CanonicalUser"), value, {
        minKeys: 1,
        maxKeys: 2,
      }),
    );
    const statement = fc.record({
      Effect: fc.constantFrom("Allow", "Deny"),
      Principal: principal,
      Action: fc.constantFrom("sts:*", "*", "sts:AssumeRole"),
      Condition: condition,
    });
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), (statements) => {
        const parsed = parsePolicyDocument({ Version: "2012-10-17", Statement: statements });
        assert.equal(parsed.kind, "document");
        const { document } = parsed;
        const ways = admissions(document, noLookups);
        const allowed = document.statements.filter(
          (each) => each.kind === "statement" && each.effect === "Allow",
        );
        const without = admissions({ ...document, statements: allowed }, noLookups);
        assert.ok(ways.length <= without.length);
        for (const way of ways) namingOf(way.conditions, way.variables);
        tokenPaths(document, noLookups);
      }),
      { numRuns: 500 },
    );
  });
});
