import assert from "node:assert/strict";
import { judgeSnapshot } from "../../policy-pack/run/judge";
import noLiteralSecret from "../../policy-pack/rules/no-literal-secret";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { defaultSettings } from "../../policy-pack/findings/settings";
import { snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

describe("containers of tasks of which only parts are known", () => {
  inProgramHost();

  it("are judged by what is known, and not proven where a callback cannot be read", async () => {
    const snapshot = await snapshotOf("task-containers");
    const judging = { settings: defaultSettings, rules: [noLiteralSecret, noSharedSecret] };
    const { findings } = await judgeSnapshot(snapshot, judging);
    assert.deepEqual(
      findings
        .map(({ at, rule, verdict }) =>
          [verdict, rule, at.urn.split("::").at(-1), at.property].join(" "),
        )
        .sort(),
      [
        ...["elsewhere containerDefinitions[0].environment", "computed containerDefinitions"].map(
          (at) => `undetermined no-shared-secret ${at}`,
        ),
        "undetermined no-literal-secret marked containerDefinitions[0].environment.DB_PASSWORD",
        "undetermined no-shared-secret crosswalk elsewhere containerDefinitions",
        "undetermined no-literal-secret beside a secret containerDefinitions[0].environment.MODE",
        ...[
          "json",
          "callback",
          "all",
          "stringify",
          "beside a secret",
          "crosswalk",
          "crosswalk callback",
        ].map(
          (name) =>
            `violated no-literal-secret ${name} containerDefinitions[0].environment.DB_PASSWORD`,
        ),
      ].sort(),
    );
    assert.ok(!JSON.stringify(snapshot).includes("canary"));
  });
});
