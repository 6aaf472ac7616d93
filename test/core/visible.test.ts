import assert from "node:assert/strict";
import { visible } from "../../core/visible";

describe("a text of the program as it is shown", () => {
  it("is as it was where it has nothing to hide", () => {
    for (const text of ["acme/crm-key", "Größe 1.5", "a::b", "# [x]", "## Head", "#[x]", "a##b"]) {
      assert.equal(visible(text), text);
    }
  });

  it("has invisible characters as code points", () => {
    assert.equal(visible("a\u001b[31m\nb\u202e"), "a\\u{1b}[31m\\u{a}b\\u{202e}");
  });

  for (const mark of ["##[error]", "##vso[task.complete]", "##VSO[task.complete]", "##teamcity["]) {
    it(`starts no command by \`${mark}\``, () => {
      assert.equal(visible(`a ${mark}b`), `a #\\u{23}${mark.slice(2)}b`);
    });
  }

  it("starts no command by `::` at the start of a line", () => {
    assert.equal(visible("  ::error::x"), "  \\u{3a}:error::x");
  });
});
