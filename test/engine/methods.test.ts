import assert from "node:assert/strict";
import { previewProgram, type RecordedFunction } from "../../engine";
import type { MissingAnswer } from "../../engine/providers/functions/missing-answers";
import { Unknown } from "../../core/snapshot/value";
import { inProgramHost } from "../support/program-host";
import { withFolder } from "./support/programs";

const sdk = JSON.stringify(require.resolve("@pulumi/pulumi"));
const token = "eks:index:Cluster/getKubeconfig";

/** What a program that passes a call's result to a resource gives: the input, the messages of its notes, and the missing answers. */
function previewed(args: string, functions: readonly RecordedFunction[] = []) {
  const files = {
    "Pulumi.yaml": "name: desk\nruntime: nodejs\n",
    "index.js": `
      const { ComponentResource, CustomResource, runtime } = require(${sdk});
      const cluster = new ComponentResource("eks:index:Cluster", "main", {}, {}, true);
      const config = runtime.call("${token}", ${args}, cluster).apply(({ result }) => result);
      new CustomResource("a:b:C", "user", { config });
    `,
  };
  const missing: MissingAnswer[] = [];
  return withFolder(files, async (directory) => {
    const onMissingAnswers = (calls: readonly MissingAnswer[]) => missing.push(...calls);
    const preview = await previewProgram({ directory, functions, onMissingAnswers });
    assert.ok(preview.kind === "snapshot", JSON.stringify(preview));
    const { resources, notes } = preview.snapshot;
    const user = resources.find(({ name }) => name === "user");
    const messages = notes.filter(({ kind }) => kind === "unanswered-function");
    return {
      config: user?.inputs["config"],
      messages: messages.map(({ message }) => message),
      missing: missing.map((call) => call.token),
    };
  });
}

describe("a method of a resource", () => {
  inProgramHost();

  it("returns an unknown, for which no answer is requested", async () => {
    const { config, messages, missing } = await previewed("{ __self__: cluster }");
    assert.ok(config instanceof Unknown, JSON.stringify(config));
    assert.deepEqual(messages, [
      `\`${token}\` is a method of \`main\`, which an offline preview does not call: what it returns is unknown`,
    ]);
    assert.deepEqual(missing, []);
  });

  it("returns what is recorded for it", async () => {
    const recorded = [{ token, result: { result: "kind: Config" } }];
    assert.deepEqual(await previewed("{ __self__: cluster }", recorded), {
      config: "kind: Config",
      messages: [],
      missing: [],
    });
  });

  it("without a resource is a function, for which an answer is requested", async () => {
    const { config, messages, missing } = await previewed('{ profile: "dev" }');
    assert.ok(config instanceof Unknown, JSON.stringify(config));
    assert.match(messages.join(), /record it under `functions` in agentid\.yaml$/);
    assert.deepEqual(missing, [token]);
  });
});
