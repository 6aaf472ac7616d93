import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { defaultEndpoint } from "../documents/gateway";
import { hostOf } from "../federations/place";
import { derive, part } from "../arguments/known";
import {
  knownGateway,
  targetArn,
  type GatewayDeclaration,
  type GatewayTarget,
  type KnownGateway,
} from "./arguments";
import { intentsOf, payloadOf } from "../grants/gateway-operations";
import type { ToolOperation } from "../grants/gateway-ref";

/** A gateway whose targets are made. */
interface Fronting {
  readonly parent: pulumi.ComponentResource;
  readonly resourceName: string;
  /** How errors name the gateway. */
  readonly subject: string;
  readonly declaration: GatewayDeclaration;
  readonly gateway: aws.bedrock.AgentcoreGateway;
}

type Configured = Pick<
  aws.bedrock.AgentcoreGatewayTargetArgs,
  "credentialProviderConfiguration" | "targetConfiguration"
>;

/** Puts tools behind a gateway, each as a target of the tool's name; answers the ids of the targets. */
export function makeTargets(fronting: Fronting): readonly pulumi.Output<string>[] {
  const { parent, resourceName, subject, declaration, gateway } = fronting;
  const known = knownGateway(subject, declaration);
  return declaration.targets.map((target, index) => {
    const arn = targetArn(subject, declaration, index);
    const make = (tool: string): pulumi.Output<string> =>
      new aws.bedrock.AgentcoreGatewayTarget(
        `${resourceName}-${tool}`,
        {
          name: tool,
          description: `Tool ${tool}`,
          gatewayIdentifier: gateway.gatewayId,
          ...configured(target, index, known, arn),
        },
        { parent },
      ).targetId;
    const name = part(target.tool, (tool) => tool.name);
    return typeof name === "string" ? make(name) : pulumi.output(name).apply(make);
  });
}

/** All operations of the tools behind a gateway. */
export function operationsOf({ targets }: GatewayDeclaration): pulumi.Input<ToolOperation[]> {
  const tools = targets.map(({ tool }) => part(tool, ({ name }) => name));
  return derive(tools, (names) =>
    targets.flatMap(({ operations }, index) =>
      operations.map((operation) => ({
        tool: names[index] ?? "",
        name: operation.name,
        intents: intentsOf(operation),
      })),
    ),
  );
}

/** How a gateway reaches a tool, which is as its own role in either case. */
function configured(
  { operations }: GatewayTarget,
  index: number,
  known: pulumi.Output<KnownGateway> | KnownGateway,
  arn: pulumi.Input<string>,
): Configured {
  const inlinePayloads = operations.map(payloadOf);
  const ofFunction: Configured = {
    credentialProviderConfiguration: { gatewayIamRole: {} },
    targetConfiguration: { mcp: { lambda: { lambdaArn: arn, toolSchema: { inlinePayloads } } } },
  };
  const ofRuntime: Configured = {
    credentialProviderConfiguration: { gatewayIamRole: { service: "bedrock-agentcore" } },
    targetConfiguration: {
      mcp: { mcpServer: { endpoint: derive({ known, arn }, endpointOf) } },
    },
  };
  const configuredFor = derive(known, ({ targets }) =>
    targets[index]?.isFunction === true ? ofFunction : ofRuntime,
  );
  return {
    credentialProviderConfiguration: part(
      configuredFor,
      (all) => all.credentialProviderConfiguration,
    ),
    targetConfiguration: part(configuredFor, (all) => all.targetConfiguration),
  };
}

/** Address of a runtime's MCP server. Source: AgentCore developer guide, deploy MCP servers in AgentCore Runtime. */
function endpointOf({
  known,
  arn,
}: {
  readonly known: KnownGateway;
  readonly arn: string;
}): string {
  const host = hostOf("bedrock-agentcore", known.place);
  return `https://${host}/runtimes/${encodeURIComponent(arn)}/invocations?qualifier=${defaultEndpoint}`;
}
