import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-static-model-key";
import { base64, fakes } from "../read/credentials/fakes";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const deploymentType = "kubernetes:apps/v1:Deployment";
const functionType = "aws:lambda/function:Function";
const platform = urnOf("pulumi:pulumi:StackReference", "platform");

type Inputs = Readonly<Record<string, Value>>;

function triage(container: Inputs, spec: Inputs = {}): Resource {
  return resource(deploymentType, "triage", {
    metadata: { namespace: "acme", name: "triage" },
    spec: {
      template: {
        spec: { containers: [{ name: "main", image: "acme/triage", ...container }], ...spec },
      },
    },
  });
}

function byRef(variable: string, name: Value = "llm", key: Value = "key"): Value {
  return { name: variable, valueFrom: { secretKeyRef: { name, key } } };
}

function kept(name: string, data: Inputs): Resource {
  return resource("kubernetes:core/v1:Secret", name, {
    metadata: { namespace: "acme", name },
    data,
  });
}

function configured(data: Inputs): Resource {
  return resource("kubernetes:core/v1:ConfigMap", "settings", {
    metadata: { namespace: "acme", name: "settings" },
    data,
  });
}

function lambda(variables: Inputs): Resource {
  return resource(functionType, "triage", { name: "triage", environment: { variables } });
}

const marked = new Secret(base64("k3ep1tQu1et-T00"));

function found(provider: string, at: string, message: string, holder = "acme/triage") {
  return { severity: "medium", about: provider, holder, at: `triage: ${at}`, message };
}

function given(provider: string, variable: string): string {
  return `Variable \`${variable}\` contains a long-lived ${provider} key; ${provider} accepts workload identity federation`;
}

function held(provider: string, secret: string): string {
  return `Secret \`${secret}\` is, by its name, a long-lived ${provider} key; ${provider} accepts workload identity federation`;
}

function known(provider: string): string {
  return `A long-lived ${provider} key is used; ${provider} accepts workload identity federation`;
}

const env = "spec.template.spec.containers[0].env[0]";
const from = `${env}.valueFrom.secretKeyRef`;
const byEnvFrom = "spec.template.spec.containers[0].envFrom[0].secretRef";

const external = manifest(`
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { namespace: acme, name: llm }
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: aws }
  data: [{ secretKey: key, remoteRef: { key: prod/anthropic/api-key } }]
`);

ruleTester(rule, {
  accepts: [
    {
      name: "a setting that says where a provider is, not who calls it",
      resources: [
        triage({
          env: [
            { name: "OPENAI_BASE_URL", value: "https://api.openai.com/v1" },
            byRef("OPENAI_ORG_ID"),
            byRef("OPENAI_PROJECT_ID"),
          ],
        }),
      ],
    },
    {
      name: "keys of providers that accept nothing else",
      resources: [
        triage({
          env: ["MISTRAL_API_KEY", "COHERE_API_KEY", "GROQ_API_KEY", "OPENROUTER_API_KEY"].map(
            (name) => byRef(name),
          ),
        }),
      ],
    },
    {
      name: "names that only look alike",
      resources: [
        triage({
          env: [
            "OPENAI_API_KEY_NAME",
            "OPENAIR_API_KEY",
            "OPENAI_COMPATIBLE_API_KEY",
            "MY_OPENAI_API_KEY_ENABLED",
            "GOOGLE_MAPS_API_KEY",
            "GOOGLE_API_KEY_ID",
            "ANTHROPIC_AUTH_TOKEN_URL",
          ].map((name) => byRef(name)),
        }),
      ],
    },
    {
      name: "a key for a server of one's own that speaks like OpenAI",
      resources: [
        triage({
          env: [
            byRef("OPENAI_API_KEY"),
            { name: "OPENAI_BASE_URL", value: "http://vllm.acme.svc:8000/v1" },
          ],
        }),
      ],
    },
    {
      name: "a key for a server that a ConfigMap in the environment names",
      resources: [
        triage({
          env: [byRef("OPENAI_API_KEY")],
          envFrom: [{ configMapRef: { name: "settings" } }],
        }),
        configured({ OPENAI_API_BASE: "http://litellm.acme.svc:4000" }),
      ],
    },
    {
      name: "a key for a server that one key of a ConfigMap names",
      resources: [
        triage({
          env: [
            byRef("OPENAI_API_KEY"),
            {
              name: "OPENAI_BASE_URL",
              valueFrom: { configMapKeyRef: { name: "settings", key: "OPENAI_BASE_URL" } },
            },
          ],
        }),
        configured({ OPENAI_BASE_URL: "http://vllm.acme.svc" }),
      ],
    },
    {
      name: "a placeholder where no key is needed",
      resources: [triage({ env: [{ name: "OPENAI_API_KEY", value: "EMPTY" }] })],
    },
    {
      name: "a ConfigMap whose text is no key",
      resources: [
        triage({ envFrom: [{ configMapRef: { name: "settings" } }] }),
        configured({ OPENAI_API_KEY: "none", MODEL: "gpt" }),
      ],
    },
    {
      name: "a Secret with other keys in the environment",
      resources: [
        triage({ envFrom: [{ secretRef: { name: "llm" } }] }),
        kept("llm", { CRM_API_KEY: marked }),
      ],
    },
    {
      name: "a prefix that makes another variable of a key",
      resources: [
        triage({ envFrom: [{ prefix: "OLD_", secretRef: { name: "llm" } }] }),
        kept("llm", { OPENAI_API_KEY: marked }),
      ],
    },
    {
      name: "the key of a legacy platform, whatever it is called",
      resources: [
        resource(
          "agentid:index:LegacyTool",
          "models",
          {
            key: {
              existingSecret: {
                arn: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:openai-api-key-CrmKey",
              },
            },
          },
          { custom: false },
        ),
      ],
    },
    {
      name: "a token that is made for the provider at run time",
      resources: [
        triage(
          { env: [{ name: "ANTHROPIC_IDENTITY_TOKEN_FILE", value: "/var/run/anthropic/token" }] },
          {
            volumes: [
              {
                name: "token",
                projected: {
                  sources: [
                    {
                      serviceAccountToken: { path: "token", audience: "https://api.anthropic.com" },
                    },
                  ],
                },
              },
            ],
          },
        ),
      ],
    },
  ],
  rejects: [
    ...(
      [
        ["OpenAI", "OPENAI_API_KEY"],
        ["Anthropic", "ANTHROPIC_API_KEY"],
        ["Google", "GOOGLE_API_KEY"],
        ["Google", "GEMINI_API_KEY"],
        ["Azure OpenAI", "AZURE_OPENAI_API_KEY"],
        ["Amazon Bedrock", "AWS_BEARER_TOKEN_BEDROCK"],
      ] as const
    ).map(([provider, variable]) => ({
      name: `${variable} by reference to a Secret`,
      resources: [triage({ env: [byRef(variable)] })],
      findings: [found(provider, from, given(provider, variable))],
    })),
    {
      name: "a literal under the name of the variable",
      resources: [triage({ env: [{ name: "GEMINI_API_KEY", value: "k3ep1tQu1et-T00" }] })],
      findings: [found("Google", `${env}.value`, given("Google", "GEMINI_API_KEY"))],
    },
    {
      name: "a value that has the format of a provider's keys, under another name",
      resources: [triage({ env: [{ name: "LLM", value: fakes.anthropic }] })],
      findings: [found("Anthropic", `${env}.value`, known("Anthropic"))],
    },
    {
      name: "a value in an argument",
      resources: [triage({ args: [`--key=${fakes.openai}`] })],
      findings: [found("OpenAI", "spec.template.spec.containers[0].args[0]", known("OpenAI"))],
    },
    {
      name: "a real key beside the URL of a server of one's own",
      resources: [
        triage({
          env: [
            { name: "OPENAI_API_KEY", value: fakes.openai },
            { name: "OPENAI_BASE_URL", value: "http://proxy.acme.svc" },
          ],
        }),
      ],
      findings: [found("OpenAI", `${env}.value`, known("OpenAI"))],
    },
    {
      name: "a key for OpenAI's own host, and for Azure's",
      resources: [
        triage({
          env: [
            byRef("OPENAI_API_KEY"),
            { name: "OPENAI_BASE_URL", value: "https://eu.api.openai.com/v1" },
            { name: "OPENAI_API_BASE", value: "https://acme.openai.azure.com" },
          ],
        }),
      ],
      findings: [found("OpenAI", from, given("OpenAI", "OPENAI_API_KEY"))],
    },
    {
      name: "the key of a Secret that is called so",
      resources: [triage({ env: [byRef("LLM_KEY", "llm", "anthropic-api-key")] })],
      findings: [found("Anthropic", from, held("Anthropic", "acme/llm[anthropic-api-key]"))],
    },
    {
      name: "a Secret whose name and key say it together",
      resources: [triage({ env: [byRef("LLM_KEY", "openai-credentials", "api-key")] })],
      findings: [found("OpenAI", from, held("OpenAI", "acme/openai-credentials[api-key]"))],
    },
    {
      name: "a Secret whose content has the format",
      resources: [
        triage({ env: [byRef("LLM_KEY")] }),
        kept("llm", { key: new Secret(base64(fakes.openai)) }),
      ],
      findings: [found("OpenAI", from, known("OpenAI"))],
    },
    {
      name: "a whole Secret in the environment, by its keys",
      resources: [
        triage({ envFrom: [{ secretRef: { name: "llm" } }] }),
        kept("llm", { OPENAI_API_KEY: marked, ANTHROPIC_API_KEY: marked }),
      ],
      findings: [
        found("Anthropic", byEnvFrom, held("Anthropic", "acme/llm")),
        found("OpenAI", byEnvFrom, held("OpenAI", "acme/llm")),
      ],
    },
    {
      name: "a prefix that makes the variable of a key",
      resources: [
        triage({ envFrom: [{ prefix: "OPENAI_", secretRef: { name: "llm" } }] }),
        kept("llm", { API_KEY: marked }),
      ],
      findings: [found("OpenAI", byEnvFrom, held("OpenAI", "acme/llm"))],
    },
    {
      name: "a Secret mounted as files, by its keys",
      resources: [
        triage({}, { volumes: [{ name: "llm", secret: { secretName: "llm" } }] }),
        kept("llm", { "openai-api-key": marked }),
      ],
      findings: [
        found("OpenAI", "spec.template.spec.volumes[0].secret", held("OpenAI", "acme/llm")),
      ],
    },
    {
      name: "what an ExternalSecret brings, by the name of the remote secret",
      resources: [triage({ env: [byRef("LLM_KEY")] }), ...external],
      findings: [found("Anthropic", from, held("Anthropic", "acme/llm[key]"))],
    },
    {
      name: "a key in a ConfigMap",
      resources: [
        triage({ envFrom: [{ configMapRef: { name: "settings" } }] }),
        configured({ GEMINI_API_KEY: "k3ep1tQu1et-T00" }),
      ],
      findings: [
        found(
          "Google",
          "spec.template.spec.containers[0].envFrom[0].configMapRef",
          given("Google", "GEMINI_API_KEY"),
        ),
      ],
    },
    {
      name: "the environment of a function, literal and by the ARN of a secret",
      resources: [
        lambda({
          OPENAI_API_KEY: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:llm-a1B2c3",
          GEMINI_API_KEY: "k3ep1tQu1et-T00",
        }),
      ],
      findings: [
        found(
          "Google",
          "environment.variables.GEMINI_API_KEY",
          given("Google", "GEMINI_API_KEY"),
          "triage",
        ),
        found(
          "OpenAI",
          "environment.variables.OPENAI_API_KEY",
          given("OpenAI", "OPENAI_API_KEY"),
          "triage",
        ),
      ],
    },
    {
      name: "the secrets of a task",
      resources: [
        resource("aws:ecs/taskDefinition:TaskDefinition", "triage", {
          family: "triage",
          containerDefinitions: JSON.stringify([
            { name: "main", secrets: [{ name: "ANTHROPIC_API_KEY", valueFrom: "/prod/llm" }] },
          ]),
        }),
      ],
      findings: [
        found(
          "Anthropic",
          "containerDefinitions[0].secrets.ANTHROPIC_API_KEY",
          given("Anthropic", "ANTHROPIC_API_KEY"),
          "triage",
        ),
      ],
    },
    {
      name: "user data that exports one",
      resources: [
        resource("aws:ec2/instance:Instance", "triage", {
          userData: "#!/bin/sh\nexport GEMINI_API_KEY=k3ep1tQu1et-T00\n",
        }),
      ],
      findings: [found("Google", "userData", given("Google", "GEMINI_API_KEY"), "triage")],
    },
    {
      name: "a value that a preview does not know as undetermined",
      resources: [
        triage({ env: [{ name: "OPENAI_API_KEY", value: outputOf(platform) }] }),
        lambda({ OPENAI_API_KEY: outputOf(platform) }),
      ],
      findings: [
        ...(["triage", "acme/triage"] as const).map((holder) => ({
          ...found(
            "OpenAI",
            holder === "triage" ? "environment.variables.OPENAI_API_KEY" : `${env}.value`,
            given("OpenAI", "OPENAI_API_KEY"),
            holder,
          ),
          verdict: "undetermined" as const,
          dependsOn: ["platform"],
        })),
      ],
    },
    {
      name: "a host that a preview does not know as undetermined",
      resources: [
        triage({
          env: [byRef("OPENAI_API_KEY"), { name: "OPENAI_BASE_URL", value: outputOf(platform) }],
        }),
      ],
      findings: [
        {
          ...found(
            "OpenAI",
            from,
            "Variable `OPENAI_API_KEY` contains a long-lived OpenAI key; OpenAI accepts workload identity federation",
          ),
          verdict: "undetermined",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "a text of a ConfigMap that a preview does not know as undetermined",
      resources: [
        triage({ envFrom: [{ configMapRef: { name: "settings" } }] }),
        configured({ GEMINI_API_KEY: outputOf(platform), LOG_LEVEL: outputOf(platform) }),
      ],
      findings: [
        {
          ...found(
            "Google",
            "spec.template.spec.containers[0].envFrom[0].configMapRef",
            "Variable `GEMINI_API_KEY` contains a long-lived Google key; Google accepts workload identity federation",
          ),
          verdict: "undetermined",
          dependsOn: ["platform"],
        },
      ],
    },
    ...(
      [
        ["a ConfigMap of elsewhere names", { configMapKeyRef: { name: "hosts", key: "url" } }, []],
        ["a Secret of elsewhere names", { secretKeyRef: { name: "hosts", key: "url" } }, []],
        [
          "a Secret names that a preview does not know",
          { secretKeyRef: { name: outputOf(platform), key: "url" } },
          ["platform"],
        ],
      ] as const
    ).map(([name, valueFrom, dependsOn]) => ({
      name: `a key for a host that ${name} as undetermined`,
      resources: [
        triage({ env: [byRef("OPENAI_API_KEY"), { name: "OPENAI_BASE_URL", valueFrom }] }),
      ],
      findings: [
        {
          ...found(
            "OpenAI",
            from,
            "Variable `OPENAI_API_KEY` contains a long-lived OpenAI key; OpenAI accepts workload identity federation",
          ),
          verdict: "undetermined" as const,
          dependsOn,
        },
      ],
    })),
    {
      name: "a list of variables that a preview does not know as undetermined",
      resources: [triage({ env: outputOf(platform) })],
      findings: [
        {
          ...found(
            "acme/triage",
            "spec.template.spec.containers[0].env",
            "`acme/triage` uses a long-lived key of a model provider that accepts workload identity federation",
          ),
          verdict: "undetermined",
          dependsOn: ["platform"],
        },
      ],
    },
    {
      name: "the keys of a Secret in the environment that a preview does not know as undetermined, where they stand",
      resources: [
        triage({
          env: [{ name: "PLATFORM_URL", value: outputOf(platform) }],
          envFrom: [{ secretRef: { name: "llm" } }],
        }),
        resource("kubernetes:core/v1:Secret", "llm", {
          metadata: { namespace: "acme", name: "llm" },
          stringData: outputOf(platform),
        }),
      ],
      findings: [
        {
          ...found(
            "acme/triage",
            "",
            "`acme/triage` uses a long-lived key of a model provider that accepts workload identity federation",
          ),
          at: "llm: stringData",
          verdict: "undetermined",
          dependsOn: ["platform"],
        },
      ],
    },
  ],
});
