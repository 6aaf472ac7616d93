import assert from "node:assert/strict";
import { rightsIn, rightsText } from "../../../../policy-pack/domain/rbac/rights-text";

const rule = {
  verbs: ["get", "list"],
  apiGroups: ["", "apps"],
  resources: ["pods"],
  resourceNames: [],
  nonResourceURLs: [],
};

describe("the rights of a rule of RBAC", () => {
  it("are each verb on each resource of each API group", () => {
    assert.deepEqual(rightsIn(rule), [
      "get pods",
      "get pods of apps",
      "list pods",
      "list pods of apps",
    ]);
  });

  it("name each object where the rule names objects", () => {
    const named = { ...rule, verbs: ["get"], apiGroups: [""], resourceNames: ["a", "b"] };
    assert.deepEqual(rightsIn(named), ["get pods named a", "get pods named b"]);
  });

  it("are 500 single rights at most, and one text beyond", () => {
    const names = Array.from({ length: 250 }, (_, at) => `n${at}`);
    const many = { ...rule, apiGroups: [""], resourceNames: names };
    assert.equal(rightsIn(many).length, 500);
    const more = rightsIn({ ...many, resourceNames: [...names, "last"] });
    assert.equal(more.length, 1);
    assert.match(more[0] ?? "", /^get,list pods named last,pods named n0,/);
  });

  it("are one sentence where they are wildcards", () => {
    const all = { ...rule, verbs: ["*"], apiGroups: ["*"], resources: ["*"] };
    assert.equal(rightsText(all, true), "every verb on every resource");
  });
});
