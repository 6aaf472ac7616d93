import assert from "node:assert/strict";
import { describedValue } from "../../../../policy-pack/domain/secrets/described";

describe("a value of no known format", () => {
  it("is described by the name of its setting", () => {
    assert.equal(describedValue("DB_PASSWORD", false), "value of DB_PASSWORD");
  });

  it("is called a secret only where something makes it one", () => {
    assert.equal(describedValue(undefined, true), "a secret value");
    assert.equal(describedValue(undefined, false), "a credential");
  });
});
