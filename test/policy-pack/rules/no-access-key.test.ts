import { Unknown } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-access-key";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const userType = "aws:iam/user:User";
const keyType = "aws:iam/accessKey:AccessKey";
const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const functionType = "aws:lambda/function:Function";
const bot = resource(userType, "bot", { name: "crm-bot" });
const key = resource(keyType, "bot-key", { user: outputOf(bot.urn) });

/** A key of Crossplane's that is written into a Secret of a namespace, and a workload of `acme` with a Secret of that name. */
const crossplaneKey = (namespace: string): string => `
apiVersion: iam.aws.upbound.io/v1beta1
kind: AccessKey
metadata: { name: bot-key }
spec: { forProvider: { userSelector: { matchLabels: { for: desk } } }, writeConnectionSecretToRef: { namespace: ${namespace}, name: key } }
---
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: desk }
spec: { template: { spec: { containers: [{ name: main, image: acme/desk, envFrom: [{ secretRef: { name: key } }] }] } } }
`;

ruleTester(rule, {
  accepts: [
    {
      name: "a user that Crossplane makes without a key",
      resources: manifest(
        "\napiVersion: iam.aws.upbound.io/v1beta1\nkind: User\nmetadata: { name: bot }\n",
      ),
    },
    { name: "a user without a key", resources: [bot] },
    {
      name: "a generated password, which is a rule's of its own",
      resources: [resource("random:index/randomPassword:RandomPassword", "db", {})],
    },
  ],
  rejects: [
    {
      name: "an access key that Crossplane makes, with who is given the Secret that it is written into",
      resources: manifest(crossplaneKey("acme")),
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: spec.forProvider",
          message: "IAM access key `bot-key` never expires; 1 resource receives it",
          related: ["acme/desk: uses the key"],
        },
      ],
    },
    {
      name: "an access key that Crossplane writes into a Secret of another namespace",
      resources: manifest(crossplaneKey("till")),
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: spec.forProvider",
          message: "IAM access key `bot-key` never expires",
        },
      ],
    },
    {
      name: "an access key of a user of the stack",
      resources: [bot, key],
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message: "IAM access key of user `crm-bot` never expires",
          related: ["crm-bot: is the user of the key"],
        },
      ],
    },
    {
      name: "an access key of a user that a preview does not know",
      resources: [resource(keyType, "bot-key", { user: new Unknown() })],
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message: "IAM access key `bot-key` never expires",
        },
      ],
    },
    {
      name: "a long-term Bedrock API key",
      resources: [
        resource("aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "model", {
          userName: "models",
          serviceName: "bedrock.amazonaws.com",
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "model",
          at: "model: userName",
          message: "Long-term Bedrock API key of user `models` never expires",
          related: ["models: is the user of the key"],
        },
      ],
    },
    {
      name: "a key that is put into a secret, naming the workload that is given the secret",
      resources: [
        bot,
        key,
        resource(secretType, "crm", { name: "crm" }),
        resource(versionType, "crm", {
          secretId: outputOf(urnOf(secretType, "crm")),
          secretString: new Unknown([key.urn], true),
        }),
        resource(functionType, "sync", {
          role: "arn:aws:iam::111122223333:role/sync",
          environment: { variables: { CRM: outputOf(urnOf(secretType, "crm")) } },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message: "IAM access key of user `crm-bot` never expires; 1 resource receives it",
          related: ["crm-bot: is the user of the key", "sync: uses the key"],
        },
      ],
    },
    {
      name: "a key that a Kubernetes Secret receives",
      resources: [
        bot,
        key,
        resource("kubernetes:core/v1:Secret", "crm", {
          metadata: { namespace: "acme", name: "crm" },
          stringData: { key: new Unknown([key.urn], true) },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message: "IAM access key of user `crm-bot` never expires; 1 resource receives it",
          related: ["crm-bot: is the user of the key", "acme/crm: receives the key"],
        },
      ],
    },
  ],
});
