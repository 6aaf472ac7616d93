import assert from "node:assert/strict";
import { Masks, markedTexts, namesIn } from "../../core/masks";
import { Secret, Unknown } from "../../core/snapshot/value";

describe("texts that are not to be shown", () => {
  const masks = new Masks();
  masks.add(["desk", "desk-prod", "444455556666", "a", "a+b/*"]);

  it("are masked as whole words, the longest first", () => {
    assert.equal(masks.over("role desk-prod of desk"), "role [secret] of [secret]");
    assert.equal(
      masks.over("arn:aws:iam::444455556666:role/desk"),
      "arn:aws:iam::[secret]:role/[secret]",
    );
    assert.equal(masks.over("a+b/* matches"), "[secret] matches");
    assert.equal(masks.over("urn:pulumi:dev::desk::t::desk"), "urn:pulumi:dev::desk::t::desk");
  });

  it("leave alone what only looks like one, and what is too short to hide anything", () => {
    assert.equal(masks.over("helpdesk and desks, a role"), "helpdesk and desks, a role");
    assert.equal(masks.has("a"), false);
    assert.equal(masks.has("desk"), true);
  });

  it("are masked in all plain data but what names a place or a fault", () => {
    const finding = {
      message: "desk",
      at: { urn: "urn::desk", property: "tags.desk" },
      related: [{ label: "desk", isFirst: true, source: null, line: 3 }],
      waitsFor: ["urn::desk"],
      fingerprint: "desk",
    };
    assert.deepEqual(masks.overAll(finding), {
      ...finding,
      message: "[secret]",
      related: [{ label: "[secret]", isFirst: true, source: null, line: 3 }],
    });
    assert.equal(new Masks().overAll(finding), finding);
    assert.equal(new Masks().over("desk"), "desk");
  });

  it("are those that stand in a mark, at any depth", () => {
    const value = {
      open: "x",
      list: [new Secret("one"), "y"],
      all: new Secret({ a: "two", b: [new Unknown(), 3] }),
      later: new Unknown(),
    };
    assert.deepEqual([...markedTexts(value)].sort(), ["one", "two"]);
    assert.deepEqual(markedTexts(undefined), []);
  });

  it("of an ARN are also its account and its name", () => {
    assert.deepEqual(namesIn('{"roleArn":"arn:aws:iam::444455556666:role/team/desk"}'), [
      '{"roleArn":"arn:aws:iam::444455556666:role/team/desk"}',
      "arn:aws:iam::444455556666:role/team/desk",
      "444455556666",
      "role/team/desk",
      "desk",
    ]);
    assert.deepEqual(namesIn("arn:aws:s3:::crm"), ["arn:aws:s3:::crm"]);
    assert.deepEqual(namesIn("crm-key"), ["crm-key"]);
  });

  it("of a queue's URL are also its account and its name", () => {
    const url = "https://sqs.eu-west-1.amazonaws.com/444455556666/inbox";
    assert.deepEqual(namesIn(url), [url, "444455556666", "inbox"]);
  });
});
