import assert from "node:assert/strict";
import { program } from "../engine/support/programs";
import { runCli } from "./support/run-cli";
import { inProgramHost } from "../support/program-host";

describe("answers that are missing in a run", () => {
  inProgramHost();

  it("are printed all at once as the functions of an agentid.yaml, without secrets", async () => {
    const { code, err: stderr } = await runCli(["check", program("answered")]);
    assert.equal(code, 3);
    const lines = stderr.split("\n").filter((line) => line !== "");
    assert.deepEqual(lines.slice(0, 2), [
      "agentid: to record the missing answers, put this into agentid.yaml; replace or delete each `<…>`:",
      "functions:",
    ]);
    const entries = stderr.split("  - token: ").slice(1);
    assert.deepEqual(
      entries.map((entry) => entry.split("\n", 2)),
      [
        ['"aws:iam/getRole:getRole"', '    args: {"name":"reader"}'],
        ['"aws:iam/role:Role"', '    args: {"id":"role/deployer"}'],
        ['"aws:secretsmanager/getSecretVersion:getSecretVersion"', "    result:"],
        ['"pulumi:pulumi:StackReference"', '    args: {"id":"acme/network/prod"}'],
      ],
    );
    assert.match(
      entries[0] ?? "",
      /\n {6}arn: "<text>"\n(?:.*\n)* {6}maxSessionDuration: "<number>"\n/,
    );
    assert.match(entries[0] ?? "", /\n {6}name: "reader"\n/);
    assert.match(entries[3] ?? "", /\n {4}result:\n {6}outputs: "<object>"\n/);
    assert.ok(!stderr.includes("canary") && !stderr.includes("ghp_"), stderr);
  });
});
