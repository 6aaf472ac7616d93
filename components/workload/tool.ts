import * as pulumi from "@pulumi/pulumi";
import { subjectOf } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import type { WorkloadAgentCoreRuntime, WorkloadEcsTask, WorkloadLambda } from "./aws-services";
import type { ToolRef } from "../grants/grants";
import { makeIdentity } from "./identity";
import { part } from "../arguments/known";
import type { Oauth2Provider } from "../oauth2/arguments";
import { claimOauth2Providers } from "./oauth2-claim";
import type { WorkloadPod } from "../kubernetes/pod";
import { checkRolePolicy } from "./role-policy";
import type { ToolSession } from "./sessions";
import { serviceArnOf } from "./registrations";
import { brokeredWorkload, type BrokeredWorkload } from "./brokered";
import type { ToolDefaults } from "./tool-defaults";
import { declare, inputsOf, type Declaration, type WorkloadArgs } from "./workload";

/** What a tool is made from. */
export interface ToolArgs extends WorkloadArgs {
  /**
   * Names of the agents and orchestrators of the same tenant that assume the tool's role themselves, without a task broker: for
   * any intent, and for as long as a session lasts. Refused where the tenant has a broker, where the tool reads `confidential`
   * or `restricted` data or causes effects, and where a grant on it demands approval. Default: none.
   */
  directCallers?: string[];
  /** What credentials of AWS and Kubernetes that the tenant's task broker makes for calls may do, for each intent. An intent without any gets no such credential. Default: none. */
  sessions?: ToolSession[];
  /** What a call has whose request to the task broker has no details, as clients of others send it; for grants with `withoutDetails`. Default: each request needs details. */
  defaults?: ToolDefaults;
  /** Services that it calls with OAuth2 tokens, of a runtime of Bedrock AgentCore alone; at most 4. Default: none. */
  oauth2Providers?: Oauth2Provider[];
}

/**
 * A tool: a workload that does one thing for agents, such as a search or a refund.
 *
 * It has one ServiceAccount and one IAM role of its own, and no other workload can assume either.
 */
export class Tool extends pulumi.ComponentResource {
  /** Namespace of the tool's ServiceAccount and pods; empty outside Kubernetes. */
  public readonly namespace: pulumi.Output<string>;
  /** Name of the tool's ServiceAccount; empty outside Kubernetes. */
  public readonly serviceAccountName: pulumi.Output<string>;
  /** ARN of the tool's role. */
  public readonly roleArn: pulumi.Output<string>;
  /** Name of the tool's role. */
  public readonly roleName: pulumi.Output<string>;
  /** What a pod needs to act as the tool. */
  public readonly pod: WorkloadPod;
  /** What a task definition of Amazon ECS needs to run as the tool. */
  public readonly ecsTask: WorkloadEcsTask;
  /** What a function of AWS Lambda needs to run as the tool. */
  public readonly lambda: WorkloadLambda;
  /** What a runtime of Bedrock AgentCore needs to run as the tool. */
  public readonly agentCoreRuntime: WorkloadAgentCoreRuntime;
  /** ARN of the tool's Roles Anywhere profile; only where certificates prove it. */
  public readonly profileArn?: pulumi.Output<string>;
  /** The tool as grants name it; pass it as a grant's `tool`. */
  public readonly ref: ToolRef;
  /** The tool for its tenant's task broker; pass it to a `TaskBrokerDeployment`. */
  public readonly brokerRef: BrokeredWorkload;

  /**
   * Makes a tool's identity.
   *
   * @param name Name of the resource; also the tool's unless `args.name` is set.
   * @param args What the tool is made from.
   * @param opts Options; its providers are used for everything in it.
   */
  constructor(name: string, args: ToolArgs, opts?: pulumi.ComponentResourceOptions) {
    const subject = subjectOf("tool", name);
    checkTypes(subject, "Tool", args);
    const declaration = declare("tool", name, args, args.directCallers);
    checkRolePolicy(subject, declaration, []);
    claimOauth2Providers(subject, declaration);
    super("agentid:index:Tool", name, inputsOf(declaration), opts);
    warnOfDirectCallers(subject, declaration, this);

    const identity = makeIdentity(this, name, declaration);
    this.namespace = identity.namespace;
    this.serviceAccountName = identity.serviceAccountName;
    this.roleArn = identity.roleArn;
    this.roleName = identity.roleName;
    this.pod = identity.pod;
    this.ecsTask = identity.ecsTask;
    this.lambda = identity.lambda;
    this.agentCoreRuntime = identity.agentCoreRuntime;
    if (identity.profileArn !== undefined) this.profileArn = identity.profileArn;
    this.ref = {
      tenant: part(declaration.tenant, (tenant) => tenant.name),
      name: declaration.name,
      risk: declaration.risk,
      ...(declaration.directCallers !== undefined && {
        directCallers: [...declaration.directCallers],
      }),
      ...serviceArnOf(subject, declaration),
    };
    this.brokerRef = brokeredWorkload(subject, declaration, identity.roleArn);
    this.registerOutputs({ ...identity, ref: this.ref, brokerRef: this.brokerRef });
  }
}

function warnOfDirectCallers(
  subject: string,
  { directCallers = [] }: Declaration,
  tool: pulumi.Resource,
): void {
  if (directCallers.length === 0) return;
  const callers = directCallers.map((caller) => `\`${caller}\``).join(", ");
  void pulumi.log.warn(
    `${subject}: no per-task authority: ${callers} can act as it at any time, for any intent; a \`broker\` of the tenant would decide each call`,
    tool,
  );
}
