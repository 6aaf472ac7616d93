import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";

const marked = pulumi.secret("marked-Qm7vXw2Lr9Tz4Kd1");

new aws.secretsmanager.SecretVersion("clear", {
  secretId: "crm",
  secretString: "clear-Qm7vXw2Lr9Tz4Kd1",
});
new aws.secretsmanager.SecretVersion("marked", { secretId: "erp", secretString: marked });
new aws.ssm.Parameter("clear", {
  name: "/crm/api-key",
  type: "SecureString",
  value: "clear-Qm7vXw2Lr9Tz4Kd1",
});
new kubernetes.core.v1.Secret("secret", {
  stringData: { password: "clear-Qm7vXw2Lr9Tz4Kd1", marked },
  data: pulumi.secret({ token: "bWFya2VkLVFtN3ZYdzJMcjlUejRLZDE=" }),
});

const { arn } = new aws.secretsmanager.Secret("erp");
new aws.secretsmanager.SecretVersion("unknown", { secretId: "unknown", secretString: arn });
new kubernetes.core.v1.Secret("unknown", {
  stringData: { arn, text: pulumi.interpolate`crm:${arn}`, password: "clear-Qm7vXw2Lr9Tz4Kd1" },
});

new kubernetes.core.v1.SecretPatch("patch", {
  metadata: { name: "patched" },
  stringData: { password: "clear-Qm7vXw2Lr9Tz4Kd1", marked },
});
new kubernetes.yaml.ConfigGroup("group", {
  yaml: [
    "apiVersion: v1",
    "kind: Secret",
    "metadata: { name: grouped }",
    "stringData: { password: clear-Qm7vXw2Lr9Tz4Kd1 }",
  ].join("\n"),
});
new kubernetes.yaml.v2.ConfigGroup("group-v2", {
  objs: [
    {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "grouped-v2" },
      stringData: { password: "clear-Qm7vXw2Lr9Tz4Kd1", marked },
    },
  ],
});
new aws.bedrock.AgentcoreApiKeyCredentialProvider("clear", {
  name: "crm",
  apiKey: "clear-Qm7vXw2Lr9Tz4Kd1",
});
new aws.bedrock.AgentcoreApiKeyCredentialProvider("marked", { name: "erp", apiKey: marked });

// A callback's argument from a secret is no text of the program's, after an await too.
marked.apply(async (password) => {
  new kubernetes.core.v1.Secret("of-secret", { stringData: { password } });
  await Promise.resolve();
  new aws.secretsmanager.SecretVersion("of-secret", { secretId: "of", secretString: password });
});
pulumi.output("crm").apply((name) => {
  const stringData = { password: "clear-Qm7vXw2Lr9Tz4Kd1" };
  new kubernetes.core.v1.Secret("of-text", { metadata: { name }, stringData });
});

/** An output's value is secret all the same. */
export const { secretString } = new aws.secretsmanager.SecretVersion("output", {
  secretId: "output",
  secretString: "clear-Qm7vXw2Lr9Tz4Kd1",
});
