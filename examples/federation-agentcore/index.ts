import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = config.require("account");
const repository = config.require("repository");
const crm = config.requireObject<Crm>("crm");
const region = new pulumi.Config("aws").require("region");

/** The service that the agent looks customers up in: who issues its tokens, and the agent's client there. */
interface Crm {
  readonly discoveryUrl: string;
  readonly clientId: string;
  readonly issued: string;
  readonly rotateBefore: string;
}

const acme = new agentid.Tenant("acme", { federation: { agentCore: { account, region } } });

/** AgentCore pulls the image and writes logs with the runtime's role; the log group has the runtime's name and id. */
const running = (runtime: string): agentid.Permission[] => [
  { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
  {
    actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
    resources: [`arn:aws:ecr:${region}:${account}:repository/${repository}`],
  },
  {
    actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
    resources: [
      `arn:aws:logs:${region}:${account}:log-group:/aws/bedrock-agentcore/runtimes/${runtime}-*`,
    ],
  },
];

const search = new agentid.Tool("search", {
  tenant: acme.ref,
  subject: { agentCore: {} },
  permissions: [
    ...running("acme_search"),
    { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-tickets/*"] },
  ],
});

const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { agentCore: {} },
  permissions: [
    ...running("acme_triage"),
    {
      actions: ["bedrock:InvokeModel"],
      resources: [`arn:aws:bedrock:${region}::foundation-model/amazon.nova-pro-v1:0`],
    },
  ],
  grants: [{ tool: search.ref, intents: ["find-tickets"] }],
  oauth2Providers: [
    {
      name: "crm",
      discoveryUrl: crm.discoveryUrl,
      clientId: crm.clientId,
      // The secret is made empty: its value is put in past this program and its state.
      clientSecret: { secretsManager: {} },
      rotation: { issued: crm.issued, rotateBefore: crm.rotateBefore },
    },
  ],
});

for (const [name, { agentCoreRuntime }] of Object.entries({ search, triage })) {
  const { agentRuntimeName, roleArn, environmentVariables, tags } = agentCoreRuntime;
  new aws.bedrock.AgentcoreAgentRuntime(name, {
    agentRuntimeName,
    roleArn,
    environmentVariables,
    tags,
    agentRuntimeArtifact: {
      containerConfiguration: {
        containerUri: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:${name}-1.4.0`,
      },
    },
    networkConfiguration: { networkMode: "PUBLIC" },
  });
}

/** By these AgentCore knows the workloads when they ask for the tokens of others. */
export const workloadIdentities = {
  search: search.agentCoreRuntime.workloadIdentityName,
  triage: triage.agentCoreRuntime.workloadIdentityName,
};
