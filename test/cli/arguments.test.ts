import assert from "node:assert/strict";
import { formats } from "../../cli/report/formats";
import { runCli } from "./support/run-cli";

const hostile = "\u001b[31m\u202e\n::error::x ##vso[task.complete]";
const shown = "\\u{1b}[31m\\u{202e}\\u{a}::error::x #\\u{23}vso[task.complete]";

describe("agentid with hostile arguments", () => {
  for (const { args, err } of [
    {
      args: [`--no${hostile}`],
      err: `error: unknown option '--no${shown}'\nrun with --help for what is allowed\n`,
    },
    {
      args: [`no${hostile}`],
      err: `error: unknown command 'no${shown}'\nrun with --help for what is allowed\n`,
    },
    {
      args: ["check", ".", "--report", `no${hostile}`],
      err: `agentid: no report is called \`no${shown}\`; choose \`${formats.join("\`, \`")}\`\n`,
    },
    {
      args: ["check", ".", "--namespace", hostile],
      err: `agentid: \`--namespace\`: \`${shown}\` is no name of a namespace; give up to 63 lower-case letters, digits and \`-\`\n`,
    },
  ]) {
    it(`shows them on one line, harmless: ${JSON.stringify(args)}`, async () => {
      assert.deepEqual(await runCli(args), { code: 2, out: "", err });
    });
  }

  it("still reports the intended command on a line of its own", async () => {
    assert.deepEqual(await runCli(["chek"]), {
      code: 2,
      out: "",
      err: "error: unknown command 'chek'\n(Did you mean check?)\nrun with --help for what is allowed\n",
    });
  });
});
