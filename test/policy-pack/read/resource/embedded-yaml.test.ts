import assert from "node:assert/strict";
import { embeddedYaml } from "../../../../policy-pack/read/resource/embedded-yaml";

describe("a YAML text in a property", () => {
  it("is its value, and nothing where it is no YAML", () => {
    assert.deepEqual(embeddedYaml("a: [1, b]"), { a: [1, "b"] });
    assert.deepEqual(embeddedYaml('{"a": 1}'), { a: 1 });
    assert.equal(embeddedYaml("a: [1"), undefined);
  });

  it("is nothing where its aliases would make much of little", () => {
    const aliases = "a: &a [x]\nb: [" + Array.from({ length: 20 }, () => "*a").join() + "]";
    assert.equal(embeddedYaml(aliases), undefined);
  });

  it("is never quoted on the terminal, whatever the parser would warn of", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on("warning", listen);
    embeddedYaml("{{ password-in-clear }}: x");
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    assert.deepEqual(warnings, []);
  });
});
