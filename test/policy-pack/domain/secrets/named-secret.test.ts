import assert from "node:assert/strict";
import { withoutSuffix } from "../../../../policy-pack/domain/secrets/named-secret";

describe("the name of a secret in an ARN", () => {
  it("is without the characters that Secrets Manager adds", () => {
    for (const suffix of ["a1B2c3", "AbCdEf", "x9Yz0q", "123456", "1abcde"]) {
      assert.equal(withoutSuffix(`crm-${suffix}`), "crm");
    }
  });

  it("keeps a word of its own of as many characters, with a number or without", () => {
    for (const name of ["crm-secret", "crm-Secret", "tenant-acme01", "crm-token2", "crm-Agent2"]) {
      assert.equal(withoutSuffix(name), name);
    }
  });

  it("ignores a name that is shorter or longer, or follows no hyphen", () => {
    for (const name of ["crm-a1B2c", "crm-a1B2c3d", "crm/a1B2c3"]) {
      assert.equal(withoutSuffix(name), name);
    }
  });
});
