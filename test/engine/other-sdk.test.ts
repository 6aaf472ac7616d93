import assert from "node:assert/strict";
import { read } from "../../core/snapshot/read";
import { nameInUrn, type Snapshot } from "../../core/snapshot/resource";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

describe("what the SDK of another package marks by itself", () => {
  inProgramHost();

  let snapshot: Snapshot;
  before(async () => {
    snapshot = await snapshotOf("other-sdk");
  });

  it("has the marks of the program", () => {
    const kinds = ["clear", "output", "marked", "made", "of-secret"].map((name) => {
      const { inputs } = resourceOf(snapshot, "github:index/actionsSecret:ActionsSecret", name);
      return read(inputs, "plaintextValue").kind;
    });
    assert.deepEqual(kinds, ["present", "present", "secret", "unknown", "secret"]);
  });

  it("is reported where it is in plain text in the program", async () => {
    const { findings } = await judgeSnapshot(snapshot, {
      settings: defaultSettings,
      rules: [noLiteralSecret],
    });
    assert.deepEqual(
      findings.map(({ at }) => [nameInUrn(at.urn), at.property]),
      [
        ["clear", "plaintextValue"],
        ["output", "plaintextValue"],
      ],
    );
  });
});
