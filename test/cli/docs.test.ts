import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { parseAllDocuments } from "yaml";
import { parseSettings } from "../../cli/settings-file";
import { rules } from "../../policy-pack/rules/index";
import { readWaivers } from "../../policy-pack/run/waivers/read-waivers";
import { runCli } from "./support/run-cli";

function blocks(file: string, language: string): readonly string[] {
  const text = readFileSync(file, "utf8");
  return text
    .split(`\`\`\`${language}\n`)
    .slice(1)
    .map((part) => part.slice(0, part.indexOf("```")));
}

describe("documentation of the command line", () => {
  it("shows settings that are read, every one there is", () => {
    const [example = ""] = blocks("docs/cli.md", "yaml");
    const parsed = parseSettings(
      example,
      "example",
      rules.map((rule) => rule.id),
    );
    assert.equal(parsed.kind, "ok", JSON.stringify(parsed));
    const unknown = parseSettings("another: 1\n", "x", []);
    assert.ok(unknown.kind === "problem");
    const all = [...unknown.problem.slice(unknown.problem.indexOf("allowed")).matchAll(/`(\w+)`/g)];
    assert.equal(all.length, 10);
    for (const [, name = ""] of all) assert.match(example, new RegExp(`^${name}:`, "m"));
  });

  it("names every option of check, and no other", async () => {
    const { out } = await runCli(["check", "--help"]);
    const offered = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, name]) => name);
    const text = readFileSync("docs/cli.md", "utf8");
    const described = [...text.matchAll(/^\| `(--[\w-]+)/gm)].map(([, name]) => name);
    assert.deepEqual(described.sort(), offered.filter((name) => name !== "--help").sort());
  });

  it("shows waivers that are read, and a command that writes the same", async () => {
    const [example = ""] = blocks("docs/waivers.md", "yaml");
    const read = readWaivers(example, "example");
    assert.equal(read.kind, "ok", JSON.stringify(read));
    const [commands = ""] = blocks("docs/waivers.md", "sh");
    const { out } = await runCli(["waive", "--help"]);
    const options = [...commands.matchAll(/ (--[\w-]+)/g)].map(([, name = ""]) => name);
    for (const name of options) if (name !== "--report") assert.ok(out.includes(`${name} <`), name);
    const given = [...commands.matchAll(/--[\w-]+ ("[^"]+"|[^\s-][^\s]*)/g)].map(([, text = ""]) =>
      text.replaceAll('"', ""),
    );
    const [waiver] = read.waivers;
    const { source, controls, ...fields } = waiver!;
    assert.equal(source.line, 3);
    for (const text of [...Object.values(fields), ...controls])
      assert.ok(given.includes(text), text);
  });

  it("shows workflows that are YAML", () => {
    const workflows = blocks("docs/ci.md", "yaml");
    assert.equal(workflows.length, 3);
    for (const workflow of workflows) {
      const documents = parseAllDocuments(workflow);
      assert.deepEqual(
        documents.flatMap((document) => document.errors),
        [],
      );
    }
  });

  it("shows commands that the command line takes", async () => {
    const text = blocks("docs/ci.md", "yaml").join("\n");
    const commands = [...text.matchAll(/npx --no-install agentid (\w+) (.+)$/gm)];
    assert.deepEqual(
      commands.map(([, name]) => name),
      ["check"],
    );
    for (const [, name = "", rest = ""] of commands) {
      const { out } = await runCli([name, "--help"]);
      for (const [option] of rest.matchAll(/--[\w-]+/g)) assert.ok(out.includes(option), option);
    }
  });
});
