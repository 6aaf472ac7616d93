import assert from "node:assert/strict";
import { isPlaceholder } from "../../../../policy-pack/domain/secrets/placeholder";

/** PEM armour with a word in its label that is a placeholder otherwise. */
function pem(inside: string): string {
  return `-----BEGIN YOUR KEY-----\n${inside}\n-----END YOUR KEY-----`;
}

describe("placeholders", () => {
  it("are recognised in PEM by the content of the armour, where that is as long as a key", () => {
    assert.equal(isPlaceholder(pem("k7Jx2pQz9LmW4tRb".repeat(4))), false);
    assert.equal(isPlaceholder(pem("k7Jx2pQz9LmW4tRb".repeat(3))), true);
    assert.equal(isPlaceholder(pem(`changeme${"k7Jx2pQz9LmW4tRb".repeat(4)}`)), true);
  });
});
