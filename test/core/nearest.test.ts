import assert from "node:assert/strict";
import { nearest } from "../../core/nearest";

describe("nearest", () => {
  const known = ["scope", "tenants", "maxSession", "maxToken"];

  it("finds the word a mistyped one means", () => {
    assert.equal(nearest("scop", known), "scope");
    assert.equal(nearest("tenant", known), "tenants");
    assert.equal(nearest("maxsession", known), "maxSession");
    assert.equal(nearest("maxTokn", known), "maxToken");
  });

  it("answers nothing where no word is near", () => {
    assert.equal(nearest("baseline", known), undefined);
    assert.equal(nearest("", known), undefined);
    assert.equal(nearest("scope".repeat(1000), known), undefined);
  });
});
