import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { programNames, recordProgram, recordingPath } from "./support/record-program";

describe("the recordings that the offline preview is tested against", () => {
  for (const program of programNames()) {
    it(`of ${program} equal what the engine returns`, async () => {
      const kept = JSON.parse(readFileSync(recordingPath(program), "utf8")) as unknown;
      assert.deepEqual(await recordProgram(program), kept);
    });
  }
});
