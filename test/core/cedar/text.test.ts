import * as assert from "node:assert/strict";
import { isAuthorized, policyToJson, type EntityUid } from "@cedar-policy/cedar-wasm/nodejs";
import fc from "fast-check";
import { cedarText, printPermit, type CedarEntity, type Permit } from "../../../core/cedar/text";
import { anyText } from "../../support/any-text";

const gateway: CedarEntity = { type: "AgentCore::Gateway", id: "arn:aws:x:gateway/acme" };
const action = (id: string): CedarEntity => ({ type: "AgentCore::Action", id });

/** Texts that try to end the quotes, and any others. */
const wellFormed = fc.oneof(
  anyText(20),
  fc.constantFrom('"', "\\", '\\"', '"); permit(principal, action, resource);//', "\u0000", "*"),
);

/** The principal, action and resource that Cedar's own parser finds in a permit. */
function parsed(permit: Permit): Record<string, unknown> {
  const answer = policyToJson(printPermit(permit));
  assert.equal(answer.type, "success", JSON.stringify(answer));
  return answer.json as unknown as Record<string, unknown>;
}

describe("a permit in Cedar", () => {
  it("names one principal, one action and one resource", () => {
    assert.equal(
      printPermit({
        principal: { type: "AgentCore::IamEntity", id: "arn:aws:sts::1:assumed-role/acme.triage" },
        actions: [action("refunds___refund")],
        resource: gateway,
      }),
      `permit(
  principal == AgentCore::IamEntity::"arn:aws:sts::1:assumed-role/acme.triage",
  action == AgentCore::Action::"refunds___refund",
  resource == AgentCore::Gateway::"arn:aws:x:gateway/acme"
);`,
    );
  });

  it("names several actions, and principals by their tags", () => {
    assert.equal(
      printPermit({
        principal: { type: "AgentCore::OAuthUser", tags: { client_id: "desk" } },
        actions: [action("a"), action("b")],
        resource: gateway,
      }),
      `permit(
  principal is AgentCore::OAuthUser,
  action in [AgentCore::Action::"a", AgentCore::Action::"b"],
  resource == AgentCore::Gateway::"arn:aws:x:gateway/acme"
) when { principal.hasTag("client_id") && principal.getTag("client_id") == "desk" };`,
    );
  });

  it("renders for Cedar's parser exactly its input, whatever the names are", () => {
    fc.assert(
      fc.property(wellFormed, fc.array(wellFormed, { maxLength: 3 }), wellFormed, (p, a, r) => {
        const principal = { type: "AgentCore::IamEntity", id: p };
        const resource = { ...gateway, id: r };
        const permit = { principal, actions: a.map(action), resource };
        assert.deepEqual(parsed(permit), {
          effect: "permit",
          principal: { op: "==", entity: principal },
          action:
            a.length === 1
              ? { op: "==", entity: action(a[0] ?? "") }
              : { op: "in", entities: a.map(action) },
          resource: { op: "==", entity: resource },
          conditions: [],
        });
      }),
    );
  });

  it("requires exactly the configured tags, whatever they are", () => {
    const holds = (permit: Permit, tags: Record<string, string>): boolean => {
      const principal: EntityUid = { type: "AgentCore::OAuthUser", id: "someone" };
      const answer = isAuthorized({
        principal,
        action: { type: "AgentCore::Action", id: "a" },
        resource: gateway,
        context: {},
        policies: { staticPolicies: printPermit(permit) },
        entities: [{ uid: principal, attrs: {}, parents: [], tags }],
      });
      assert.equal(answer.type, "success", JSON.stringify(answer));
      return answer.response.decision === "allow";
    };
    fc.assert(
      fc.property(wellFormed, wellFormed, wellFormed, (tag, value, other) => {
        const principal = { type: "AgentCore::OAuthUser", tags: { [tag]: value } };
        const permit = { principal, actions: [action("a")], resource: gateway };
        assert.equal(holds(permit, { [tag]: value }), true);
        assert.equal(holds(permit, { [tag]: other }), other === value);
        assert.equal(holds(permit, {}), false);
      }),
      { numRuns: 50 },
    );
  });

  it("permits nothing where it names no action", () => {
    const principal = { type: "AgentCore::IamEntity", id: "p" };
    const permit = { principal, actions: [], resource: gateway };
    const answer = isAuthorized({
      principal,
      action: action("a"),
      resource: gateway,
      context: {},
      policies: { staticPolicies: printPermit(permit) },
      entities: [],
    });
    assert.ok(answer.type === "success" && answer.response.decision === "deny");
  });
});

describe("a text in Cedar", () => {
  it("shows printable ASCII as it is, and nothing else", () => {
    assert.equal(cedarText("Refund: 5 €\n"), '"Refund: 5 \\u{20ac}\\u{a}"');
    assert.equal(cedarText('a"b\\c'), '"a\\"b\\\\c"');
    assert.equal(cedarText("\u{1f600}"), '"\\u{1f600}"');
  });

  it("has a character in place of half a surrogate pair", () => {
    assert.equal(cedarText("a\ud83db"), '"a\\u{fffd}b"');
  });
});
