import { gatewayTargetType } from "../../../../core/aws/bedrock";
import { notKnown } from "../../../../core/certainty";
import { named, type Authentication, type Ref, type Text } from "../../../facts/fact-values";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, onlyOf, textAt } from "../../resource/values";
import { referred, addNames } from "../naming";
import { authenticationOf } from "../endpoints/authentication";
import { gateway, runtime } from "./agentcore-refs";
import { lambda, nameOf, scopeFor, type Referable } from "../refs";

/** Reads how gateways of Bedrock AgentCore authenticate, and whether a policy engine decides each call. */
export const gatewayReader: Reader = {
  name: "aws gateways",
  types: [...gateway.types],
  read: (resource, context) => {
    const list = new FactList(resource);
    addNames(list, context, gateway);
    const entry = resource.urn;
    const mode = textAt(resource, "policyEngineConfiguration", "mode");
    const type = textAt(resource, "authorizerType") ?? { kind: "known", text: "" };
    if (type.kind === "known" && type.text === "AUTHENTICATE_ONLY") {
      list.add("exposes", mode === undefined ? "authorizerType" : modeProperty, {
        entry,
        way: "gateway",
        authentication: decidedBy(mode),
        verifiesOnly: true,
      });
    } else {
      const authentication = authenticationOf(type);
      list.add("exposes", "authorizerType", { entry, way: "gateway", authentication });
    }
    if (mode !== undefined) {
      list.add("restricts-calls", modeProperty, { entry, by: "policy engine", mode });
    }
    return list.all();
  },
};

const modeProperty = "policyEngineConfiguration.mode";

/**
 * Who may call a gateway that verifies signatures and leaves the rest to a policy engine, by the mode of that.
 *
 * Source: AgentCore control API, CreateGateway, `authorizerType`: `CUSTOM_JWT`, `AWS_IAM`, `AUTHENTICATE_ONLY`, `NONE`;
 * `policyEngineConfiguration.mode`: `ENFORCE`, `LOG_ONLY`.
 */
function decidedBy(mode: Text | undefined): Authentication {
  if (mode?.kind === "unknown") return notKnown(mode);
  return { kind: mode?.text === "ENFORCE" ? "callers" : "anonymous" };
}

/** What a target of a gateway can be that is a workload of the stack, by where it is named. */
const targets: readonly { readonly what: Referable; readonly path: readonly string[] }[] = [
  { what: lambda, path: ["mcp", "lambda", "lambdaArn"] },
  { what: runtime, path: ["http", "agentcoreRuntime", "arn"] },
];

/** Where a target names by URL what it calls. */
const endpoints: readonly (readonly string[])[] = [
  ["mcp", "mcpServer", "endpoint"],
  ["http", "passthrough", "endpoint"],
];

/** Reads what a gateway's target sends calls on to. */
export const gatewayTargetReader: Reader = {
  name: "aws gateway targets",
  types: [gatewayTargetType],
  read: (resource, context) => {
    const list = new FactList(resource);
    const top = "targetConfiguration";
    const from = referred(list, context, gateway, "gatewayIdentifier");
    if (from !== undefined) {
      const callee = named(resource.urn);
      list.add("invokes", "gatewayIdentifier", { caller: from, callee, as: "gateway" });
    }
    for (const { what, path } of targets) {
      const to = referred(list, context, what, top, ...path);
      if (to === undefined) continue;
      const property = [top, ...path].join(".");
      list.add("forwards", property, { from: resource.urn, to });
      if (from?.kind === "named") list.add("forwards", property, { from: from.name, to });
    }
    for (const path of endpoints) {
      const to = runtimeAt(list, context, [top, ...path]);
      if (to === undefined) continue;
      const property = [top, ...path].join(".");
      list.add("forwards", property, { from: resource.urn, to });
      if (from?.kind === "named") list.add("forwards", property, { from: from.name, to });
    }
    return list.all();
  },
};

/**
 * The runtime of AgentCore that a URL calls: `https://bedrock-agentcore.<region>.amazonaws.com/runtimes/<ARN>/invocations`,
 * with the ARN as URLs have it; undefined for other servers.
 *
 * Source: Amazon Bedrock AgentCore developer guide, invoke an MCP server in AgentCore Runtime.
 */
function runtimeAt(
  list: FactList,
  context: ReadContext,
  path: readonly [string, ...string[]],
): Ref | undefined {
  const text = textAt(list.resource, ...path);
  if (text === undefined) return undefined;
  if (text.kind === "unknown") {
    const only = onlyOf(text, runtime.types);
    return only === undefined ? undefined : named(only);
  }
  const url = /^https:\/\/bedrock-agentcore[\w.-]*\.amazonaws\.com(?:\.cn)?\/runtimes\/([^/?#]+)/i;
  const encoded = url.exec(text.text)?.[1];
  if (encoded === undefined) return undefined;
  const id = decoded(encoded);
  const name =
    id === undefined ? undefined : nameOf(runtime, id, scopeFor(runtime, list.resource, context));
  return name === undefined ? undefined : named(name);
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
