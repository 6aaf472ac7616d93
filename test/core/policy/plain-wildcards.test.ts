import assert from "node:assert/strict";
import fc from "fast-check";
import { covers, matches } from "../../../core/pattern";
import { plainAction, plainArn, plainRuns } from "../../../core/policy/plain-wildcards";

const actions: readonly (readonly [string, string])[] = [
  ["?*", "*"],
  ["*?", "*"],
  ["*:*", "*"],
  ["?*:*?", "*"],
  ["s3:???*", "s3:*"],
  ["s3:????*", "s3:????*"],
  ["s3:Get**", "s3:Get*"],
  ["s3:Get?*", "s3:Get?*"],
  ["s*:?*", "s*:*"],
  ["s3:GetObject", "s3:GetObject"],
  ["s3:???", "s3:???"],
  ["a:**:b", "a:*:b"],
];

const arns: readonly (readonly [string, string])[] = [
  ["?*", "*"],
  ["??*", "??*"],
  ["**:**", "*"],
  ["arn:?*", "*"],
  ["arn:aws:?*", "arn:aws:*"],
  ["arn:aws:s3", "arn:aws:s3"],
  ["arn:aws:s3**", "arn:aws:s3*"],
  ["arn:*:*:*:*:*", "*"],
  ["arn:aws:*:*:*:*", "arn:aws:*:*:*:*"],
  ["arn:aws:s3:::???*/?*", "arn:aws:s3:::*/*"],
  ["arn:aws:s3:::????*/?*", "arn:aws:s3:::????*/*"],
  ["arn:aws:s3:::acme-?*", "arn:aws:s3:::acme-?*"],
  ["arn:aws:s3:?*:?*:accesspoint/?*/object/*", "arn:aws:s3:?*:?*:accesspoint/*/object/*"],
  ["arn:aws:iam::????????????:role/?*", "arn:aws:iam::*:role/*"],
  ["arn:aws:iam::1???????????:role/?*", "arn:aws:iam::1???????????:role/*"],
  ["arn:aws:lambda:?*:?*:function:?*:?*", "arn:aws:lambda:*:*:function:*:*"],
  ["arn:aws:s3:::${aws:PrincipalTag/t}/**", "arn:aws:s3:::${aws:PrincipalTag/t}/*"],
  ["arn:aws:s3:::x/${aws:username, '**'}/?*", "arn:aws:s3:::x/${aws:username, '**'}/*"],
  ["arn:aws:s3:::x/${*}/?*", "arn:aws:s3:::x/${*}/*"],
  ["arn:aws:s3:::x\0/${*}/?*", "arn:aws:s3:::x\0/${*}/?*"],
];

describe("plain wildcards", () => {
  for (const [spelled, plain] of actions) {
    it(`writes the action \`${spelled}\` as \`${plain}\``, () => {
      assert.equal(plainAction(spelled), plain);
    });
  }
  for (const [spelled, plain] of arns) {
    it(`writes the ARN ${JSON.stringify(spelled)} as ${JSON.stringify(plain)}`, () => {
      assert.equal(plainArn(spelled), plain);
    });
  }

  it("writes runs of wildcards so that they match the same", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", ":", "*", "?"), maxLength: 12 });
    fc.assert(
      fc.property(texts, fc.string({ unit: fc.constantFrom("a", "b", ":") }), (pattern, text) => {
        assert.equal(matches(plainRuns(pattern), text), matches(pattern, text));
      }),
    );
  });

  it("writes no pattern that matches less, and none twice over", () => {
    const unit = fc.constantFrom("arn", "aws", "s3", "iam", ":", ":", "/", "*", "*", "?", "x");
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 14 }), (text) => {
        for (const plain of [plainAction, plainArn]) {
          assert.equal(plain(plain(text)), plain(text));
          if (!text.startsWith("arn")) continue;
          assert.ok(covers(plain(text), text), `${text} -> ${plain(text)}`);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});
