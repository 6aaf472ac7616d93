import * as aws from "@pulumi/aws";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";

const config = new pulumi.Config();
const account = config.require("account");
const region = new pulumi.Config("aws").require("region");
const repository = config.require("repository");
const image = (name: string): string =>
  `${account}.dkr.ecr.${region}.amazonaws.com/${repository}:${name}-1.4.0`;

const acme = new agentid.Tenant("acme", {
  // The endpoints of AWS in the cluster's network.
  egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
  federations: {
    cluster: { eksIrsa: { providerArn: config.require("clusterProviderArn") } },
    spire: {
      spiffe: {
        providerArn: config.require("spireProviderArn"),
        trustDomain: config.require("trustDomain"),
        clusterName: config.require("clusterName"),
      },
    },
    jobs: {
      github: {
        providerArn: config.require("githubProviderArn"),
        owner: config.require("owner"),
        ownerId: config.require("ownerId"),
      },
    },
    functions: { lambda: { account, region } },
    runtimes: { agentCore: { account, region } },
  },
});

/** A function of AWS Lambda. */
const orders = new agentid.Tool("orders", {
  tenant: acme,
  federation: "functions",
  subject: { lambda: {} },
  permissions: [
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [`arn:aws:logs:${region}:${account}:log-group:/aws/lambda/acme_orders:*`],
    },
    { actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-orders/*"] },
  ],
});

/** A runtime of Bedrock AgentCore. */
const tickets = new agentid.Tool("tickets", {
  tenant: acme,
  federation: "runtimes",
  subject: { agentCore: {} },
  permissions: [
    { actions: ["ecr:GetAuthorizationToken"], resources: ["*"] },
    {
      actions: ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
      resources: [`arn:aws:ecr:${region}:${account}:repository/${repository}`],
    },
    {
      actions: ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [
        `arn:aws:logs:${region}:${account}:log-group:/aws/bedrock-agentcore/runtimes/acme_tickets-*`,
      ],
    },
    { actions: ["s3:GetObject", "s3:PutObject"], resources: ["arn:aws:s3:::acme-tickets/*"] },
  ],
});

/** An MCP server on the cluster, which SPIRE attests. */
const handbook = new agentid.Tool("handbook", {
  tenant: acme,
  federation: "spire",
  directCallers: ["desk"],
  permissions: [{ actions: ["s3:GetObject"], resources: ["arn:aws:s3:::acme-handbook/*"] }],
});

new aws.cloudwatch.LogGroup("orders", { name: "/aws/lambda/acme_orders", retentionInDays: 30 });
const ordersFunction = new aws.lambda.Function("orders", {
  ...orders.lambda,
  packageType: "Image",
  imageUri: image("orders"),
});

const { agentRuntimeName, roleArn, environmentVariables, tags } = tickets.agentCoreRuntime;
const ticketsRuntime = new aws.bedrock.AgentcoreAgentRuntime("tickets", {
  agentRuntimeName,
  roleArn,
  environmentVariables,
  tags,
  protocolConfiguration: { serverProtocol: "MCP" },
  agentRuntimeArtifact: { containerConfiguration: { containerUri: image("tickets") } },
  networkConfiguration: { networkMode: "PUBLIC" },
});

/** One gateway decides the calls of the function and of the runtime. */
const gateway = new agentid.Gateway("desk-tools", {
  tenant: acme,
  targets: [
    {
      tool: orders.ref,
      arn: ordersFunction.arn,
      operations: [{ name: "find_order", description: "Finds an order by its number" }],
    },
    {
      tool: tickets.ref,
      arn: ticketsRuntime.agentRuntimeArn,
      operations: [{ name: "find_tickets" }, { name: "close_ticket" }],
    },
  ],
});

/** It runs on EKS, and calls tools of three other federations. */
const desk = new agentid.Orchestrator("desk", {
  tenant: acme,
  federation: "cluster",
  grants: [
    { tool: orders.ref, intents: ["find_order"], gateway: gateway.ref },
    { tool: tickets.ref, intents: ["find_tickets", "close_ticket"], gateway: gateway.ref },
    { tool: handbook.ref, intents: ["look-up"] },
  ],
});

/** It runs in GitHub Actions, and may look tickets up. */
const reviewer = new agentid.Agent("reviewer", {
  tenant: acme,
  federation: "jobs",
  subject: {
    github: {
      repository: "desk",
      repositoryId: config.require("repositoryId"),
      environment: "review",
    },
  },
  grants: [{ tool: tickets.ref, intents: ["find_tickets"], gateway: gateway.ref }],
});

for (const [name, { namespace, pod }] of Object.entries({ desk, handbook })) {
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: pod.labels },
      template: {
        metadata: { labels: pod.labels },
        spec: {
          ...pod.spec,
          containers: [{ ...pod.container, name: "main", image: image(name) }],
        },
      },
    },
  });
}

/** The role of the agent in GitHub Actions; its workflow names it as `role-to-assume`. */
export const reviewerRole = reviewer.roleArn;
/** Where MCP clients connect. */
export const { url } = gateway;
