import { product, type Kind } from "../product";

/** Variables and headers by name, from Secrets. The first version of the API names these by `valueRef`. */
const secrets: NonNullable<Kind["secrets"]> = [
  {
    at: "spec.**.{headersFrom,envFrom}[]",
    within: "valueFrom",
    name: ["name", "valueRef"],
    where: { type: "Secret" },
    under: "name",
    through: "args",
  },
];

const literals: NonNullable<Kind["literals"]> = [
  { at: "spec.**.headersFrom[]", under: "name", text: "value" },
];

/** A model may answer, remember, and summarize what was said. */
const model = "{modelConfig,memory.modelConfig,context.compaction.summarizer.modelConfig}";
const server = "spec.{declarative.,}tools[].mcpServer";

const agent: Kind = {
  is: "workload",
  runsAs: "spec.{declarative,byo}.deployment.serviceAccountName",
  containers: "spec.{{,declarative.,byo.}deployment,declarative,byo}",
  secrets: [...secrets, { at: "spec.**.gitAuthSecretRef", through: "volume" }],
  literals,
  uses: [
    { at: `spec.{modelConfig,declarative.${model}}`, kinds: "ModelConfig" },
    { at: server, kinds: ["MCPServer", "RemoteMCPServer"], name: "name" },
    { at: server, kinds: "ToolServer", name: "toolServer" },
  ],
};

/** A template of how servers of tools are called. */
function calledAt(at: string): Kind {
  const headersFrom = { at: "headersFrom[]", name: "name", text: "value", secret: "valueFrom" };
  const calls = [{ at, url: "url", headers: "headers", headersFrom }];
  return { is: "template", secrets, literals, calls };
}

/** Source: kagent.dev/docs, API reference; github.com/kagent-dev/kagent, go/api/v1alpha1. */
export default product("kagent.dev", {
  Agent: agent,
  SandboxAgent: agent,
  MCPServer: {
    is: "workload",
    containers: "spec.deployment",
    secrets: [...secrets, { at: "spec.deployment.secretRefs[]", through: "volume" }],
    literals: ["spec.deployment.env.*"],
  },
  RemoteMCPServer: calledAt("spec"),
  ToolServer: {
    ...calledAt("spec.config.{sse,streamableHttp}"),
    literals: [...literals, "spec.config.stdio.env.*"],
  },
  ModelConfig: {
    is: "configuration",
    secrets: [{ at: "spec.{apiKeySecret,apiKeySecretRef}", key: "spec.apiKeySecretKey" }],
    modelKey: {
      at: "spec.{apiKeySecret,apiKeySecretRef}",
      provider: "spec.provider",
      usual: "OpenAI",
      providers: {
        OpenAI: { name: "OpenAI", endpoint: "spec.openAI.baseUrl" },
        Anthropic: { name: "Anthropic", endpoint: "spec.anthropic.baseUrl" },
        Gemini: { name: "Google", endpoint: "spec.gemini.baseUrl" },
        AzureOpenAI: { name: "Azure OpenAI", endpoint: "spec.azureOpenAI.azureEndpoint" },
      },
    },
  },
});
