import assert from "node:assert/strict";
import { credentialsInParts, sketchOf } from "../../../../policy-pack/domain/secrets/known-part";
import { namedValue, passwordInUrl } from "../../../../policy-pack/domain/secrets/value";
import { Unknown } from "../../../../core/snapshot/value";

const unknown = new Unknown();

/** What is found to be a credential by its name or in a URL. */
function find(text: string, under: string | undefined): { what: string } | undefined {
  if (passwordInUrl(text) !== "none") return { what: "password in a URL" };
  return namedValue(text, under) === "none" ? undefined : { what: "by its name" };
}

const found = (...parts: readonly (string | Unknown)[]): readonly string[] =>
  credentialsInParts(parts, "DATABASE_URL", find).map((hit) => hit.found.what);

describe("the credentials in a text of which only parts are not known", () => {
  it("are those that are known whole", () => {
    assert.deepEqual(found("postgres://app:k3ep1tQu1etPw9@", unknown, "/desk"), [
      "password in a URL",
    ]);
    assert.deepEqual(found("postgres://", unknown, ":k3ep1tQu1etPw9@db/desk"), [
      "password in a URL",
    ]);
    assert.deepEqual(found("Server=", unknown, ";User Id=crm;Password=k3ep1tQu1etPw9"), [
      "by its name",
    ]);
  });

  it("are none of which a part is not known, and no names", () => {
    assert.deepEqual(found("postgres://app:", unknown, "@db/desk"), []);
    assert.deepEqual(found("postgres://app:k3ep1t", unknown, "@db/desk"), []);
    assert.deepEqual(found("postgres://app@", unknown, "/desk"), []);
    assert.deepEqual(found("Server=db;User Id=crm;Password=", unknown), []);
    assert.deepEqual(credentialsInParts(["sk-live-", unknown], "API_KEY", find), []);
  });

  it("are none where nothing is known", () => {
    assert.equal(sketchOf(undefined), undefined);
    assert.equal(sketchOf([unknown]), undefined);
    assert.deepEqual(credentialsInParts(undefined, "API_KEY", find), []);
  });
});
