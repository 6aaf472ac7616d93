import assert from "node:assert/strict";
import { isDeepStrictEqual } from "node:util";
import { classicType, isNativeType, type NativeType } from "../../../../core/aws/types";
import type { Resource } from "../../../../core/snapshot/resource";
import { Secret, Unknown, type ValueRecord } from "../../../../core/snapshot/value";
import { asClassic } from "../../../../policy-pack/domain/native/as-classic";
import { StackReader } from "../../../../policy-pack/run/stack-reader";
import { factsOf } from "../../../../policy-pack/read/reading";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { outputOf, resource, urnOf } from "../../../support/resources";

/** The same thing as AWS Cloud Control and as the AWS provider has it. */
interface Pair {
  readonly native: ValueRecord;
  readonly classic: ValueRecord;
  /** Separate resources of the AWS provider, by type; `itself` is the declaration. */
  readonly beside?: readonly (readonly [type: string, inputs: ValueRecord])[];
}

const trust = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
  ],
};
const reads = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }],
};
const lets = {
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { AWS: "444455556666" }, Action: "*", Resource: "*" }],
};
const refundsArn = "arn:aws:lambda:eu-west-1:111122223333:function:refunds";
const queueArn = "arn:aws:sqs:eu-west-1:111122223333:tickets";
const aliasArn = "arn:aws:bedrock:eu-west-1:111122223333:agent-alias/PAYER12345/LIVE123456";
const topicArn = "arn:aws:sns:eu-west-1:111122223333:tickets";
const parameterArn = "arn:aws:ssm:eu-west-1:111122223333:parameter/db";
const roleArn = "arn:aws:iam::111122223333:role/triage";
const key = "value-Qm7vXw2Lr9Tz4Kd1";
const ofAcme = [{ key: "agentid.dev/tenant", value: "acme" }];
const acme = { "agentid.dev/tenant": "acme" };
const itself = new Unknown(["itself"]);

const pairs: Readonly<Record<NativeType, Pair>> = {
  "aws-native:apprunner:Service": {
    native: {
      serviceName: "desk",
      sourceConfiguration: {
        imageRepository: {
          imageConfiguration: {
            runtimeEnvironmentVariables: [{ name: "CRM_API_KEY", value: key }],
            runtimeEnvironmentSecrets: [{ name: "DB", value: parameterArn }],
          },
        },
      },
      instanceConfiguration: { instanceRoleArn: roleArn },
      tags: ofAcme,
    },
    classic: {
      serviceName: "desk",
      sourceConfiguration: {
        imageRepository: {
          imageConfiguration: {
            runtimeEnvironmentVariables: { CRM_API_KEY: key },
            runtimeEnvironmentSecrets: {
              DB: parameterArn,
            },
          },
        },
      },
      instanceConfiguration: { instanceRoleArn: roleArn },
      tags: acme,
    },
  },
  "aws-native:batch:JobDefinition": {
    native: {
      jobDefinitionName: "sweep",
      containerProperties: {
        jobRoleArn: roleArn,
        environment: [{ name: "CRM_API_KEY", value: key }],
      },
      tags: acme,
    },
    classic: {
      name: "sweep",
      containerProperties: JSON.stringify({
        jobRoleArn: roleArn,
        environment: [{ name: "CRM_API_KEY", value: key }],
      }),
      tags: acme,
    },
  },
  "aws-native:bedrock:Agent": {
    native: {
      agentName: "triage",
      agentResourceRoleArn: roleArn,
      actionGroups: [
        {
          actionGroupName: "refund",
          actionGroupExecutor: { lambda: refundsArn },
        },
      ],
      agentCollaborators: [{ collaboratorName: "payer", agentDescriptor: { aliasArn } }],
      tags: acme,
    },
    classic: { agentName: "triage", agentResourceRoleArn: roleArn, tags: acme },
    beside: [
      [
        "aws:bedrock/agentAgentActionGroup:AgentAgentActionGroup",
        {
          agentId: itself,
          actionGroupExecutor: { lambda: refundsArn },
        },
      ],
      [
        "aws:bedrock/agentAgentCollaborator:AgentAgentCollaborator",
        { agentId: itself, collaboratorName: "payer", agentDescriptor: { aliasArn } },
      ],
    ],
  },
  "aws-native:bedrock:AgentAlias": same({
    agentAliasName: "live",
    agentId: "PAYER12345",
    tags: acme,
  }),
  "aws-native:bedrockagentcore:ApiKeyCredentialProvider": {
    native: { name: "crm", apiKey: new Secret(key), tags: ofAcme },
    classic: { name: "crm", apiKey: new Secret(key), tags: acme },
  },
  "aws-native:bedrockagentcore:BrowserCustom": same({
    name: "browser",
    executionRoleArn: roleArn,
    tags: acme,
  }),
  "aws-native:bedrockagentcore:CodeInterpreterCustom": same({
    name: "code",
    executionRoleArn: roleArn,
    tags: acme,
  }),
  "aws-native:bedrockagentcore:Gateway": same({
    name: "desk",
    roleArn,
    authorizerType: "NONE",
    policyEngineConfiguration: { arn: "arn:x", mode: "LOG_ONLY" },
    tags: acme,
  }),
  "aws-native:bedrockagentcore:GatewayTarget": {
    native: {
      gatewayIdentifier: "desk-1",
      targetConfiguration: { mcp: { lambda: { lambdaArn: outputOf("refunds") } } },
      credentialProviderConfigurations: [
        {
          credentialProviderType: "API_KEY",
          credentialProvider: {
            apiKeyCredentialProvider: {
              providerArn:
                "arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default/apikeycredentialprovider/crm",
            },
          },
        },
      ],
    },
    classic: {
      gatewayIdentifier: "desk-1",
      targetConfiguration: { mcp: { lambda: { lambdaArn: outputOf("refunds") } } },
      credentialProviderConfiguration: {
        apiKey: {
          providerArn:
            "arn:aws:bedrock-agentcore:eu-west-1:111122223333:token-vault/default/apikeycredentialprovider/crm",
        },
      },
    },
  },
  "aws-native:bedrockagentcore:OAuth2CredentialProvider": {
    native: {
      name: "crm",
      oauth2ProviderConfigInput: {
        customOauth2ProviderConfig: { clientId: "desk", clientSecret: new Secret(key) },
      },
      tags: ofAcme,
    },
    classic: {
      name: "crm",
      oauth2ProviderConfig: {
        customOauth2ProviderConfig: { clientId: "desk", clientSecret: new Secret(key) },
      },
      tags: acme,
    },
  },
  "aws-native:bedrockagentcore:ResourcePolicy": same({
    resourceArn: outputOf(urnOf("aws-native:bedrockagentcore:Runtime", "triage")),
    policy: JSON.stringify(lets),
  }),
  "aws-native:bedrockagentcore:Runtime": same({
    agentRuntimeName: "triage",
    roleArn,
    environmentVariables: { CRM_API_KEY: key },
    tags: acme,
  }),
  "aws-native:bedrockagentcore:WorkloadIdentity": {
    native: { name: "triage", tags: ofAcme },
    classic: { name: "triage", tags: acme },
  },
  "aws-native:dynamodb:Table": {
    native: { tableName: "tickets", resourcePolicy: { policyDocument: lets }, tags: ofAcme },
    classic: { name: "tickets", tags: acme },
    beside: [["aws:dynamodb/resourcePolicy:ResourcePolicy", { resourceArn: itself, policy: lets }]],
  },
  "aws-native:ec2:Instance": {
    native: {
      iamInstanceProfile: "desk",
      userData: "export CRM_API_KEY=" + key,
      metadataOptions: { httpTokens: "optional" },
      launchTemplate: { launchTemplateName: "nodes", version: "1" },
      tags: ofAcme,
    },
    classic: {
      iamInstanceProfile: "desk",
      userData: "export CRM_API_KEY=" + key,
      metadataOptions: { httpTokens: "optional" },
      launchTemplate: { name: "nodes", version: "1" },
      tags: acme,
    },
  },
  "aws-native:ec2:LaunchTemplate": {
    native: {
      launchTemplateName: "nodes",
      launchTemplateData: {
        iamInstanceProfile: { arn: "arn:aws:iam::111122223333:instance-profile/desk" },
        metadataOptions: { httpPutResponseHopLimit: 3 },
        userData: Buffer.from("export CRM_API_KEY=" + key).toString("base64"),
        tagSpecifications: [{ resourceType: "instance", tags: ofAcme }],
      },
      tagSpecifications: [{ resourceType: "launch-template", tags: [] }],
    },
    classic: {
      name: "nodes",
      iamInstanceProfile: { arn: "arn:aws:iam::111122223333:instance-profile/desk" },
      metadataOptions: { httpPutResponseHopLimit: 3 },
      userData: Buffer.from("export CRM_API_KEY=" + key).toString("base64"),
      tagSpecifications: [{ resourceType: "instance", tags: acme }],
    },
  },
  "aws-native:ecs:TaskDefinition": {
    native: {
      family: "triage",
      taskRoleArn: roleArn,
      containerDefinitions: [
        {
          name: "triage",
          environment: [{ name: "CRM_API_KEY", value: key }],
          secrets: [{ name: "DB", valueFrom: parameterArn }],
        },
      ],
      tags: ofAcme,
    },
    classic: {
      family: "triage",
      taskRoleArn: roleArn,
      containerDefinitions: JSON.stringify([
        {
          name: "triage",
          environment: [{ name: "CRM_API_KEY", value: key }],
          secrets: [{ name: "DB", valueFrom: parameterArn }],
        },
      ]),
      tags: acme,
    },
  },
  "aws-native:eks:Cluster": {
    native: { name: "agents", roleArn, tags: ofAcme },
    classic: { name: "agents", roleArn, tags: acme },
  },
  "aws-native:eks:Nodegroup": {
    native: { nodegroupName: "nodes", nodeRole: roleArn, amiType: "AL2_x86_64" },
    classic: { nodeGroupName: "nodes", nodeRoleArn: roleArn, amiType: "AL2_x86_64" },
  },
  "aws-native:eks:PodIdentityAssociation": {
    native: {
      clusterName: "agents",
      namespace: "acme",
      serviceAccount: "triage",
      roleArn,
      disableSessionTags: true,
      tags: ofAcme,
    },
    classic: {
      clusterName: "agents",
      namespace: "acme",
      serviceAccount: "triage",
      roleArn,
      disableSessionTags: true,
      tags: acme,
    },
  },
  "aws-native:iam:InstanceProfile": {
    native: { instanceProfileName: "desk", roles: ["triage"] },
    classic: { name: "desk", role: "triage" },
  },
  "aws-native:iam:ManagedPolicy": {
    native: { managedPolicyName: "reads", policyDocument: reads, roles: ["triage"] },
    classic: { name: "reads", policy: reads },
    beside: [
      ["aws:iam/policyAttachment:PolicyAttachment", { policyArn: itself, roles: ["triage"] }],
    ],
  },
  "aws-native:iam:OidcProvider": {
    native: {
      url: "https://token.actions.githubusercontent.com",
      clientIdList: ["sts.amazonaws.com"],
    },
    classic: {
      url: "https://token.actions.githubusercontent.com",
      clientIdLists: ["sts.amazonaws.com"],
    },
  },
  "aws-native:iam:Role": {
    native: {
      roleName: "triage",
      path: "/agents/",
      assumeRolePolicyDocument: trust,
      policies: [{ policyName: "own", policyDocument: reads }],
      managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
      maxSessionDuration: 7200,
      tags: ofAcme,
    },
    classic: {
      name: "triage",
      path: "/agents/",
      assumeRolePolicy: trust,
      inlinePolicies: [{ name: "own", policy: reads }],
      managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
      permissionsBoundary: "arn:aws:iam::111122223333:policy/boundary",
      maxSessionDuration: 7200,
      tags: acme,
    },
  },
  "aws-native:iam:RolePolicy": {
    native: { roleName: "triage", policyName: "own", policyDocument: reads },
    classic: { role: "triage", name: "own", policy: reads },
  },
  "aws-native:iam:User": {
    native: { userName: "desk", tags: ofAcme },
    classic: { name: "desk", tags: acme },
  },
  "aws-native:kms:Key": {
    native: { keyPolicy: lets, tags: ofAcme },
    classic: { policy: lets, tags: acme },
  },
  "aws-native:lambda:EventSourceMapping": same({
    eventSourceArn: queueArn,
    functionName: "refunds",
  }),
  "aws-native:lambda:Function": {
    native: {
      functionName: "refunds",
      role: roleArn,
      environment: { variables: { CRM_API_KEY: key } },
      tags: ofAcme,
    },
    classic: {
      name: "refunds",
      role: roleArn,
      environment: { variables: { CRM_API_KEY: key } },
      tags: acme,
    },
  },
  "aws-native:lambda:Permission": {
    native: { functionName: "refunds", action: "lambda:InvokeFunction", principal: "*" },
    classic: { function: "refunds", action: "lambda:InvokeFunction", principal: "*" },
  },
  "aws-native:lambda:Url": {
    native: { targetFunctionArn: "refunds", authType: "NONE" },
    classic: { functionName: "refunds", authorizationType: "NONE" },
  },
  "aws-native:rolesanywhere:Profile": {
    native: { name: "desk", roleArns: [roleArn], durationSeconds: 7200, tags: ofAcme },
    classic: { name: "desk", roleArns: [roleArn], durationSeconds: 7200, tags: acme },
  },
  "aws-native:rolesanywhere:TrustAnchor": same({ name: "desk" }),
  "aws-native:s3:Bucket": {
    native: {
      bucketName: "tickets",
      notificationConfiguration: {
        lambdaConfigurations: [
          {
            function: refundsArn,
            event: "s3:ObjectCreated:*",
            filter: { s3Key: { rules: [{ name: "prefix", value: "in/" }] } },
          },
        ],
        queueConfigurations: [{ queue: queueArn, event: "s3:ObjectRemoved:*" }],
        eventBridgeConfiguration: {},
      },
      tags: ofAcme,
    },
    classic: { bucket: "tickets", tags: acme },
    beside: [
      [
        "aws:s3/bucketNotification:BucketNotification",
        {
          bucket: itself,
          lambdaFunctions: [
            {
              lambdaFunctionArn: refundsArn,
              events: ["s3:ObjectCreated:*"],
              filterPrefix: "in/",
            },
          ],
          queues: [
            {
              queueArn,
              events: ["s3:ObjectRemoved:*"],
            },
          ],
          eventbridge: true,
        },
      ],
    ],
  },
  "aws-native:s3:BucketPolicy": {
    native: { bucket: "tickets", policyDocument: lets },
    classic: { bucket: "tickets", policy: lets },
  },
  "aws-native:secretsmanager:ResourcePolicy": {
    native: { secretId: "crm-key", resourcePolicy: lets },
    classic: { secretArn: "crm-key", policy: lets },
  },
  "aws-native:secretsmanager:Secret": {
    native: {
      name: "crm-key",
      secretString: key,
      replicaRegions: [{ region: "eu-central-1" }],
      tags: ofAcme,
    },
    classic: { name: "crm-key", replicas: [{ region: "eu-central-1" }], tags: acme },
    beside: [
      ["aws:secretsmanager/secretVersion:SecretVersion", { secretId: itself, secretString: key }],
    ],
  },
  "aws-native:sns:Subscription": {
    native: {
      topicArn,
      protocol: "lambda",
      endpoint: refundsArn,
    },
    classic: {
      topic: topicArn,
      protocol: "lambda",
      endpoint: refundsArn,
    },
  },
  "aws-native:sns:Topic": {
    native: {
      topicName: "tickets",
      subscription: [{ protocol: "lambda", endpoint: refundsArn }],
      tags: ofAcme,
    },
    classic: { name: "tickets", tags: acme },
    beside: [
      [
        "aws:sns/topicSubscription:TopicSubscription",
        {
          topic: itself,
          protocol: "lambda",
          endpoint: refundsArn,
        },
      ],
    ],
  },
  "aws-native:sns:TopicInlinePolicy": {
    native: { topicArn, policyDocument: lets },
    classic: { arn: topicArn, policy: lets },
  },
  "aws-native:sqs:Queue": {
    native: { queueName: "tickets", tags: ofAcme },
    classic: { name: "tickets", tags: acme },
  },
  "aws-native:sqs:QueueInlinePolicy": {
    native: {
      queue: "https://sqs.eu-west-1.amazonaws.com/111122223333/tickets",
      policyDocument: lets,
    },
    classic: { queueUrl: "https://sqs.eu-west-1.amazonaws.com/111122223333/tickets", policy: lets },
  },
  "aws-native:ssm:Parameter": same({ name: "/crm/key", type: "String", value: key, tags: acme }),
};

/**
 * Credentials that are not in the program and that nothing in the stack generates: no resource of either provider has facts on
 * them.
 */
const ofNoPrincipal = new Set(["apiKey", "oauth2ProviderConfigInput", "secretString", "value"]);

describe("what AWS Cloud Control declares", () => {
  for (const [type, pair] of Object.entries(pairs)) {
    if (!isNativeType(type)) continue;
    const { native, classic, beside = [] } = pair;

    it(`${type} states what the AWS provider's resource does`, async () => {
      const reported = await factsRead(asClassic(resource(type, "it", native)));
      const expected = await factsRead(resource(classicType(type), "it", classic), beside);
      assert.deepEqual(reported, expected);
      assert.equal(reported.length > 0, type !== "aws-native:rolesanywhere:TrustAnchor");
    });

    it(`${type} states what the AWS provider's resource does where all of it is secret`, async () => {
      const reported = await factsRead(asClassic(resource(type, "it", hidden(native))));
      const expected = await factsRead(
        resource(classicType(type), "it", hidden(classic)),
        beside.map(([each, inputs]) => [each, hidden(inputs)]),
      );
      assert.deepEqual(reported, expected);
    });

    it(`${type} passes over no input that is not known or secret`, async () => {
      const factsWith = (inputs: ValueRecord) =>
        factsRead(asClassic(resource(type, "it", { ...native, ...inputs })));
      for (const [input, value] of Object.entries(native)) {
        if (ofNoPrincipal.has(input) || /^tags$|[nN]ame$|^family$/.test(input)) continue;
        const without = await factsWith({ [input]: null });
        if (isDeepStrictEqual(without, await factsWith({}))) continue;
        for (const other of [new Unknown(), new Secret(value)]) {
          assert.notDeepEqual(await factsWith({ [input]: other }), without, input);
        }
      }
    });
  }
});

/** Inputs of which each is marked secret. */
function hidden(inputs: ValueRecord): ValueRecord {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const isMarked = value === itself || value instanceof Secret;
      return [name, isMarked ? value : new Secret(value)];
    }),
  );
}

/** Names of one provider that the other has as well. */
function same(inputs: ValueRecord): Pair {
  return { native: inputs, classic: inputs };
}

/** The facts of a resource and of its neighbours, without their locations, in some order. */
async function factsRead(
  it: Resource,
  beside: NonNullable<Pair["beside"]> = [],
): Promise<readonly string[]> {
  const reader = new StackReader(defaultSettings);
  const others = beside.map(([type, inputs]) => ({
    ...resource(
      type,
      "it",
      Object.fromEntries(
        Object.entries(inputs).map(([name, value]) => [
          name,
          value === itself ? outputOf(it.urn) : value,
        ]),
      ),
    ),
    urn: it.urn,
  }));
  const all = [it, ...others];
  await reader.prepare(all);
  return all
    .flatMap((each) => factsOf(reader.read(each)))
    .filter((fact) => fact.kind !== "alias" || fact.thing !== fact.also)
    .map((fact) =>
      JSON.stringify({ ...fact, at: undefined })
        .replaceAll(it.urn, "it")
        .replace(/literal\|[\w-]+/g, "literal"),
    )
    .sort();
}
