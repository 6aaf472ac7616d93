import type { AwsType } from "./aws-type";

// Types that code asks for by name.
export const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";
export const ecsServiceType = "aws:ecs/service:Service";

/** Amazon ECS. */
export const ecsTypes = {
  [taskDefinitionType]: {
    native: "aws-native:ecs:TaskDefinition",
    needsInputs: true,
    ownAccountInputs: ["taskRoleArn", "executionRoleArn"],
    hasTenantReader: true,
    arn: {
      what: "task definition",
      arn: "arn:aws:ecs:{region}:{account}:task-definition/{family}:",
      inside: ["*"],
      actions: "ecs:RunTask ecs:StartTask",
    },
  },
  "aws:ecs/cluster:Cluster": {
    arn: {
      what: "ECS cluster",
      arn: "arn:aws:ecs:{region}:{account}:cluster/{name}",
      actions: `
        ecs:ExecuteCommand ecs:UpdateCluster* ecs:DeleteCluster ecs:PutClusterCapacityProviders
        ecs:RegisterContainerInstance
      `,
    },
    otherArns: [
      {
        what: "tasks of ECS cluster",
        arn: "arn:aws:ecs:{region}:{account}:task/{name}/*",
        actions: "ecs:ExecuteCommand ecs:StopTask",
      },
    ],
  },
  [ecsServiceType]: {
    arn: {
      what: "ECS service",
      arn: "arn:aws:ecs:{region}:{account}:service/{cluster}/{name}",
      parentDefault: "default",
      actions: "ecs:UpdateService* ecs:DeleteService ecs:CreateTaskSet ecs:UpdateTaskSet",
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
