import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rulePageUrl, rulePageUrls } from "../../../policy-pack/files/rule-page-url";

const page = "https://git.example.org/acme/agentid/blob/v1.2.3/docs/rules/no-access-key.md";

describe("addresses of rule pages", () => {
  for (const repository of [
    "https://git.example.org/acme/agentid",
    "https://git.example.org/acme/agentid.git",
    "git+https://git.example.org/acme/agentid.git",
    { type: "git", url: "git+https://git.example.org/acme/agentid.git" },
    { url: "https://git.example.org/acme/agentid/" },
  ]) {
    it(`are in the repository at the version: ${JSON.stringify(repository)}`, () => {
      assert.equal(rulePageUrls({ repository, version: "1.2.3" })("no-access-key"), page);
    });
  }

  for (const repository of [
    undefined,
    "",
    "acme/agentid",
    "github:acme/agentid",
    "git@git.example.org:acme/agentid.git",
    "http://git.example.org/acme/agentid",
    "https://git.example.org",
    "https://git.example.org/acme/agentid)[x](y",
    "javascript:alert(1)",
    {},
  ]) {
    it(`are none by ${repository === undefined ? "no repository" : JSON.stringify(repository)}`, () => {
      const facts = { version: "1.2.3", ...(repository !== undefined && { repository }) };
      assert.equal(rulePageUrls(facts)("no-access-key"), undefined);
    });
  }

  it("are none of what is no rule's id", () => {
    const urlOf = rulePageUrls({ repository: "https://git.example.org/acme/a", version: "1.2.3" });
    assert.equal(urlOf("../cli"), undefined);
  });

  it("of this package are those of its package.json", () => {
    const manifest = JSON.parse(
      readFileSync(join(__dirname, "../../../package.json"), "utf8"),
    ) as Parameters<typeof rulePageUrls>[0];
    assert.equal(rulePageUrl("no-access-key"), rulePageUrls(manifest)("no-access-key"));
  });
});
