import * as pulumi from "@pulumi/pulumi";
import type { WorkloadAgentCoreRuntime, WorkloadEcsTask, WorkloadLambda } from "./aws-services";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { checkCallerNames } from "../grants/caller-names";
import { makeGatewayPolicies } from "./gateway-policies";
import { readGrants, type Grant } from "../grants/grants";
import { makeIdentity } from "./identity";
import type { Oauth2Provider } from "../oauth2/arguments";
import { claimOauth2Providers } from "./oauth2-claim";
import type { WorkloadPod } from "../kubernetes/pod";
import { checkRolePolicy } from "./role-policy";
import { brokeredWorkload, type BrokeredWorkload } from "./brokered";
import { declare, inputsOf, type WorkloadArgs } from "./workload";

/** What an orchestrator is made from. */
export interface OrchestratorArgs extends WorkloadArgs {
  /** Which tools it may call, and for which purposes. Default: none. */
  grants?: Grant[];
  /** Services that it calls with OAuth2 tokens, of a runtime of Bedrock AgentCore alone; at most 4. Default: none. */
  oauth2Providers?: Oauth2Provider[];
}

/**
 * An orchestrator: a workload that takes tasks in and hands them to agents.
 *
 * It has one ServiceAccount and one IAM role of its own, and no other workload can assume either.
 */
export class Orchestrator extends pulumi.ComponentResource {
  /** Namespace of the orchestrator's ServiceAccount and pods; empty outside Kubernetes. */
  public readonly namespace: pulumi.Output<string>;
  /** Name of the orchestrator's ServiceAccount; empty outside Kubernetes. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** ARN of the orchestrator's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Name of the orchestrator's role. */
  public readonly roleName: pulumi.Output<string>;
  /** What a pod needs to act as the orchestrator. */
  public readonly pod: WorkloadPod;
  /** What a task definition of Amazon ECS needs to run as the orchestrator. */
  public readonly ecsTask: WorkloadEcsTask;
  /** What a function of AWS Lambda needs to run as the orchestrator. */
  public readonly lambda: WorkloadLambda;
  /** What a runtime of Bedrock AgentCore needs to run as the orchestrator. */
  public readonly agentCoreRuntime: WorkloadAgentCoreRuntime;
  /** ARN of the orchestrator's Roles Anywhere profile; only where certificates prove it. */
  public readonly profileArn?: pulumi.Output<string>;
  /**
   * The orchestrator with its grants, for what decides its calls; pass it to a `TaskBrokerDeployment` or a `GrantPolicyStore`.
   */
  public readonly brokerRef: BrokeredWorkload;

  /**
   * Makes an orchestrator's identity.
   *
   * @param name Name of the resource; also the orchestrator's unless `args.name` is set.
   * @param args What the orchestrator is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: OrchestratorArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("orchestrator", name);
    checkTypes(subject, "Orchestrator", args);
    const declaration = declare("orchestrator", name, args);
    const grants = readGrants(subject, args.grants ?? [], declaration);
    checkCallerNames(subject, declaration, args.grants ?? []);
    checkRolePolicy(subject, declaration, grants);
    claimOauth2Providers(subject, declaration);
    super("agentid:index:Orchestrator", name, { ...inputsOf(declaration), grants }, opts);

    const identity = makeIdentity(this, name, declaration, grants);
    const calling = { parent: this, resourceName: name, subject, declaration };
    makeGatewayPolicies(calling, args.grants ?? [], grants);
    this.namespace = identity.namespace;
    this.serviceAccountName = identity.serviceAccountName;
    this.roleArn = identity.roleArn;
    this.roleName = identity.roleName;
    this.pod = identity.pod;
    this.ecsTask = identity.ecsTask;
    this.lambda = identity.lambda;
    this.agentCoreRuntime = identity.agentCoreRuntime;
    if (identity.profileArn !== undefined) this.profileArn = identity.profileArn;
    this.brokerRef = brokeredWorkload(subject, declaration, identity.roleArn, grants);
    this.registerOutputs({ ...identity, brokerRef: this.brokerRef });
  }
}
