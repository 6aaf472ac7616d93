import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import * as agentid from "pulumi-agentid";
import { runWorkload } from "./run-workload";

/** What is a customer's own. */
export interface Customer {
  /** The customer's knowledge base. */
  knowledgeBaseArn: string;
  /** Role of the task broker that calls the customer's tools. */
  brokerRoleArn: string;
}

/** The platform that knows customers by one API key each. */
export interface Crm {
  /** Its host. */
  host: string;
  /** Addresses of the host. */
  cidr: string;
  /** Day on which the keys were issued. */
  issued: string;
  /** Day before which new ones are to be issued. */
  rotateBefore: string;
}

export interface SupportDeskArgs extends Customer {
  /** The EKS cluster that vouches for the workloads. */
  cluster: agentid.EksIrsaFederation;
  /** Addresses of the VPC endpoints of AWS. */
  endpoints: string;
  /** Where the workloads' images are. */
  images: string;
  /** The model that agents may call. */
  modelArn: string;
  /** The platform with the customer's records. */
  crm: Crm;
}

/** The support desk of one customer: a tenant with an orchestrator, two agents and four tools. */
export class SupportDesk extends pulumi.ComponentResource {
  /** ARN of each workload's role. */
  public readonly roles: Record<string, pulumi.Output<string>> = {};
  /** ARN of the secret that the key of the CRM is put into. */
  public readonly crmSecretArn: pulumi.Output<string> | undefined;

  constructor(customer: string, args: SupportDeskArgs, opts?: pulumi.ComponentResourceOptions) {
    super("support:index:SupportDesk", customer, {}, opts);
    const own = { parent: this };
    const tags = { "agentid.dev/tenant": customer };

    const tenant = new agentid.Tenant(
      customer,
      {
        federation: { eksIrsa: args.cluster },
        broker: { roleArn: args.brokerRoleArn },
        egress: [{ cidr: args.endpoints, ports: [443] }],
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
    const { host, cidr, issued, rotateBefore } = args.crm;
    const crm = new agentid.LegacyTool(
      `${customer}-crm`,
      {
        name: "crm",
        tenant: tenant.ref,
        risk: { sensitivity: "confidential" },
        host,
        // Made empty: neither the program nor its state ever has the key.
        key: { secretsManager: {} },
        rotation: { issued, rotateBefore },
        egress: [
          { cidr, ports: [443] },
          { cidr: args.endpoints, ports: [443] },
        ],
      },
      own,
    );
    this.crmSecretArn = crm.secretArn;

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
          { tool: crm.ref, intents: ["look-up-customer"], maxSeconds: 60 },
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
          { tool: crm.ref, intents: ["update-customer"], approval: "human", maxSeconds: 120 },
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
      crm,
    };
    for (const [name, workload] of Object.entries(workloads)) {
      runWorkload(`${customer}-${name}`, workload, `${args.images}/${name}:1.4.0`, own);
      this.roles[name] = workload.roleArn;
    }
    this.registerOutputs({ roles: this.roles, crmSecretArn: this.crmSecretArn });
  }
}
