/** Names that the snippets of pages take as given: the text beside a snippet says what each is. */
import type * as awsTypes from "@pulumi/aws";
import type * as k8s from "@pulumi/kubernetes";
import type { Policies } from "@pulumi/policy";
import type { Output } from "@pulumi/pulumi";
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
export declare const formerRole: awsTypes.iam.RoleArgs;
export declare const formerAccount: k8s.core.v1.ServiceAccountArgs;
export declare const formerPolicy: Output<string>;
export declare const ours: Policies;

export declare const acme: Tenant;
export declare const desk: Orchestrator;
export declare const triage: Agent;
export declare const answer: Agent;
export declare const refunds: Tool;
export declare const search: Tool;
