import type { Asking } from "../../../core/graph/fact";
import type { Reader } from "../reader";
import { FactList, textAt } from "../values";
import { referred, sayNames } from "./naming";
import { gateway, lambda, runtime, type Referable } from "./refs";

/**
 * Reads whom gateways of Bedrock AgentCore ask, and what their targets are.
 *
 * Source: AgentCore control API, CreateGateway, `authorizerType`: `CUSTOM_JWT`, `AWS_IAM`, `AUTHENTICATE_ONLY`, `NONE`.
 */
export const gatewayReader: Reader = {
  name: "aws gateways",
  types: [...gateway.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    sayNames(list, context, gateway);
    const entry = resource.urn;
    list.say("lets-in", "authorizerType", { entry, way: "gateway", asks: askingOf(list) });
    return list.all();
  },
};

function askingOf({ resource }: FactList): Asking {
  const type = textAt(resource, "authorizerType");
  if (type?.kind === "unknown") return { kind: "unknown", waitsFor: type.waitsFor };
  return { kind: type?.text === "NONE" ? "nobody" : "callers" };
}

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
    for (const { what, path } of targets) {
      const to = referred(list, context, what, top, ...path);
      if (to === undefined) continue;
      const property = [top, ...path].join(".");
      list.say("forwards", property, { from: resource.urn, to });
      const from = referred(list, context, gateway, "gatewayIdentifier");
      if (from?.kind === "named") list.say("forwards", property, { from: from.name, to });
    }
    return list.all();
  },
};
