import assert from "node:assert/strict";
import { escapeRegExp } from "../../core/escape-regexp";

describe("a text in a regular expression", () => {
  it("matches itself, whatever it has", () => {
    for (const text of ["aws:iam/role:Role", "a+b/*", "^[$]{1}(|)?.\\d-e", ""]) {
      assert.match(text, new RegExp(`^${escapeRegExp(text)}$`), text);
      assert.match(`${text}.`, new RegExp(`^(?:x|${escapeRegExp(text)})\\.$`, "u"), text);
    }
  });

  it("matches nothing else", () => {
    assert.doesNotMatch("acme-tool", new RegExp(`^${escapeRegExp("acme.tool")}$`));
    assert.doesNotMatch("aab", new RegExp(`^${escapeRegExp("a+b")}$`));
  });
});
