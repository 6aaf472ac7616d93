import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";
import { runWorkload } from "./run-workload";

export interface SupportDeskArgs {
  /** The EKS cluster that vouches for the workloads. */
  cluster: agentid.EksIrsaFederation;
  /** The model that agents may call. */
  modelArn: string;
  /** The customer's own knowledge base. */
  knowledgeBaseArn: string;
}

/** The support desk of one customer: a tenant with an orchestrator, two agents and three tools. */
export class SupportDesk extends pulumi.ComponentResource {
  /** ARN of each workload's role. */
  public readonly roles: Record<string, pulumi.Output<string>> = {};

  constructor(customer: string, args: SupportDeskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("support:index:SupportDesk", customer, {}, opts);
    const own = { parent: this };
    const tags = { "agentid.dev/tenant": customer };

    const tenant = new agentid.Tenant(
      customer,
      {
        federation: { eksIrsa: args.cluster },
        // STS, Bedrock, S3 and SQS, by VPC endpoints.
        egress: [{ cidr: "10.0.0.0/16", ports: [443] }],
      },
      own,
    );

    const tickets = new aws.s3.Bucket(`${customer}-tickets`, { tags }, own);
    const refundOrders = new aws.sqs.Queue(`${customer}-refund-orders`, { tags }, own);

    const ticketSearch = new agentid.Tool(
      `${customer}-ticket-search`,
      {
        name: "ticket-search",
        tenant: tenant.ref,
        risk: { sensitivity: "confidential" },
        permissions: [
          { actions: ["s3:ListBucket"], resources: [tickets.arn] },
          { actions: ["s3:GetObject"], resources: [pulumi.interpolate`${tickets.arn}/*`] },
        ],
      },
      own,
    );
    const knowledgeBase = new agentid.Tool(
      `${customer}-knowledge-base`,
      {
        name: "knowledge-base",
        tenant: tenant.ref,
        permissions: [{ actions: ["bedrock:Retrieve"], resources: [args.knowledgeBaseArn] }],
      },
      own,
    );
    const refunds = new agentid.Tool(
      `${customer}-refunds`,
      {
        name: "refunds",
        tenant: tenant.ref,
        risk: { sensitivity: "restricted", effects: ["payment"] },
        permissions: [{ actions: ["sqs:SendMessage"], resources: [refundOrders.arn] }],
      },
      own,
    );

    const callModel = [{ actions: ["bedrock:InvokeModel"], resources: [args.modelArn] }];
    const orchestrator = new agentid.Orchestrator(
      `${customer}-desk`,
      { name: "desk", tenant: tenant.ref, permissions: callModel },
      own,
    );
    const triage = new agentid.Agent(
      `${customer}-triage`,
      {
        name: "triage",
        tenant: tenant.ref,
        permissions: callModel,
        grants: [
          { tool: ticketSearch.ref, intents: ["find-similar-tickets"], maxSeconds: 120 },
          { tool: knowledgeBase.ref, intents: ["answer-question"] },
        ],
      },
      own,
    );
    const resolution = new agentid.Agent(
      `${customer}-resolution`,
      {
        name: "resolution",
        tenant: tenant.ref,
        autonomy: "autonomous",
        permissions: callModel,
        grants: [
          { tool: knowledgeBase.ref, intents: ["answer-question"] },
          { tool: refunds.ref, intents: ["refund-order"], approval: "human", maxSeconds: 300 },
        ],
      },
      own,
    );

    const workloads = {
      desk: orchestrator,
      triage,
      resolution,
      "ticket-search": ticketSearch,
      "knowledge-base": knowledgeBase,
      refunds,
    };
    for (const [name, workload] of Object.entries(workloads)) {
      const image = `registry.example.com/support/${name}:1.4.0`;
      runWorkload(`${customer}-${name}`, workload, image, own);
      this.roles[name] = workload.roleArn;
    }
    this.registerOutputs({ roles: this.roles });
  }
}
