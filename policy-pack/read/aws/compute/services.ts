import type { UseChannel } from "../../../facts/fact-values";
import { entriesAt, read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { FactList, valueIn } from "../../resource/values";
import { addEnvironment, addReceived, addUnknownWhole } from "../secrets/received";
import { addNames } from "../naming";
import { runtime } from "../agentcore/agentcore-refs";
import { bedrockAgent, lambda, type Referable } from "../refs";
import { addReference } from "../reference";
import { addRunsAs, addWorkload, type RunsAs } from "./workload";

/** A path in the inputs of a resource; the first step is a top-level property. */
type Path = readonly [string, ...string[]];

/** A service that runs a workload, as far as a table can describe it. */
interface Service {
  readonly what: string;
  /** The input with the workload's name. */
  readonly name: string;
  /** What others call it, where they refer to it. */
  readonly referable?: Referable;
  readonly runsAs: RunsAs;
  readonly environments?: readonly Path[];
  /** Maps of environment variables to ARNs of secrets and parameters. */
  readonly secrets?: readonly Path[];
  /** Commands by which it is started. */
  readonly commands?: readonly Path[];
  readonly through?: UseChannel;
}

const image = ["sourceConfiguration", "imageRepository", "imageConfiguration"] as const;
const code = [
  "sourceConfiguration",
  "codeRepository",
  "codeConfiguration",
  "codeConfigurationValues",
] as const;

/** Source: the input types of `@pulumi/aws` 7. */
const services: Readonly<Record<string, Service>> = {
  "aws:lambda/function:Function": {
    what: "Lambda function",
    name: "name",
    referable: lambda,
    runsAs: { path: ["role"], how: "execution role" },
    environments: [["environment", "variables"]],
    through: "function environment",
  },
  "aws:apprunner/service:Service": {
    what: "App Runner service",
    name: "serviceName",
    runsAs: { path: ["instanceConfiguration", "instanceRoleArn"], how: "instance role" },
    environments: [
      [...image, "runtimeEnvironmentVariables"],
      [...code, "runtimeEnvironmentVariables"],
    ],
    secrets: [
      [...image, "runtimeEnvironmentSecrets"],
      [...code, "runtimeEnvironmentSecrets"],
    ],
    commands: [
      [...image, "startCommand"],
      [...code, "startCommand"],
      [...code, "buildCommand"],
    ],
  },
  "aws:bedrock/agentcoreAgentRuntime:AgentcoreAgentRuntime": {
    what: "AgentCore runtime",
    name: "agentRuntimeName",
    referable: runtime,
    runsAs: { path: ["roleArn"], how: "execution role" },
    environments: [["environmentVariables"]],
  },
  "aws:bedrock/agentcoreHarness:AgentcoreHarness": {
    what: "AgentCore harness",
    name: "harnessName",
    runsAs: { path: ["executionRoleArn"], how: "execution role" },
    environments: [["environmentVariables"]],
  },
  "aws:bedrock/agentcoreCodeInterpreter:AgentcoreCodeInterpreter": {
    what: "AgentCore code interpreter",
    name: "name",
    runsAs: { path: ["executionRoleArn"], how: "execution role" },
  },
  "aws:bedrock/agentcoreBrowser:AgentcoreBrowser": {
    what: "AgentCore browser",
    name: "name",
    runsAs: { path: ["executionRoleArn"], how: "execution role" },
  },
  "aws:bedrock/agentcoreGateway:AgentcoreGateway": {
    what: "AgentCore gateway",
    name: "name",
    runsAs: { path: ["roleArn"], how: "service role" },
  },
  "aws:lambdamicrovms/microvm:Microvm": {
    what: "Lambda MicroVM",
    name: "name",
    runsAs: { path: ["executionRoleArn"], how: "execution role" },
    commands: [["runHookPayload"]],
  },
  "aws:bedrock/agentAgent:AgentAgent": {
    what: "Bedrock agent",
    name: "agentName",
    referable: bedrockAgent,
    runsAs: { path: ["agentResourceRoleArn"], how: "service role" },
  },
};

/** Reads services that run one workload in one resource: Lambda, App Runner, Bedrock agents, AgentCore. */
export const serviceReader: Reader = {
  name: "aws services",
  types: Object.keys(services),
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const service = services[resource.type];
    if (service === undefined) return [];
    if (service.referable !== undefined) addNames(list, context, service.referable);
    const workload = addWorkload(list, context, service.what, service.name);
    addRunsAs(list, context, workload, service.runsAs);
    const through = service.through ?? "env";
    for (const way of service.environments ?? []) {
      addEnvironment(list, context, { workload, through }, ...way);
    }
    for (const way of service.commands ?? []) {
      const value = valueIn(read(resource.inputs, ...way));
      const property = way.join(".");
      const place = { workload, top: way[0], property, under: undefined, through: "args" } as const;
      if (value !== undefined) addReceived(list, context, place, value);
    }
    for (const way of service.secrets ?? []) {
      const [top] = way;
      const whole = read(resource.inputs, ...way);
      if (whole.kind === "unknown") {
        const place = { workload, top, property: way.join("."), through } as const;
        addUnknownWhole(list, place, whole);
      }
      for (const [under, value] of entriesAt(resource.inputs, ...way)) {
        const property = [...way, under].join(".");
        addReference(list, context, { workload, top, property, through, under }, value);
      }
    }
    return list.all();
  },
};
