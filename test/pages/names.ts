/** Names that the snippets of pages use: the text beside a snippet explains each. */
import type * as awsTypes from "@pulumi/aws";
import type { Policies } from "@pulumi/policy";
import type { Output, ResourceOptions } from "@pulumi/pulumi";
import type { Agent, Orchestrator, Tenant, Tool } from "../../components";

export * as aws from "@pulumi/aws";
export * as kubernetes from "@pulumi/kubernetes";
export * as pulumi from "@pulumi/pulumi";
export * as agentid from "../../components";

export declare const providerArn: string;
export declare const issuer: string;
export declare const image: string;
export declare const cluster: { readonly oidcProviderArn: Output<string> };
export declare const refundsTable: awsTypes.dynamodb.Table;
export declare const refundOrders: awsTypes.sqs.Queue;
export declare const searchRuntime: awsTypes.bedrock.AgentcoreAgentRuntime;
/** What three workloads could do together, and how their role and ServiceAccount were declared. */
export declare const everything: string;
export declare function byHand(opts: Readonly<Record<"role" | "account", ResourceOptions>>): void;
export declare const ours: Policies;

export declare const acme: Tenant;
export declare const desk: Orchestrator;
export declare const triage: Agent;
export declare const answer: Agent;
export declare const refunds: Tool;
export declare const search: Tool;
