import type { AwsType } from "./aws-type";

// Types that code asks for by name.
export const functionType = "aws:lambda/function:Function";
export const eventSourceMappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";
export const functionUrlType = "aws:lambda/functionUrl:FunctionUrl";
export const functionPermissionType = "aws:lambda/permission:Permission";

/** AWS Lambda. */
export const lambdaTypes = {
  [functionType]: {
    native: "aws-native:lambda:Function",
    needsInputs: true,
    ownAccountInputs: ["role"],
    workload: {
      what: "Lambda function",
      runsAs: { path: "role", how: "execution role" },
      environments: ["environment.variables"],
      through: "function environment",
    },
    arn: {
      what: "function",
      arn: "arn:aws:lambda:{region}:{account}:function:{name}",
      inside: [":*"],
      notActions: `
        CreateFunction ListFunctions GetAccountSettings *Layer* *EventSourceMapping*
        *CodeSigningConfig *CodeSigningConfigs *CapacityProvider*
      `,
      calls: {
        as: "function",
        actions: "lambda:InvokeFunction lambda:InvokeFunctionUrl lambda:InvokeAsync",
      },
    },
  },
  "aws:lambda/layerVersion:LayerVersion": {
    arn: {
      what: "layer",
      arn: "arn:aws:lambda:{region}:{account}:layer:{layerName}",
      inside: [":*"],
      actions: `
        lambda:GetLayerVersion lambda:PublishLayerVersion lambda:DeleteLayerVersion
        lambda:AddLayerVersionPermission
      `,
    },
  },
  [eventSourceMappingType]: { native: "aws-native:lambda:EventSourceMapping" },
  [functionUrlType]: { native: "aws-native:lambda:Url" },
  // `aws:lambdamicrovms/image:Image` under the name that it had first.
  "aws:lambda/microvmsImage:MicrovmsImage": {
    job: { what: "image of Lambda MicroVMs", environments: ["environmentVariables"] },
  },
  [functionPermissionType]: { native: "aws-native:lambda:Permission" },
  "aws:lambdamicrovms/image:Image": {
    job: { what: "image of Lambda MicroVMs", environments: ["environmentVariables"] },
  },
  "aws:lambdamicrovms/microvm:Microvm": {
    workload: {
      what: "Lambda MicroVM",
      runsAs: { path: "executionRoleArn", how: "execution role" },
      commands: ["runHookPayload"],
    },
  },
} as const satisfies Readonly<Record<string, AwsType>>;
