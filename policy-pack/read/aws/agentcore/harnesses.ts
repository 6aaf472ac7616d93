import { harnessType } from "../../../../core/aws/bedrock";
import { listAt, read } from "../../../../core/snapshot/read";
import { mcpInValue } from "../../resource/mcp";
import type { Reader } from "../../resource/reader";
import { FactList, stepTo, valueIn, dependenciesAt } from "../../resource/values";
import { addUses } from "../compute/uses";
import { referred } from "../naming";
import { apiKeyProvider } from "./agentcore-refs";

/** Models that a harness calls with an API key of AgentCore, and the provider of that key; for a proxy it may be any. */
const models: readonly { readonly config: string; readonly under?: string }[] = [
  { config: "openaiModelConfig", under: "openaiApiKey" },
  { config: "geminiModelConfig", under: "geminiApiKey" },
  { config: "litellmModelConfig" },
];

/** Reads what a harness of Bedrock AgentCore calls models and tools with, beside what every service has. */
export const harnessReader: Reader = {
  name: "aws harnesses",
  types: [harnessType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const { urn, inputs } = resource;
    for (const { config, under } of models) {
      const key = referred(list, context, apiKeyProvider, "model", config, "apiKeyArn");
      if (key === undefined) continue;
      const property = `model.${config}.apiKeyArn`;
      addUses(list, { workload: urn, property, through: "model", under }, key);
    }
    const tools = read(inputs, "tools");
    if (tools.kind === "unknown") {
      const dependsOn = dependenciesAt(resource, "tools", tools);
      const server = "of tools that are not known";
      const from = { kind: "unknown", dependsOn } as const;
      const credential = { of: "MCP server", server, as: "credential", from } as const;
      list.add("client-setting", "tools", { config: urn, ...credential });
    }
    for (const [index, tool] of listAt(inputs, "tools").entries()) {
      const remote = valueIn(read(tool, "config", "remoteMcp"));
      if (remote === undefined) continue;
      const name = String(stepTo(tool, "name", index));
      const at = { urn, property: `tools[${index}]` };
      list.addFacts(...mcpInValue({ config: urn, at }, { mcpServers: { [name]: remote } }));
    }
    return list.all();
  },
};
