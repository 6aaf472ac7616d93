import assert from "node:assert/strict";
import { Unknown, type Value } from "../../../../core/snapshot/value";
import { account, Facts, trusts, service, mayAssume } from "../paths/assume/facts";

describe("what callers assume across tenants by what a trust policy requires of them", () => {
  const authentication = (condition: Value) =>
    new Facts()
      .role("planner", "acme", service)
      .tagged("planner", { "agentid.dev/tenant": "acme", team: "web" })
      .allow("planner", mayAssume("*"))
      .role("tool", "globex", trusts({ AWS: account }, condition))
      .tagged("tool", { "agentid.dev/tenant": "globex" })
      .found();

  it("is unknown where a tag names no tenant or is unknown", () => {
    const uncertainty = [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ];
    assert.deepEqual(
      authentication({ StringEquals: { "aws:PrincipalTag/team": "ml" } }),
      uncertainty,
    );
    assert.deepEqual(
      authentication({ StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": new Unknown() } }),
      uncertainty,
    );
    assert.deepEqual(authentication(new Unknown()), uncertainty);
  });

  it("follows tags by value and pattern, and both of two", () => {
    const tag = "aws:PrincipalTag/agentid.dev/tenant";
    assert.deepEqual(authentication({ StringLike: { [tag]: "ac*" } }), ["planner > tool"]);
    assert.deepEqual(authentication({ StringLike: { [tag]: "g*" } }), []);
    assert.deepEqual(
      authentication({ StringEquals: { [tag]: "acme", "aws:PrincipalTag/tenant": "globex" } }),
      [],
    );
    assert.deepEqual(authentication({ StringNotEquals: { [tag]: "acme" } }), []);
    assert.deepEqual(authentication({ StringNotEquals: { [tag]: "globex" } }), ["planner > tool"]);
    assert.deepEqual(authentication({ StringEqualsIgnoreCase: { [tag]: "ACME" } }), [
      "planner > tool",
    ]);
    assert.deepEqual(authentication({ StringEquals: { [tag]: "ACME" } }), []);
  });

  it("takes the role's own tag for its tenant whole, and where it has to be there", () => {
    const tag = "aws:PrincipalTag/agentid.dev/tenant";
    const own = "${aws:ResourceTag/agentid.dev/tenant}";
    assert.deepEqual(authentication({ StringEquals: { [tag]: own } }), []);
    assert.deepEqual(authentication({ StringEqualsIfExists: { [tag]: own } }), []);
    const team = "aws:PrincipalTag/team";
    assert.deepEqual(authentication({ StringEqualsIfExists: { [team]: own } }), []);
    assert.deepEqual(authentication({ StringEqualsIfExists: { "aws:PrincipalTag/none": own } }), [
      "planner > tool",
    ]);
    assert.deepEqual(authentication({ StringLike: { [tag]: `${own}*` } }), [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("matches no role by an ARN with another path", () => {
    const named = (path: string) =>
      new Facts()
        .role("planner", "acme", service)
        .role("tool", "globex", trusts({ AWS: `arn:aws:iam::${account}:role/${path}planner` }))
        .found();
    assert.deepEqual(named("agents/"), []);
    assert.deepEqual(named(""), ["planner > tool"]);
  });

  it("is unknown where a role outside the stack may lack a tag", () => {
    const found = new Facts()
      .role("planner", "acme", undefined)
      .role(
        "tool",
        "globex",
        trusts(
          { AWS: `arn:aws:iam::${account}:role/planner` },
          {
            StringNotEquals: { "aws:PrincipalTag/team": "web" },
          },
        ),
      )
      .found();
    assert.deepEqual(found, [
      "planner > tool? the tags of a role that is not in the stack are not known",
    ]);
  });

  it("ignores other keys beside the tags", () => {
    const tag = "aws:PrincipalTag/team";
    assert.deepEqual(authentication({ StringNotEquals: { [tag]: "${aws:SourceVpc}" } }), [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("is unknown where a tag is compared with that of a role of no tenant", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .allow("planner", mayAssume("*"))
      .role(
        "hub",
        undefined,
        trusts(
          { AWS: account },
          {
            StringEquals: { "aws:PrincipalTag/t": "${aws:ResourceTag/t}" },
          },
        ),
      )
      .role("tool", "globex", trusts({ AWS: `arn:aws:iam::${account}:role/hub` }));
    assert.deepEqual(facts.found(), [
      "planner > hub > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("follows the ARN that is required", () => {
    const arn = (text: Value) => authentication({ ArnEquals: { "aws:PrincipalArn": text } });
    assert.deepEqual(arn(`arn:aws:iam::${account}:role/planner`), ["planner > tool"]);
    assert.deepEqual(arn("arn:aws:iam::444455556666:role/planner"), []);
    assert.deepEqual(arn("nothing"), []);
    assert.deepEqual(
      authentication({
        ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/a` },
        StringEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/b` },
      }),
      [],
    );
    const other = new Facts()
      .role("planner", "acme", service)
      .role(
        "tool",
        "globex",
        trusts(
          { AWS: `arn:aws:iam::${account}:role/planner` },
          { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/x` } },
        ),
      );
    assert.deepEqual(other.found(), []);
  });

  it("is unknown where it names no known principal", () => {
    const facts = new Facts()
      .tenant("a", "acme")
      .role("tool", "globex", trusts({ AWS: new Unknown(["urn:x::other"]) }));
    assert.deepEqual(facts.found(), ["tool unknown: urn:x::other"]);
  });
});
