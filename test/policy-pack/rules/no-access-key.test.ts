import { Unknown } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-access-key";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const userType = "aws:iam/user:User";
const keyType = "aws:iam/accessKey:AccessKey";
const secretType = "aws:secretsmanager/secret:Secret";
const versionType = "aws:secretsmanager/secretVersion:SecretVersion";
const functionType = "aws:lambda/function:Function";
const bot = resource(userType, "bot", { name: "crm-bot" });
const key = resource(keyType, "bot-key", { user: outputOf(bot.urn) });

ruleTester(rule, {
  accepts: [
    { name: "a user without a key", resources: [bot] },
    {
      name: "a generated password, which is a rule's of its own",
      resources: [resource("random:index/randomPassword:RandomPassword", "db", {})],
    },
  ],
  rejects: [
    {
      name: "an access key of a user of the stack",
      resources: [bot, key],
      findings: [
        {
          grade: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message:
            "`bot-key` is declared: an IAM access key of `crm-bot`, which lasts until somebody deletes it",
          related: ["crm-bot: is the user it acts as"],
        },
      ],
    },
    {
      name: "an access key of a user that a preview does not know",
      resources: [resource(keyType, "bot-key", { user: new Unknown() })],
      findings: [
        {
          grade: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message:
            "`bot-key` is declared: an IAM access key, which lasts until somebody deletes it",
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
          grade: "critical",
          about: "model",
          at: "model: userName",
          message:
            "`model` is declared: a long-term Bedrock API key of `models`, which lasts until somebody deletes it",
          related: ["models: is the user it acts as"],
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
          grade: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message:
            "`bot-key` is declared: an IAM access key of `crm-bot`, which lasts until somebody deletes it; it goes to `sync`",
          related: ["crm-bot: is the user it acts as", "sync: is given what receives the key"],
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
          grade: "critical",
          about: "bot-key",
          at: "bot-key: user",
          message:
            "`bot-key` is declared: an IAM access key of `crm-bot`, which lasts until somebody deletes it; it goes to `acme/crm`",
          related: ["crm-bot: is the user it acts as", "acme/crm: receives the key"],
        },
      ],
    },
  ],
});
