import assert from "node:assert/strict";
import * as fc from "fast-check";
import type { ParsedDocument, Part } from "../../../core/policy/statement";
import { parsePolicyDocument } from "../../../core/policy/document";
import { Secret, Unknown, type Value } from "../../../core/snapshot/value";

const provider = "arn:aws:iam::111122223333:oidc-provider/oidc.example";

function text(value: string): Part {
  return { kind: "text", text: value, secret: false };
}

function statement(elements: Record<string, Value>): Value {
  return {
    Version: "2012-10-17",
    Statement: { Effect: "Allow", Action: "sts:AssumeRole", ...elements },
  };
}

function problemOf(value: Value): string {
  const parsed = parsePolicyDocument(value);
  assert.equal(parsed.kind, "problem");
  return parsed.problem;
}

describe("policy document", () => {
  const whole: Value = {
    Version: "2012-10-17",
    Id: "desk",
    Statement: [
      {
        Sid: "Federation",
        Effect: "Allow",
        Principal: { Federated: provider, AWS: ["111122223333", "*"] },
        Action: ["sts:AssumeRoleWithWebIdentity"],
        Condition: {
          StringEquals: { "oidc.example:sub": ["a", "b"] },
          Bool: { "aws:SecureTransport": true },
        },
      },
      { Effect: "Deny", NotPrincipal: "*", NotAction: "iam:*", NotResource: ["a", "b"] },
    ],
  };
  const read: ParsedDocument = {
    kind: "document",
    document: {
      variables: true,
      statements: [
        {
          kind: "statement",
          index: 0,
          sid: "Federation",
          effect: "Allow",
          principals: {
            negated: false,
            values: [
              { type: "Federated", value: text(provider) },
              { type: "AWS", value: text("111122223333") },
              { type: "AWS", value: text("*") },
            ],
          },
          actions: { negated: false, values: [text("sts:AssumeRoleWithWebIdentity")] },
          conditions: [
            {
              kind: "test",
              operator: "StringEquals",
              key: "oidc.example:sub",
              values: [text("a"), text("b")],
            },
            { kind: "test", operator: "Bool", key: "aws:SecureTransport", values: [text("true")] },
          ],
        },
        {
          kind: "statement",
          index: 1,
          effect: "Deny",
          principals: { negated: true, values: [{ type: "*", value: text("*") }] },
          actions: { negated: true, values: [text("iam:*")] },
          resources: { negated: true, values: [text("a"), text("b")] },
          conditions: [],
        },
      ],
    },
  };

  it("reads an object", () => {
    assert.deepEqual(parsePolicyDocument(whole), read);
  });

  it("reads the same from JSON text", () => {
    assert.deepEqual(parsePolicyDocument(JSON.stringify(whole)), read);
  });

  it("reads `${…}` literally in an old version, and without a version", () => {
    for (const version of [{ Version: "2008-10-17" }, {}]) {
      const parsed = parsePolicyDocument({
        ...version,
        Statement: { Effect: "Allow", Action: "s3:*", Resource: "*" },
      });
      assert.equal(parsed.kind === "document" && parsed.document.variables, false);
    }
  });

  describe("with unknown parts", () => {
    const dependencies = new Unknown(["urn:provider"]);

    it("is unknown where the whole document or its statements are", () => {
      const expected = { kind: "unknown", dependsOn: ["urn:provider"] };
      assert.deepEqual(parsePolicyDocument(dependencies), expected);
      assert.deepEqual(parsePolicyDocument(new Secret(dependencies)), expected);
      assert.deepEqual(parsePolicyDocument({ Statement: dependencies }), expected);
    });

    it("keeps one unknown statement among known ones", () => {
      const parsed = parsePolicyDocument({
        Statement: [{ Effect: "Allow", Action: "sts:AssumeRole" }, dependencies],
      });
      assert.deepEqual(parsed.kind === "document" && parsed.document.statements[1], {
        kind: "unknown",
        index: 1,
        dependsOn: ["urn:provider"],
      });
    });

    it("keeps unknown effect, principal, provider, condition and value in position", () => {
      const part = { kind: "unknown", dependsOn: ["urn:provider"] };
      const parsed = parsePolicyDocument({
        Version: dependencies,
        Statement: [
          {
            Effect: dependencies,
            Principal: dependencies,
            Action: "sts:AssumeRole",
            Condition: dependencies,
          },
          {
            Effect: "Allow",
            Principal: { Federated: dependencies },
            Action: [dependencies],
            Condition: {
              StringEquals: dependencies,
              StringLike: { "oidc.example:sub": [dependencies, "a"] },
            },
          },
        ],
      });
      assert.deepEqual(parsed, {
        kind: "document",
        document: {
          variables: true,
          statements: [
            {
              kind: "statement",
              index: 0,
              effect: "unknown",
              dependsOn: ["urn:provider"],
              principals: { negated: false, values: [{ type: "unknown", value: part }] },
              actions: { negated: false, values: [text("sts:AssumeRole")] },
              conditions: [part],
            },
            {
              kind: "statement",
              index: 1,
              effect: "Allow",
              principals: { negated: false, values: [{ type: "Federated", value: part }] },
              actions: { negated: false, values: [part] },
              conditions: [
                part,
                {
                  kind: "test",
                  operator: "StringLike",
                  key: "oidc.example:sub",
                  values: [part, text("a")],
                },
              ],
            },
          ],
        },
      });
    });
  });

  describe("with secret parts", () => {
    function secretsIn(value: Value): boolean[] {
      const parsed = parsePolicyDocument(value);
      assert.equal(parsed.kind, "document");
      const [first] = parsed.document.statements;
      assert.equal(first?.kind, "statement");
      return first.actions.values.map((part) => part.kind === "text" && part.secret);
    }

    it("marks every text of a document that is secret as a whole, and shows no Sid of it", () => {
      const parsed = parsePolicyDocument(
        new Secret(
          JSON.stringify({ Statement: { Sid: "Canary", Effect: "Allow", Action: "a:b" } }),
        ),
      );
      assert.ok(!JSON.stringify(parsed).includes("Canary"));
      assert.deepEqual(
        secretsIn(new Secret(JSON.stringify(statement({ Action: ["a:b", "a:c"] })))),
        [true, true],
      );
    });

    it("marks only the text that is secret otherwise", () => {
      assert.deepEqual(secretsIn(statement({ Action: ["a:b", new Secret("a:c")] })), [false, true]);
      assert.deepEqual(secretsIn(statement({ Action: new Secret(["a:b", "a:c"]) })), [true, true]);
    });
  });

  describe("that IAM would refuse", () => {
    const cases: [string, Value, string][] = [
      ["no JSON", "{", "the policy document is not JSON"],
      ["a JSON list", "[]", "a policy document is a JSON object"],
      ["null", null, "a policy document is a JSON object"],
      ["text in text", JSON.stringify("{}"), "a policy document is a JSON object"],
      ["no statement", {}, "statement 1 of the policy document is not an object"],
      ["an empty list of statements", { Statement: [] }, "a policy document needs a `Statement`"],
      [
        "an unknown version",
        { Version: "2012-10-18", Statement: [] },
        "the `Version` of a policy document is `2012-10-17` or `2008-10-17`",
      ],
      [
        "a statement that is a string",
        { Statement: ["x"] },
        "statement 1 of the policy document is not an object",
      ],
      ["an empty statement", { Statement: [{}] }, "statement 1 names no `Action`"],
      [
        "an element in other case",
        statement({ condition: {} }),
        "statement 1 has an element that IAM does not define; write `Condition` exactly so",
      ],
      [
        "an element of the document that IAM does not know",
        { Statements: [] },
        "a policy document has an element that IAM does not define",
      ],
      [
        "an effect in other case",
        statement({ Effect: "allow" }),
        "the `Effect` of statement 1 is `Allow` or `Deny`",
      ],
      [
        "no effect",
        statement({ Effect: null }),
        "the `Effect` of statement 1 is `Allow` or `Deny`",
      ],
      [
        "both `Action` and `NotAction`",
        statement({ NotAction: "iam:*" }),
        "statement 1 has both `Action` and `NotAction`",
      ],
      ["no action in the list", statement({ Action: [] }), "`Action` of statement 1 is empty"],
      [
        "an action that is an object",
        statement({ Action: { a: "b" } }),
        "`Action` of statement 1 takes a string or a list of strings",
      ],
      [
        "a list in a list",
        statement({ Resource: [["a"]] }),
        "`Resource` of statement 1 takes a string or a list of strings",
      ],
      [
        "a principal that is a string other than `*`",
        statement({ Principal: "111122223333" }),
        "`Principal` of statement 1 is `*` or an object of principals by type",
      ],
      [
        "a principal type that IAM does not know",
        statement({ Principal: { "*": "*" } }),
        "`Principal` of statement 1 has a type that is not `AWS`, `Federated`, `Service` or `CanonicalUser`",
      ],
      [
        "a condition that is a list",
        statement({ Condition: [] }),
        "`Condition` of statement 1 is an object: operator, then key, then values",
      ],
      [
        "an operator without a key",
        statement({ Condition: { StringEquals: "a" } }),
        "`Condition` of statement 1 is an object: operator, then key, then values",
      ],
      [
        "a value that is an object",
        statement({ Condition: { StringEquals: { "aws:x": {} } } }),
        "`Condition` of statement 1 takes a string or a list of strings",
      ],
    ];
    for (const [name, value, expected] of cases) {
      it(`is a problem: ${name}`, () => assert.equal(problemOf(value), expected));
    }
  });

  describe("that is hostile", () => {
    it("is refused by its length, 10 MB long", () => {
      assert.equal(
        problemOf(" ".repeat(10_000_000)),
        "the policy document has 10000000 characters, more than any that AWS accepts",
      );
    });

    it("is refused 10,000 levels deep, as text and as an object", () => {
      const deep = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
      assert.equal(problemOf(deep), "a policy document is a JSON object");
      assert.equal(
        problemOf(`{"Statement":{"Effect":"Allow","Action":${deep}}}`),
        "`Action` of statement 1 takes a string or a list of strings",
      );
      let nested: Value = "a";
      for (let level = 0; level < 10_000; level += 1) nested = { Statement: nested };
      assert.equal(problemOf(nested), "statement 1 has an element that IAM does not define");
    });

    it("is refused with `__proto__` for an element, and pollutes nothing", () => {
      assert.equal(
        problemOf('{"__proto__":{"Statement":[]},"Statement":{"Effect":"Allow","Action":"a:b"}}'),
        "a policy document has an element that IAM does not define",
      );
      const parsed = parsePolicyDocument(
        '{"Statement":{"Effect":"Allow","Action":"a:b","Condition":{"StringEquals":{"__proto__":"x"}}}}',
      );
      assert.deepEqual(
        parsed.kind === "document" &&
          parsed.document.statements[0]?.kind === "statement" &&
          parsed.document.statements[0].conditions,
        [{ kind: "test", operator: "StringEquals", key: "__proto__", values: [text("x")] }],
      );
      assert.equal(Object.hasOwn(Object.prototype, "Statement"), false);
    });

    it("is refused with more values than AWS accepts", () => {
      assert.equal(
        problemOf(statement({ Action: Array.from({ length: 4_001 }, () => "a:b") })),
        "the policy document has more values than any that AWS accepts",
      );
    });

    it("is refused with one value longer than any that makes sense", () => {
      assert.equal(
        problemOf(statement({ Action: "a".repeat(8_193) })),
        "`Action` of statement 1 has a value of 8193 characters",
      );
    });

    it("never throws and never shows its content", () => {
      const canary = "canary-4711";
      const json = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Value>;
      fc.assert(
        fc.property(json, json, (one, two) => {
          const values: Value[] = [
            one,
            { Statement: one },
            statement({ Principal: one, Condition: two }),
            statement({ [canary]: one }),
            statement({ Condition: { [canary]: one }, Effect: canary }),
            canary + JSON.stringify(one),
          ];
          for (const value of values) {
            const parsed = parsePolicyDocument(value);
            assert.ok(parsed.kind !== "problem" || !parsed.problem.includes(canary));
          }
        }),
      );
    });
  });
});
