import type { Reader } from "../reader";
import { FactList, textAt } from "../values";
import { referred, sayNames } from "./naming";
import { askingOf } from "./asking";
import { gateway, lambda, runtime, type Referable } from "./refs";

/**
 * Reads whom gateways of Bedrock AgentCore ask, and whether a policy engine decides each call.
 *
 * Source: AgentCore control API, CreateGateway, `authorizerType`: `CUSTOM_JWT`, `AWS_IAM`, `AUTHENTICATE_ONLY`, `NONE`;
 * `policyEngineConfiguration.mode`: `ENFORCE`, `LOG_ONLY`.
 */
export const gatewayReader: Reader = {
  name: "aws gateways",
  types: [...gateway.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    sayNames(list, context, gateway);
    const entry = resource.urn;
    const type = textAt(resource, "authorizerType") ?? { kind: "known", text: "" };
    list.say("lets-in", "authorizerType", { entry, way: "gateway", asks: askingOf(type) });
    const mode = textAt(resource, "policyEngineConfiguration", "mode");
    if (mode !== undefined) {
      list.say("polices", "policyEngineConfiguration.mode", { gateway: entry, mode });
    }
    return list.all();
  },
};

/** What a target of a gateway can be that is a workload of the stack, by where it is named. */
const targets: readonly { readonly what: Referable; readonly path: readonly string[] }[] = [
  { what: lambda, path: ["mcp", "lambda", "lambdaArn"] },
  { what: runtime, path: ["http", "agentcoreRuntime", "arn"] },
];

/** Reads what a gateway's target sends calls on to. */
export const gatewayTargetReader: Reader = {
  name: "aws gateway targets",
  types: ["aws:bedrock/agentcoreGatewayTarget:AgentcoreGatewayTarget"],
  read: (resource, context) => {
    const list = new FactList(resource);
    const top = "targetConfiguration";
    const from = referred(list, context, gateway, "gatewayIdentifier");
    if (from !== undefined) {
      list.say("target-of", "gatewayIdentifier", { target: resource.urn, gateway: from });
    }
    for (const { what, path } of targets) {
      const to = referred(list, context, what, top, ...path);
      if (to === undefined) continue;
      const property = [top, ...path].join(".");
      list.say("forwards", property, { from: resource.urn, to });
      if (from?.kind === "named") list.say("forwards", property, { from: from.name, to });
    }
    return list.all();
  },
};
