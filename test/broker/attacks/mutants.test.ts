import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import mutants from "./mutants.json";

describe("the checks that scripts/mutants.mjs takes away", () => {
  it("are where their list has them, each with its test", () => {
    const missing = mutants.filter(
      ([test = "", file = "", from = ""]) =>
        !existsSync(test) || !readFileSync(file, "utf8").includes(from),
    );
    assert.deepEqual(missing, []);
  });
});
