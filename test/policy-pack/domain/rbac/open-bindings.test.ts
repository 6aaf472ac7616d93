import assert from "node:assert/strict";
import type { FactOf } from "../../../../policy-pack/facts/fact";
import { OpenBindings } from "../../../../policy-pack/domain/rbac/open-bindings";

type Binding = FactOf<"binds">;

/** A binding of an account of which namespace and name may not be known. */
function binding(name: string, subject: object): Binding {
  const made = { kind: "binds", at: { urn: `urn:${name}`, property: "subjects" }, binding: name };
  return { ...made, subject } as unknown as Binding;
}

const dependsOn = ["urn:account"];
const bindings = [
  binding("in acme", { kind: "ServiceAccount", namespace: "acme", name: "", dependsOn }),
  binding("in globex", { kind: "ServiceAccount", namespace: "globex", name: "", dependsOn }),
  binding("called desk", { kind: "ServiceAccount", namespace: undefined, name: "desk" }),
  binding("also in acme", { kind: "ServiceAccount", namespace: "acme", name: "", dependsOn }),
  binding("of any sender", { kind: "unknown", dependsOn }),
];

describe("bindings of an unknown subject", () => {
  const open = new OpenBindings(bindings);
  const of = (namespace: string, name: string): readonly string[] =>
    [...open.of([{ cluster: "", namespace, name }])].map((each) => each.binding);

  it("may be of an account as far as they name namespace and name, in their original order", () => {
    assert.deepEqual(of("acme", "desk"), [
      "in acme",
      "called desk",
      "also in acme",
      "of any sender",
    ]);
  });

  it("are not of an account in another namespace, or of another name", () => {
    assert.deepEqual(of("acme", "mail"), ["in acme", "also in acme", "of any sender"]);
    assert.deepEqual(of("initech", "mail"), ["of any sender"]);
  });
});
