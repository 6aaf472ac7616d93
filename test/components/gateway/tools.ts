import {
  Gateway,
  Tool,
  type GatewayArgs,
  type TenantRef,
  type ToolArgs,
} from "../../../components";
import { acme } from "../oauth2/github";

/** A tenant of AWS Lambda. */
export const acmeOnLambda: TenantRef = {
  ...acme,
  federation: { lambda: { account: "111122223333", region: "eu-central-1" } },
};

/** The start of ARNs of AgentCore in these tests. */
export const agentCore = "arn:aws:bedrock-agentcore:eu-central-1:111122223333";

/** ARN of a runtime, with an id as AWS makes it. */
export function runtimeArn(name: string): string {
  return `${agentCore}:runtime/${name}-a1B2c3D4e5`;
}

/** A gateway called `tools` in front of a runtime, the tool `search`. */
export function searchBehind(
  args: Partial<GatewayArgs> = {},
  tool: Partial<ToolArgs> = {},
): { readonly search: Tool; readonly gateway: Gateway } {
  const search = new Tool("search", { tenant: acme, subject: { agentCore: {} }, ...tool });
  const gateway = new Gateway("tools", {
    tenant: acme,
    targets: [
      {
        tool: search.ref,
        arn: runtimeArn("acme_search"),
        operations: [
          { name: "find_tickets", intents: ["find", "answer"] },
          { name: "close_ticket", intents: ["close"] },
        ],
      },
    ],
    ...args,
  });
  return { search, gateway };
}

/** A gateway called `desk` in front of a function, the tool `refunds`. */
export function refundsBehind(args: Partial<GatewayArgs> = {}): {
  readonly refunds: Tool;
  readonly gateway: Gateway;
} {
  const refunds = new Tool("refunds", { tenant: acmeOnLambda, subject: { lambda: {} } });
  const gateway = new Gateway("desk", {
    tenant: acmeOnLambda,
    targets: [
      {
        tool: refunds.ref,
        operations: [
          {
            name: "refund",
            description: "Pays money back",
            parameters: [
              { name: "order", type: "string", description: "Number of the order", required: true },
              { name: "items", type: "array", items: "integer" },
              { name: "notes", type: "array" },
            ],
          },
        ],
      },
    ],
    ...args,
  });
  return { refunds, gateway };
}
