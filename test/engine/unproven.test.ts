import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedFunction } from "../../engine";
import { program, resourceOf, snapshotOf } from "./support/programs";
import { inProgramHost } from "../support/program-host";

const UNPROVEN =
  /^(?:a callback was not called for want of an answer that a real preview has, and it|`\w+` has no answer here as it has in a real preview, and the program) (.*); record the answer under `functions` in agentid\.yaml$/;

describe("what a program may declare once it has an answer that a real preview has", () => {
  inProgramHost();

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

  const names = { outputs: { names: ["a", "b"] } };
  const recorded: readonly RecordedFunction[] = [
    { token: "pulumi:pulumi:StackReference", args: { id: "acme/network/prod" }, result: names },
    { token: "aws:iam/role:Role", args: { id: "role/deployer" }, result: { arn: "known" } },
    { token: "aws:iam/getRole:getRole", args: { name: "reader" }, result: { path: "/team/" } },
  ];

  it("is declared with recorded answers, those for what is read among them", async () => {
    const snapshot = await snapshotOf("answered", { functions: recorded });
    for (const name of ["a", "b", "of-known", "team"]) {
      resourceOf(snapshot, "aws:iam/user:User", name);
    }
    assert.deepEqual(
      snapshot.notes.map(({ message }) => message.split(" ")[0]),
      ["`aws:secretsmanager/getSecretVersion:getSecretVersion`"],
    );
  });

  it("is not proven while a placeholder is in the answer", async () => {
    const functions = recorded.map((answer) => ({
      ...answer,
      result: Object.fromEntries(Object.keys(answer.result).map((key) => [key, "<text>"])),
    }));
    const { notes, resources } = await snapshotOf("answered", { functions });
    assert.deepEqual(
      notes.flatMap(({ kind, source }) => (kind === "unrendered" ? [source?.line] : [])).sort(),
      [5, 6, 8],
    );
    assert.deepEqual(
      resources.filter(({ type }) => type === "aws:iam/user:User"),
      [],
    );
  });

  const elsewhere: readonly (readonly [string, string, readonly string[]])[] = [
    ["in a second copy of the SDK", "second-sdk", ["10: creates `second.ComponentResource`"]],
    [
      "in an ES module",
      "unproven-module",
      ['7: tests `me.accountId === "1"`', "11: creates `aws.iam.User`"],
    ],
  ];
  for (const [where, name, expected] of elsewhere) {
    it(`is not proven ${where}`, async () => {
      const { notes } = await snapshotOf(name);
      assert.deepEqual(
        notes
          .filter(({ kind }) => kind === "unrendered")
          .map(
            ({ message, source }) => `${source?.line}: ${UNPROVEN.exec(message)?.[1] ?? message}`,
          )
          .sort((a, b) => parseInt(a) - parseInt(b)),
        expected,
      );
    });
  }
});
