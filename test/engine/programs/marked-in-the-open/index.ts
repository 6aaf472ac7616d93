import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const marked = pulumi.secret("marked-Qm7vXw2Lr9Tz4Kd1");
const { arn } = new aws.bedrock.AgentcoreMemory("memory", { name: "m", eventExpiryDuration: 30 });
const model = { bedrockModelConfig: { modelId: "amazon.nova-lite-v1:0" } };
const harness = (name: string, environmentVariables: pulumi.Input<Record<string, string>>) =>
  new aws.bedrock.AgentcoreHarness(name, {
    harnessName: name,
    executionRoleArn: `arn:aws:iam::111122223333:role/${name}`,
    environmentVariables,
    model,
    systemPrompts: [{ text: "Answer." }],
  });

harness("plain", { LOG_LEVEL: "debug", REGION: "eu-central-1" });
harness("output", pulumi.output({ LOG_LEVEL: "debug" }));
harness(
  "unknown",
  arn.apply((ROLE_ARN) => Object.fromEntries([["ROLE_ARN", ROLE_ARN]])),
);
harness(
  "written down",
  arn.apply((ROLE_ARN) => ({ ROLE_ARN })),
);
harness("clear", { LOG_LEVEL: "debug", CRM_API_KEY: "clear-Qm7vXw2Lr9Tz4Kd1" });
new aws.bedrock.AgentcoreHarness("mixed", {
  harnessName: "mixed",
  executionRoleArn: arn,
  model,
  systemPrompts: [{ text: "Answer." }],
  environmentVariables: { LOG_LEVEL: "debug", ROLE_ARN: arn, CRM_API_KEY: marked },
});
marked.apply((text) => harness("of-secret", { LOG_LEVEL: text }));

const { connectionProperties } = new aws.glue.Connection("glue", {
  connectionProperties: { USERNAME: "crm", PASSWORD: "clear-Wp5nYc8Hs3Bj6Gf2" },
});
new aws.mwaa.Environment("airflow", {
  airflowConfigurationOptions: { "core.default_task_retries": "3" },
  dagS3Path: "dags/",
  executionRoleArn: "arn:aws:iam::111122223333:role/airflow",
  networkConfiguration: { securityGroupIds: ["sg-1"], subnetIds: ["subnet-1"] },
  sourceBucketArn: "arn:aws:s3:::dags",
});
new aws.appconfig.HostedConfigurationVersion("content", {
  applicationId: "a",
  configurationProfileId: "b",
  content: "level: debug",
  contentType: "text/yaml",
});

/** An output that the SDK marks as secret is one. */
export { connectionProperties };
