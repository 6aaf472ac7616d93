import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = config.require("account");
const repository = config.require("repository");
const region = new pulumi.Config("aws").require("region");

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

/** Runs a workload; a tool as the MCP server that a gateway calls. */
function run(
  name: string,
  { agentCoreRuntime }: Pick<agentid.Tool, "agentCoreRuntime">,
  serverProtocol: "HTTP" | "MCP",
  variables: Record<string, pulumi.Input<string>> = {},
): aws.bedrock.AgentcoreAgentRuntime {
  const { agentRuntimeName, roleArn, environmentVariables, tags } = agentCoreRuntime;
  return new aws.bedrock.AgentcoreAgentRuntime(name, {
    agentRuntimeName,
    roleArn,
    environmentVariables: { ...environmentVariables, ...variables },
    tags,
    protocolConfiguration: { serverProtocol },
    agentRuntimeArtifact: {
      containerConfiguration: {
        containerUri: `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:${name}-1.4.0`,
      },
    },
    networkConfiguration: { networkMode: "PUBLIC" },
  });
}

const tickets = new agentid.Tool("tickets", {
  tenant: acme.ref,
  subject: { agentCore: {} },
  risk: { sensitivity: "confidential" },
  permissions: [
    ...running("acme_tickets"),
    { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::acme-tickets/*"] },
  ],
});

const gateway = new agentid.Gateway("desk-tools", {
  tenant: acme.ref,
  targets: [
    {
      tool: tickets.ref,
      arn: run("tickets", tickets, "MCP").agentRuntimeArn,
      operations: [
        { name: "find_tickets", intents: ["find-tickets"] },
        { name: "close_ticket", intents: ["close-ticket"] },
      ],
    },
  ],
});

/** It may look tickets up, and close none. */
const triage = new agentid.Agent("triage", {
  tenant: acme.ref,
  subject: { agentCore: {} },
  permissions: running("acme_triage"),
  grants: [{ tool: tickets.ref, intents: ["find-tickets"], gateway: gateway.ref }],
});

const desk = new agentid.Orchestrator("desk", {
  tenant: acme.ref,
  subject: { agentCore: {} },
  permissions: running("acme_desk"),
  grants: [{ tool: tickets.ref, intents: ["find-tickets", "close-ticket"], gateway: gateway.ref }],
});

for (const [name, workload] of Object.entries({ triage, desk })) {
  run(name, workload, "HTTP", { TOOLS_URL: gateway.url });
}

/** Where MCP clients connect. */
export const { url } = gateway;
