import assert from "node:assert/strict";
import { Unknown, type Value } from "../../../core/snapshot/value";
import { account, Facts, admits, service, mayAssume } from "./facts";

describe("what is obtained across tenants by what a trust policy asks of its callers", () => {
  const asks = (condition: Value) =>
    new Facts()
      .role("planner", "acme", service)
      .tagged("planner", { "agentid.dev/tenant": "acme", team: "web" })
      .allow("planner", mayAssume("*"))
      .role("tool", "globex", admits({ AWS: account }, condition))
      .tagged("tool", { "agentid.dev/tenant": "globex" })
      .found();

  it("is in doubt where a tag says nothing of tenants or is not known", () => {
    const doubt = [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ];
    assert.deepEqual(asks({ StringEquals: { "aws:PrincipalTag/team": "ml" } }), doubt);
    assert.deepEqual(
      asks({ StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": new Unknown() } }),
      doubt,
    );
    assert.deepEqual(asks(new Unknown()), doubt);
  });

  it("follows tags by value and pattern, and both of two", () => {
    const tag = "aws:PrincipalTag/agentid.dev/tenant";
    assert.deepEqual(asks({ StringLike: { [tag]: "ac*" } }), ["planner > tool"]);
    assert.deepEqual(asks({ StringLike: { [tag]: "g*" } }), []);
    assert.deepEqual(
      asks({ StringEquals: { [tag]: "acme", "aws:PrincipalTag/tenant": "globex" } }),
      [],
    );
    assert.deepEqual(asks({ StringNotEquals: { [tag]: "acme" } }), []);
    assert.deepEqual(asks({ StringNotEquals: { [tag]: "globex" } }), ["planner > tool"]);
    assert.deepEqual(asks({ StringEqualsIgnoreCase: { [tag]: "ACME" } }), ["planner > tool"]);
    assert.deepEqual(asks({ StringEquals: { [tag]: "ACME" } }), []);
  });

  it("takes the role's own tag for its tenant whole, and where it has to be there", () => {
    const tag = "aws:PrincipalTag/agentid.dev/tenant";
    const own = "${aws:ResourceTag/agentid.dev/tenant}";
    assert.deepEqual(asks({ StringEquals: { [tag]: own } }), []);
    assert.deepEqual(asks({ StringEqualsIfExists: { [tag]: own } }), []);
    const team = "aws:PrincipalTag/team";
    assert.deepEqual(asks({ StringEqualsIfExists: { [team]: own } }), []);
    assert.deepEqual(asks({ StringEqualsIfExists: { "aws:PrincipalTag/none": own } }), [
      "planner > tool",
    ]);
    assert.deepEqual(asks({ StringLike: { [tag]: `${own}*` } }), [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("takes an ARN with another path than the role's for nobody's", () => {
    const named = (path: string) =>
      new Facts()
        .role("planner", "acme", service)
        .role("tool", "globex", admits({ AWS: `arn:aws:iam::${account}:role/${path}planner` }))
        .found();
    assert.deepEqual(named("agents/"), []);
    assert.deepEqual(named(""), ["planner > tool"]);
  });

  it("is in doubt where a tag may be refused of a role that the stack does not make", () => {
    const found = new Facts()
      .role("planner", "acme", undefined)
      .role(
        "tool",
        "globex",
        admits(
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

  it("asks nothing of other keys beside the tags", () => {
    const tag = "aws:PrincipalTag/team";
    assert.deepEqual(asks({ StringNotEquals: { [tag]: "${aws:SourceVpc}" } }), [
      "planner > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("is in doubt where a tag is compared with that of a role of no tenant", () => {
    const facts = new Facts()
      .role("planner", "acme", service)
      .allow("planner", mayAssume("*"))
      .role(
        "hub",
        undefined,
        admits(
          { AWS: account },
          {
            StringEquals: { "aws:PrincipalTag/t": "${aws:ResourceTag/t}" },
          },
        ),
      )
      .role("tool", "globex", admits({ AWS: `arn:aws:iam::${account}:role/hub` }));
    assert.deepEqual(facts.found(), [
      "planner > hub > tool? a condition of the trust policy cannot be evaluated for its callers",
    ]);
  });

  it("follows the ARN that is asked for", () => {
    const arn = (text: Value) => asks({ ArnEquals: { "aws:PrincipalArn": text } });
    assert.deepEqual(arn(`arn:aws:iam::${account}:role/planner`), ["planner > tool"]);
    assert.deepEqual(arn("arn:aws:iam::444455556666:role/planner"), []);
    assert.deepEqual(arn("nothing"), []);
    assert.deepEqual(
      asks({
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
        admits(
          { AWS: `arn:aws:iam::${account}:role/planner` },
          { ArnEquals: { "aws:PrincipalArn": `arn:aws:iam::${account}:role/x` } },
        ),
      );
    assert.deepEqual(other.found(), []);
  });

  it("is not known where it names nobody that is known", () => {
    const facts = new Facts()
      .tenant("a", "acme")
      .role("tool", "globex", admits({ AWS: new Unknown(["urn:x::other"]) }));
    assert.deepEqual(facts.found(), ["tool unknown: urn:x::other"]);
  });
});
