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

/** What an output says is secret all the same. */
export const { secretString } = new aws.secretsmanager.SecretVersion("output", {
  secretId: "output",
  secretString: "clear-Qm7vXw2Lr9Tz4Kd1",
});
