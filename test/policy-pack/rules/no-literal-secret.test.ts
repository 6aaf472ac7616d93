import type { Resource } from "../../../core/snapshot/resource";
import { Secret, Unknown, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-literal-secret";
import assert from "node:assert/strict";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import { base64, fakes } from "../read/credentials/fakes";

const deploymentType = "kubernetes:apps/v1:Deployment";
const passwordType = "random:index/randomPassword:RandomPassword";
const instanceType = "aws:rds/instance:Instance";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const taskType = "aws:ecs/taskDefinition:TaskDefinition";

/** A Deployment `acme/bot` with one container that has these parts. */
function bot(container: Readonly<Record<string, Value>>) {
  const containers = [{ name: "main", image: "acme/bot", ...container }];
  return resource(deploymentType, "acme/bot", {
    metadata: { name: "bot", namespace: "acme" },
    spec: { template: { spec: { containers } } },
  });
}

const withEnv = (name: string, value: Value) => bot({ env: [{ name, value }] });

const place = (rest: string) => `spec.template.spec.containers[0].${rest}`;

const found = (credential: string, property: string, severity = "critical") => ({
  severity,
  about: `acme/bot: ${property}`,
  holder: "acme/bot",
  at: `acme/bot: ${property}`,
  message: `\`acme/bot\` receives ${credential} in plain text`,
});

const configMap = (data: string): string =>
  `\napiVersion: v1\nkind: ConfigMap\nmetadata: { namespace: acme, name: bot }\ndata: { ${data} }\n`;

const secret = (data: string): string =>
  `\napiVersion: v1\nkind: Secret\nmetadata: { namespace: acme, name: bot }\n${data}\n`;

const inProgram = (credential: string, property: string) => ({
  ...found(credential, property),
  message: `The program contains ${credential} for \`acme/bot\` in plain text`,
});

const oauth2Provider = (config: Readonly<Record<string, Value>>, name = "desk") =>
  resource(
    "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
    name,
    { oauth2ProviderConfig: { githubOauth2ProviderConfig: config } },
  );

const nativeSecret = (secretString: Value) =>
  resource("aws-native:secretsmanager:Secret", "crm", { name: "acme/crm", secretString });

const oauth2InClear = (name: string, input: string) => {
  const at = `${name}: oauth2ProviderConfig.githubOauth2ProviderConfig.${input}`;
  return {
    severity: "critical",
    about: at,
    holder: name,
    at,
    message: `The program contains the value of clientSecret for \`${name}\` in plain text`,
  };
};

ruleTester(rule, {
  accepts: [
    {
      name: "a secret of AWS Cloud Control whose value the program marks, has from elsewhere or lets AWS make",
      resources: [
        nativeSecret(new Secret("k3ep1tQu1et")),
        nativeSecret(outputOf(urnOf(passwordType, "pw"))),
        nativeSecret(null),
      ].map((each, index) => ({ ...each, urn: `${each.urn}-${index}` })),
    },
    {
      name: "a key of an AgentCore provider that is marked as secret",
      resources: [
        resource(
          "aws:bedrock/agentcoreApiKeyCredentialProvider:AgentcoreApiKeyCredentialProvider",
          "crm",
          { apiKey: new Secret("k3ep1tQu1et") },
        ),
      ],
    },
    {
      name: "a reference to a Secret",
      resources: [
        bot({
          env: [{ name: "BOT_TOKEN", valueFrom: { secretKeyRef: { name: "bot", key: "token" } } }],
        }),
      ],
    },
    {
      name: "values of a Helm release that refer to a secret",
      resources: [
        resource("kubernetes:helm.sh/v3:Release", "crm", {
          values: { auth: { existingSecret: "crm-auth", secretKeys: { passwordKey: "password" } } },
        }),
      ],
    },
    { name: "another variable by reference", resources: [withEnv("BOT_TOKEN", "$(OTHER_TOKEN)")] },
    {
      name: "a name whose head noun is no credential",
      resources: [withEnv("TOKEN_AUDIENCE", "k3ep1tQu1et")],
    },
    {
      name: "the path of a token",
      resources: [withEnv("BOT_TOKEN", "/var/run/secrets/bot/token")],
    },
    { name: "a placeholder", resources: [withEnv("BOT_TOKEN", "changeme")] },
    {
      name: "options of a command line that are no credentials",
      resources: [bot({ args: ["--token-audience=sts.amazonaws.com", "--log", "information"] })],
    },
    {
      name: "a credential in its place, marked as secret",
      resources: [
        resource("kubernetes:core/v1:Secret", "bot", {
          metadata: { name: "bot", namespace: "acme" },
          stringData: new Secret({ token: fakes.slack }),
        }),
      ],
    },
    {
      name: "a ConfigMap without credentials",
      resources: manifest(configMap("BOT_URL: https://crm.acme.com/api, MODE: information")),
    },
    {
      name: "a certificate in a Secret's manifest",
      resources: manifest(secret("stringData: { tls.key: k3ep1tQu1et }\ntype: kubernetes.io/tls")),
    },
    {
      name: "an unknown value under a name that says nothing, beside a generator",
      resources: [
        withEnv("BUCKET", outputOf(urnOf("aws:s3/bucket:Bucket", "b"), urnOf(passwordType, "pw"))),
      ],
    },
    {
      name: "an unknown value under a name that says nothing",
      resources: [withEnv("BUCKET", outputOf(urnOf("aws:s3/bucket:Bucket", "b")))],
    },
    {
      name: "a client's secret of an OAuth2 provider that the program marks as secret, or keeps elsewhere",
      resources: [
        oauth2Provider({ clientId: "desk", clientSecret: new Secret("k3ep1tQu1et") }),
        oauth2Provider({ clientSecretConfig: { secretId: "desk", jsonKey: "secret" } }),
      ],
    },
  ],
  rejects: [
    {
      name: "a client's secret of an OAuth2 provider in clear, also where it is only written",
      resources: [
        oauth2Provider({ clientId: "desk", clientSecret: "k3ep1tQu1et" }, "github"),
        oauth2Provider({ clientIdWo: "desk", clientSecretWo: "an0therQu1et" }, "slack"),
      ],
      findings: [oauth2InClear("github", "clientSecret"), oauth2InClear("slack", "clientSecretWo")],
    },
    {
      name: "a credential among the values of a Helm release, marked as secret or not",
      resources: [
        resource("kubernetes:helm.sh/v3:Release", "crm", {
          chart: "crm",
          values: {
            replicas: 2,
            auth: { username: "crm", password: "k3ep1tQu1et" },
            env: [{ apiKey: new Secret("an0therQu1et") }],
          },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "crm: values.auth.password",
          holder: "crm",
          at: "crm: values.auth.password",
          message: "`crm` receives the value of password in plain text",
        },
        {
          severity: "critical",
          about: "crm: values.env[0].apiKey",
          holder: "crm",
          at: "crm: values.env[0].apiKey",
          message:
            "`crm` receives the value of apiKey in plain text, although the program marks it as secret",
        },
      ],
    },
    {
      name: "a token by its format, whatever the name",
      resources: [withEnv("CHAT", fakes.slack)],
      findings: [found("a Slack token", place("env[0].value"))],
    },
    {
      name: "a value by its name",
      resources: [withEnv("DB_PASSWORD", "k3ep1tQu1et")],
      findings: [found("the value of DB_PASSWORD", place("env[0].value"))],
    },
    {
      name: "as medium a dictionary word",
      resources: [withEnv("DB_PASSWORD", "sunflower")],
      findings: [found("the value of DB_PASSWORD", place("env[0].value"), "medium")],
    },
    {
      name: "a value that the program marks as secret, whatever the name",
      resources: [withEnv("CHAT", new Secret("gT5vQ2mB8xW1"))],
      findings: [
        {
          ...found("the value of CHAT", place("env[0].value")),
          message:
            "`acme/bot` receives the value of CHAT in plain text, although the program marks it as secret",
        },
      ],
    },
    {
      name: "an option with its value, in one word and in two, and a variable set in a shell",
      resources: [
        bot({
          command: ["sh", "-c", "export DB_PASSWORD=k3ep1tQu1et-0; exec bot"],
          args: ["--api-key=k3ep1tQu1et-1", "--token", "k3ep1tQu1et-2"],
        }),
      ],
      findings: [
        found("the value of api-key", place("args[0]")),
        found("the value of --token", place("args[2]")),
        found("the value of DB_PASSWORD", place("command[2]")),
      ],
    },
    {
      name: "a credential in a ConfigMap, also inside a file",
      resources: manifest(
        configMap(`BOT_TOKEN: k3ep1tQu1et, app.properties: "mode=x\\ndb.password=k3ep1tQu1et\\n"`),
      ),
      findings: [
        found("the value of BOT_TOKEN", "data.BOT_TOKEN"),
        found("the value of db.password", "data.app.properties"),
      ],
    },
    {
      name: "a credential in the manifest of a Secret, in clear or in base64",
      resources: manifest(
        secret(`stringData: { BOT_TOKEN: k3ep1tQu1et }\ndata: { chat: ${base64(fakes.slack)} }`),
      ),
      findings: [
        inProgram("a Slack token", "data.chat"),
        inProgram("the value of BOT_TOKEN", "stringData.BOT_TOKEN"),
      ],
    },
    {
      name: "a credential in clear in a secret of AWS Cloud Control, by the keys that it has",
      resources: [nativeSecret('{"user":"desk","password":"k3ep1tQu1et"}')],
      findings: [
        {
          severity: "critical",
          about: "crm: secretString",
          holder: "acme/crm",
          at: "crm: secretString",
          message: "The program contains the value of password for `acme/crm` in plain text",
        },
      ],
    },
    {
      name: "as undetermined a generated value that a preview cannot know",
      resources: [
        resource(passwordType, "pw", { length: 32 }),
        withEnv("SETTING", outputOf(urnOf(passwordType, "pw"))),
      ],
      findings: [
        {
          ...found("the value of SETTING", place("env[0].value")),
          verdict: "undetermined",
          message: "`acme/bot` receives the value of SETTING in plain text",
          dependsOn: ["pw"],
        },
      ],
    },
    {
      name: "as undetermined a text made with what a database is given, its password among it",
      resources: [
        resource(passwordType, "pw", { length: 32 }),
        resource(instanceType, "db", { password: outputOf(urnOf(passwordType, "pw")) }),
        resource(taskType, "desk", {
          family: "desk",
          containerDefinitions: outputOf(urnOf(instanceType, "db")),
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk: containerDefinitions",
          holder: "desk",
          at: "desk: containerDefinitions",
          verdict: "undetermined",
          message: "`desk` receives a credential in plain text",
          dependsOn: ["db"],
        },
      ],
    },
    {
      name: "as undetermined a text made with the ARN of a stored secret, beside which anything may stand",
      resources: [
        resource(versionType, "crm", { secretString: new Secret("k3ep1tQu1et") }),
        resource(taskType, "desk", {
          family: "desk",
          containerDefinitions: outputOf(urnOf(versionType, "crm")),
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk",
          holder: "desk",
          at: "desk: containerDefinitions",
          verdict: "undetermined",
          message: "`desk` receives a credential in plain text",
          dependsOn: ["crm"],
        },
      ],
    },
    {
      name: "as undetermined a secret value that a preview cannot know",
      resources: [withEnv("SETTING", new Unknown([], true))],
      findings: [
        {
          ...found("the value of SETTING", place("env[0].value")),
          verdict: "undetermined",
          message:
            "`acme/bot` receives the value of SETTING in plain text, although the program marks it as secret",
          reason: "its value is not known",
        },
      ],
    },
    {
      name: "as undetermined an environment that is marked as secret as a whole",
      resources: [bot({ env: new Secret([{ name: "A", value: "information" }]) })],
      findings: [
        {
          ...found("a secret value", place("env")),
          verdict: "undetermined",
          message:
            "`acme/bot` receives a secret value in plain text, although the program marks it as secret",
        },
      ],
    },
    {
      name: "a credential in a custom resource with a pod template",
      resources: manifest(
        `\napiVersion: acme.com/v1\nkind: Sandbox\nmetadata: { namespace: acme, name: bot }\nspec: { podTemplate: { spec: { containers: [{ name: x, env: [{ name: BOT_TOKEN, value: k3ep1tQu1et }] }] } } }\n`,
      ),
      findings: [
        found("the value of BOT_TOKEN", "spec.podTemplate.spec.containers[0].env[0].value"),
      ],
    },
  ],
});

describe("the fix of no-literal-secret", () => {
  const fixesOf = async (resources: readonly Resource[]): Promise<readonly string[]> => {
    const judging = { settings: defaultSettings, rules: [rule] };
    const { findings } = await judgeSnapshot(snapshotOf(resources), judging);
    return findings.map(({ fix }) => fix);
  };

  it("sends a credential of a pod to a Secret", async () => {
    assert.deepEqual(await fixesOf([withEnv("BOT_TOKEN", "k3ep1tQu1et")]), [
      "have the workload use a short-lived credential of its own identity, or reference a Secret that it alone reads; keep a vendor's one API key in a `LegacyTool`",
    ]);
  });

  it("keeps what a Secret has out of the program", async () => {
    assert.deepEqual(await fixesOf(manifest(secret("stringData: { BOT_TOKEN: k3ep1tQu1et }"))), [
      "take the value from a secret of Pulumi, or let a secret store write it (External Secrets, Sealed Secrets); a `LegacyTool` keeps a vendor's one API key without its value in the program",
    ]);
  });
});
