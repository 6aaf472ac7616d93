import assert from "node:assert/strict";
import { Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { eventPermissionReader } from "../../../../policy-pack/read/aws/iam/resource-policies";
import { outputOf, resource, urnOf } from "../../../support/resources";
import { stated } from "./reading";

const bus = urnOf("aws:cloudwatch/eventBus:EventBus", "orders");

/** The bus of a permission, its principal and its conditions, in words. */
function permission(inputs: ValueRecord): readonly unknown[] {
  const type = "aws:cloudwatch/eventPermission:EventPermission";
  return stated([eventPermissionReader], resource(type, "open", inputs)).map((fact) => {
    const { kind, resource, policy, adds, property } = fact as Record<string, unknown>;
    const { document } = policy as { document: { statements: readonly Record<string, unknown>[] } };
    const { principals, actions, conditions } = document.statements[0] ?? {};
    return { kind, resource, adds, property, principals, actions, conditions };
  });
}

const text = (value: string) => ({ kind: "text", text: value, secret: false });
const exposes = (name: string, principal: object, more: object = {}) => ({
  kind: "guards",
  resource: { kind: "named", name },
  adds: true,
  property: "principal",
  principals: { negated: false, values: [{ type: "AWS", value: principal }] },
  actions: { negated: false, values: [text("events:PutEvents")] },
  conditions: [],
  ...more,
});

describe("the reader of permissions of event buses", () => {
  it("returns an account or everyone that the default bus allows to put events", () => {
    const standard = "aws|default|event bus|default";
    assert.deepEqual(permission({ statementId: "a", principal: "444455556666" }), [
      exposes(standard, text("444455556666")),
    ]);
    assert.deepEqual(permission({ statementId: "a", principal: "*" }), [
      exposes(standard, text("*")),
    ]);
  });

  it("takes those of an organisation, of the bus that it names", () => {
    const condition = { type: "StringEquals", key: "aws:PrincipalOrgID", value: "o-a1b2c3d4e5" };
    assert.deepEqual(permission({ eventBusName: outputOf(bus), principal: "*", condition }), [
      exposes(bus, text("*"), {
        conditions: [
          {
            kind: "test",
            operator: "StringEquals",
            key: "aws:PrincipalOrgID",
            values: [text("o-a1b2c3d4e5")],
          },
        ],
      }),
    ]);
  });

  it("returns unknown principals while that is unknown", () => {
    assert.deepEqual(permission({ eventBusName: "orders", principal: new Unknown([bus]) }), [
      exposes("aws|default|event bus|orders", { kind: "unknown", dependsOn: [bus] }),
    ]);
  });
});
