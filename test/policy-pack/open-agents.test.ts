import type { Value } from "../../core/snapshot/value";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import noStaticModelKey from "../../policy-pack/rules/no-static-model-key";
import noStaticToolCredential from "../../policy-pack/rules/no-static-tool-credential";
import { outputOf, resource } from "../support/resources";
import { ruleTester } from "../support/rule-tester";

const config = resource("t:index:Config", "config", {});
const notYet = outputOf(config.urn);
const place = resource("t:index:Place", "place", {});

function object(kind: string, name: string, spec: Value) {
  return resource(`kubernetes:kagent.dev/v1alpha2:${kind}`, `acme/${name}`, {
    metadata: { name, namespace: "acme" },
    spec,
  });
}

/** An agent, and the models that it calls. */
function calling(provider: Value, more: object = {}) {
  const models = { provider, apiKeySecret: "crm", apiKeySecretKey: "key", ...more };
  return [
    config,
    object("ModelConfig", "models", models),
    object("Agent", "triage", { declarative: { modelConfig: "models" } }),
  ];
}

/** A remote server of tools that is called with a header. */
function remote(name: Value, type: Value) {
  const headersFrom = [{ name, valueFrom: { type, name: "crm", key: "key" } }];
  return object("RemoteMCPServer", "tools", { url: "https://crm.example", headersFrom });
}

const holder = resource("kubernetes:core/v1:Pod", "acme/desk", {
  metadata: { name: "desk", namespace: "acme" },
  spec: {
    containers: [
      {
        name: "main",
        env: [{ name: "KEY", valueFrom: { secretKeyRef: { name: "crm", key: "key" } } }],
      },
    ],
  },
});

ruleTester(noStaticModelKey, {
  accepts: [
    { name: "a key of models of a provider that is none", resources: calling("Ollama") },
    {
      name: "a key of models that are elsewhere, whoever provides them",
      resources: calling(
        notYet,
        Object.fromEntries(
          ["openAI", "anthropic", "gemini", "azureOpenAI"].map((name) => [
            name,
            {
              baseUrl: "https://models.acme.example",
              azureEndpoint: "https://models.acme.example",
            },
          ]),
        ),
      ),
    },
  ],
  rejects: [
    {
      name: "as undetermined a key of models of a provider that is not known",
      resources: calling(notYet),
      findings: [
        {
          verdict: "undetermined",
          severity: "medium",
          about: "acme/triage",
          holder: "acme/triage",
          at: "acme/triage: spec.declarative.modelConfig",
          message:
            "`acme/triage` uses a long-lived key of a model provider that accepts workload identity federation",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a key of models of a provider that is not known, with what a place that is not known waits for",
      resources: [place, ...calling(notYet, { gemini: { baseUrl: outputOf(place.urn) } })],
      findings: [
        {
          verdict: "undetermined",
          severity: "medium",
          about: "acme/triage",
          holder: "acme/triage",
          at: "acme/triage: spec.declarative.modelConfig",
          message:
            "`acme/triage` uses a long-lived key of a model provider that accepts workload identity federation",
          dependsOn: ["config", "place"],
        },
      ],
    },
    {
      name: "as undetermined a key of models that only one provider may be called with",
      resources: calling(notYet, {
        ...Object.fromEntries(
          ["openAI", "anthropic"].map((name) => [name, { baseUrl: "https://models.acme.example" }]),
        ),
        azureOpenAI: { azureEndpoint: "https://models.acme.example" },
      }),
      findings: [
        {
          verdict: "undetermined",
          severity: "medium",
          about: "Google",
          holder: "acme/triage",
          at: "acme/triage: spec.declarative.modelConfig",
          message:
            "Google is called with `acme/crm[key]`, a long-lived key; Google accepts workload identity federation",
          dependsOn: ["config"],
        },
      ],
    },
  ],
});

ruleTester(noStaticToolCredential, {
  accepts: [
    { name: "a header that says nothing of who calls", resources: [remote("X-Region", "Secret")] },
  ],
  rejects: [
    {
      name: "as undetermined a header of which the name is not known",
      resources: [config, remote(notYet, "Secret")],
      findings: [
        {
          verdict: "undetermined",
          severity: "high",
          about: "acme/tools: tools",
          holder: "acme/tools",
          at: "acme/tools: spec.headersFrom[0].valueFrom",
          message: "MCP server `tools` is called with a static credential",
          dependsOn: ["config"],
        },
      ],
    },
  ],
});

ruleTester(noSharedSecret, {
  accepts: [
    {
      name: "a header out of a ConfigMap that is called like a Secret",
      resources: [remote("Authorization", "ConfigMap"), holder],
    },
  ],
  rejects: [
    {
      name: "as undetermined a header of which it is not known whether a Secret has it",
      resources: [config, remote("Authorization", notYet), holder],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/crm",
          holder: "acme/tools",
          at: "acme/tools: spec.headersFrom[0].valueFrom",
          message: "Secret `acme/crm[key]` is shared by 2 workloads",
          related: ["acme/desk: may use the same secret"],
          dependsOn: ["config"],
        },
      ],
    },
  ],
});
