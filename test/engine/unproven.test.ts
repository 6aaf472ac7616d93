import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { program, resourceOf, snapshotOf } from "./support/programs";

const UNPROVEN =
  /^(?:a callback was not called for want of an answer that a real preview has, and it|`\w+` has no answer here as it has in a real preview, and the program) (.*); record the answer under `functions` in agentid\.yaml$/;

describe("what a program may declare once it has an answer that a real preview has", () => {
  it("is not proven in any form, with the place and what the program does", async () => {
    const source = readFileSync(join(program("unproven"), "index.ts"), "utf8");
    const { notes } = await snapshotOf("unproven");
    const reported = notes
      .filter(({ kind, source }) => kind === "unrendered" && source?.file === "index.ts")
      .sort((a, b) => (a.source?.line ?? 0) - (b.source?.line ?? 0))
      .map(({ message }) => UNPROVEN.exec(message)?.[1] ?? message);
    const expected = [...source.matchAll(/; \/\/ (.*)$/gm)].map(([, effect]) => effect);
    assert.deepEqual(reported, expected);
  });

  it("is nothing where the answer only goes into inputs, and where a real preview has none either", async () => {
    const { notes } = await snapshotOf("proven");
    assert.deepEqual(
      notes.filter(({ kind }) => kind === "unrendered"),
      [],
    );
  });
});
