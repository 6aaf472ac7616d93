import assert from "node:assert/strict";
import fc from "fast-check";
import { covers, patternsOverlap } from "../../core/pattern";
import { choosesOwner, filledTemplate, templateProblem } from "../../core/session-rules";

describe("a template of an ARN", () => {
  it("takes known placeholders, variables of a policy, and no wildcard that a target could widen", () => {
    for (const template of [
      "*",
      "arn:aws:s3:::orders/{target}",
      "arn:aws:s3:::orders/{target}/*",
      "arn:aws:s3:::orders/eu-{target}.json",
      "arn:aws:s3:::orders/{target:path}/*",
      "arn:aws:s3:::orders/*",
      "arn:aws:s3:::orders/${aws:PrincipalTag/agentid.dev/tenant}/{target}",
      "arn:aws:logs:eu-central-1:111122223333:log-group:{target}:*",
      "arn:aws:dynamodb:*:111122223333:table/{target}/index/*",
    ]) {
      assert.equal(templateProblem(template), undefined, template);
    }
    for (const [template, says] of [
      ["orders/{target}", /is no ARN/],
      ["{target}", /is no ARN/],
      ["arn:aws:s3", /is no ARN/],
      ["arn:aws:s3:::orders/\0", /is no ARN/],
      ["arn:aws:s3:::orders/{targets}", /has `\{targets\}`/],
      ["arn:aws:s3:::orders/{intent}", /has `\{intent\}`/],
      ["arn:aws:s3:::orders/{target", /has `\{target`/],
      ["arn:aws:s3:::orders/${target}", /has `\$\{target\}`/],
      ["arn:aws:s3:::orders/{target}*", /a wildcard/],
      ["arn:aws:s3:::orders/{target}-?", /a wildcard/],
      ["arn:aws:s3:::orders/*{target}", /a wildcard/],
      ["arn:aws:s3:::orders/*/{target}", /a wildcard/],
      ["arn:aws:s3:::orders/*/{target:path}", /a wildcard/],
      ["arn:aws:s3:::orders/{target}/*/{target}", /a wildcard/],
    ] as const) {
      assert.match(templateProblem(template) ?? "none", says, template);
    }
  });

  it("lets a target choose the owner where it is filled in before the resource, or as a bucket", () => {
    const owned: Readonly<Record<string, boolean>> = {
      "arn:{target}:s3:::orders/a": true,
      "arn:aws:{target}:::orders/a": true,
      "arn:aws:sqs:{target}:111122223333:orders": true,
      "arn:aws:sqs:eu-central-1:{target}:orders": true,
      "arn:aws:s3:::{target}/a": true,
      "arn:aws:s3:::{target:path}": true,
      "arn:aws:s3:::orders-{target}/a": true,
      "arn:aws:s3:::orders/{target}": false,
      "arn:aws:sqs:eu-central-1:111122223333:{target}": false,
      "arn:aws:s3:eu-central-1:111122223333:accesspoint/orders/object/{target}": false,
      "*": false,
    };
    for (const [template, expected] of Object.entries(owned)) {
      assert.equal(choosesOwner(template), expected, template);
    }
  });

  const templates = [
    "arn:aws:s3:::orders/{target}",
    "arn:aws:s3:::orders/{target}/*",
    "arn:aws:s3:::orders/eu-{target}.json",
    "arn:aws:sqs:eu-central-1:111122223333:{target}",
    "arn:aws:logs:eu-central-1:111122223333:log-group:{target}:*",
    "arn:aws:s3:::orders/{target}/{target}",
  ];
  const hostile = fc.oneof(
    fc.string({ maxLength: 8 }),
    fc
      .array(
        fc.constantFrom("a", "1", "/", ":", ".", "..", "*", "?", "$", "{", "}", "-", ",", "\0"),
        {
          maxLength: 8,
        },
      )
      .map((parts) => parts.join("")),
    fc.constantFrom("${aws:username}", "{target}", "a/../b", "a:*", "%2f", "a\n", "＊"),
  );

  it("filled with any target is the ARN with that one segment, and matches nothing of another target", () => {
    fc.assert(
      fc.property(fc.constantFrom(...templates), hostile, hostile, (template, one, other) => {
        const filled = filledTemplate(template, one);
        if (filled === undefined) return;
        assert.equal(
          filled,
          template.replaceAll("{target}", () => one),
        );
        const shape = (text: string): number[] =>
          ["/", ":", "*", "?", "$"].map((c) => text.split(c).length);
        assert.deepEqual(shape(filled), shape(template.replaceAll("{target}", "x")));
        assert.doesNotMatch(one, /\.\.|[^\w.@=+,-]/);
        const second = filledTemplate(template, other);
        if (second === undefined || one === other) return;
        assert.equal(patternsOverlap(filled, second), false, `${filled} ${second}`);
      }),
      { numRuns: 5000 },
    );
  });

  it("that takes a path, filled with any target, matches what is below that path alone", () => {
    const template = "arn:aws:s3:::orders/{target:path}/*";
    fc.assert(
      fc.property(hostile, (target) => {
        const filled = filledTemplate(template, target);
        if (filled === undefined) return;
        assert.equal(filled, `arn:aws:s3:::orders/${target}/*`);
        assert.ok(!target.startsWith("/") && !/\.\.|[^\w.@=+,/-]/.test(target), target);
        assert.ok(covers(`arn:aws:s3:::orders/${target.split("/")[0]}/*`, filled));
      }),
      { numRuns: 5000 },
    );
    assert.equal(filledTemplate(template, "eu/8812"), "arn:aws:s3:::orders/eu/8812/*");
  });
});
