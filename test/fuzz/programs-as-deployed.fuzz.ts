import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { previewProgram } from "../../engine";
import { createDetector } from "../../policy-pack/read/credentials";
import { differencesOf } from "../support/views";

const detector = createDetector();

/** Programs that run unchanged; manifests have nothing that an update would make known. */
const programs = [
  ...readdirSync("examples", { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `examples/${name}`)
    .filter((directory) => existsSync(`${directory}/Pulumi.yaml`)),
  "test/programs/basic",
  "test/programs/components",
];

describe("the verdict of a program", () => {
  for (const directory of programs) {
    it(`is the same in its first preview and once it is deployed: ${directory}`, async () => {
      const preview = await previewProgram({ directory, stack: "dev" });
      assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
      const { resources } = preview.snapshot;
      const found = await differencesOf({ name: directory, resources }, detector, false);
      assert.deepEqual(found ?? [], []);
    });
  }
});
