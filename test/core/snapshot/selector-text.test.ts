import assert from "node:assert/strict";
import { requirementsIn } from "../../../core/snapshot/selector-text";

describe("a label selector in a text", () => {
  it("requires each of its parts", () => {
    assert.deepEqual(requirementsIn("app=a, tier in (b,c),team!=x,!old,new"), [
      { key: "app", operator: "In", values: ["a"] },
      { key: "tier", operator: "In", values: ["b", "c"] },
      { key: "team", operator: "NotIn", values: ["x"] },
      { key: "old", operator: "DoesNotExist", values: [] },
      { key: "new", operator: "Exists", values: [] },
    ]);
  });

  it("compares numbers", () => {
    assert.deepEqual(requirementsIn("size>2,size < 9"), [
      { key: "size", operator: "Gt", values: ["2"] },
      { key: "size", operator: "Lt", values: ["9"] },
    ]);
  });

  it("is none where a part is no requirement", () => {
    assert.equal(requirementsIn("size>big"), undefined);
    assert.equal(requirementsIn("a,,b"), undefined);
  });
});
