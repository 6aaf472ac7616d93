import type * as pulumi from "@pulumi/pulumi";
import type { WorkloadSubject } from "../federations/all-federations";
import { agentRuntime } from "../federations/agent-core";
import { taskFamily } from "../federations/ecs";
import { lambdaFunction } from "../federations/lambda";
import { derive } from "../arguments/known";
import type { EnvironmentVariable } from "../arguments/pod-parts";

/** What a task definition of Amazon ECS needs, so that its tasks are the workload. */
export interface WorkloadEcsTask {
  /** Family of the task definition. */
  family: pulumi.Input<string>;
  /** ARN of the task's role. The execution role, with which ECS itself starts the task, is another and not ours. */
  taskRoleArn: pulumi.Input<string>;
  /** For each container that acts as the workload: which tenant and workload it is. */
  environment: EnvironmentVariable[];
  /** Tags by which the task definition is known to be the workload's. */
  tags: Record<string, pulumi.Input<string>>;
}

/** What a function of AWS Lambda needs, so that it is the workload. */
export interface WorkloadLambda {
  /** Name of the function. */
  name: pulumi.Input<string>;
  /** ARN of the function's role. */
  role: pulumi.Input<string>;
  /** Which tenant and workload it is. */
  environment: FunctionEnvironment;
  /** Tags by which the function is known to be the workload's. */
  tags: Record<string, pulumi.Input<string>>;
}

/** The environment of a function. */
interface FunctionEnvironment {
  /** Environment variables by their names. */
  variables: Record<string, pulumi.Input<string>>;
}

/** What a runtime of Bedrock AgentCore needs, so that it is the workload. */
export interface WorkloadAgentCoreRuntime {
  /** Name of the runtime; the role trusts only a runtime of this name. */
  agentRuntimeName: pulumi.Input<string>;
  /** ARN of the runtime's role. */
  roleArn: pulumi.Input<string>;
  /** Its tenant and workload, and its workload identity in AgentCore. */
  environmentVariables: Record<string, pulumi.Input<string>>;
  /** Tags by which the runtime is known to be the workload's. */
  tags: Record<string, pulumi.Input<string>>;
  /** Name of the workload's identity in AgentCore, not of the runtime's arguments; empty with other federations. */
  workloadIdentityName: pulumi.Input<string>;
}

/** What the services of AWS need to run a workload as itself. */
export interface AwsServices {
  readonly ecsTask: WorkloadEcsTask;
  readonly lambda: WorkloadLambda;
  readonly agentCoreRuntime: WorkloadAgentCoreRuntime;
}

/** A workload's identity, for a service of AWS to carry it. */
interface ServiceIdentity {
  /** How errors name the workload. */
  readonly called: string;
  readonly tenant: pulumi.Input<string>;
  readonly name: string;
  readonly subject: WorkloadSubject | undefined;
  readonly roleArn: pulumi.Input<string>;
  /** Name of its identity in AgentCore, if it has one. */
  readonly workloadIdentityName: pulumi.Input<string> | undefined;
  readonly tags: Record<string, pulumi.Input<string>>;
}

/** What the services of AWS need to run a workload as itself. */
export function awsServices(identity: ServiceIdentity): AwsServices {
  const { called, tenant, name, subject, roleArn, tags, workloadIdentityName } = identity;
  const variables = { AGENTID_TENANT: tenant, AGENTID_WORKLOAD: name };
  const environment = Object.entries(variables).map(([key, value]) => ({ name: key, value }));
  return {
    ecsTask: {
      family: derive({ tenant, given: subject?.ecs ?? {} }, (known) =>
        taskFamily(called, known.given, known.tenant, name),
      ),
      taskRoleArn: roleArn,
      environment,
      tags,
    },
    lambda: {
      name: derive({ tenant, given: subject?.lambda ?? {} }, (known) =>
        lambdaFunction(called, known.given, known.tenant, name),
      ),
      role: roleArn,
      environment: { variables },
      tags,
    },
    agentCoreRuntime: {
      agentRuntimeName: derive({ tenant, given: subject?.agentCore ?? {} }, (known) =>
        agentRuntime(called, known.given, known.tenant, name),
      ),
      roleArn,
      environmentVariables: {
        ...variables,
        ...(workloadIdentityName !== undefined && {
          AGENTID_WORKLOAD_IDENTITY: workloadIdentityName,
        }),
      },
      tags,
      workloadIdentityName: workloadIdentityName ?? "",
    },
  };
}

/** What the services need, with further environment variables. */
export function withVariables(
  { ecsTask, lambda, agentCoreRuntime }: AwsServices,
  more: Readonly<Record<string, pulumi.Input<string>>>,
): AwsServices {
  const environment = Object.entries(more).map(([name, value]) => ({ name, value }));
  return {
    ecsTask: { ...ecsTask, environment: [...ecsTask.environment, ...environment] },
    lambda: { ...lambda, environment: { variables: { ...lambda.environment.variables, ...more } } },
    agentCoreRuntime: {
      ...agentCoreRuntime,
      environmentVariables: { ...agentCoreRuntime.environmentVariables, ...more },
    },
  };
}
