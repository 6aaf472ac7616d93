import * as pulumi from "@pulumi/pulumi";
import * as fc from "fast-check";
import {
  Autonomy,
  Gateway,
  type Grant,
  type LegacyTool,
  type Risk,
  type TenantRef,
  type Tool,
} from "../../../components";
import { functionNameOf, runtimeNameOf, safeName } from "../../../components/arguments/naming";
import type { RandomClient } from "./random-client";
import type { RandomFederation } from "./random-federation";

/** A random gateway of a tenant, as plain data. */
export interface RandomGateway {
  readonly name: string;
  readonly isJwt: boolean;
  /** Whether ARNs of what it fronts are known later. */
  readonly isLate: boolean;
  /** How many of the tenant's tools it fronts at most. */
  readonly fronts: number;
  readonly claim: string | undefined;
}

/** Where the issuer of random clients describes itself. */
const discoveryUrl = "https://idp.example.com/.well-known/openid-configuration";

/** A gateway, for a tenant whose federation can have one. */
export const randomGateway: fc.Arbitrary<RandomGateway> = fc.record({
  // No workload's name ends so.
  name: fc.string({ unit: "grapheme", maxLength: 60 }).map((name) => `${name} gateway!`),
  isJwt: fc.boolean(),
  isLate: fc.boolean(),
  fronts: fc.integer({ min: 1, max: 3 }),
  claim: fc.constantFrom(undefined, "azp", "https://example.com/client"),
});

/** A tool of a random tenant. */
interface FrontedTool {
  readonly name: string;
  readonly risk: Risk | undefined;
  readonly federation: RandomFederation;
  readonly directCallers: readonly string[];
  readonly component: Tool | LegacyTool;
}

/** A random workload that may call through a gateway. */
interface RandomCaller {
  readonly name: string;
  readonly autonomy: Autonomy | undefined;
  readonly intents: readonly string[];
  readonly clients: readonly RandomClient[];
}

/** A gateway that is made, and which tools it fronts. */
export interface MadeGateway {
  readonly component: Gateway;
  readonly isJwt: boolean;
  readonly fronted: readonly FrontedTool[];
}

/** Makes a random gateway in front of a tenant's tools; none where it has no tool, or cannot have a gateway. */
export function makeGateway(
  resourceName: string,
  tenant: {
    readonly name: string;
    readonly ref: TenantRef;
    readonly federations: readonly RandomFederation[];
  },
  { name, isJwt, isLate, fronts, claim }: RandomGateway,
  tools: readonly FrontedTool[],
): MadeGateway | undefined {
  const { ref, federations } = tenant;
  const tenantName = safeName(tenant.name);
  const fronted = tools
    .filter(({ federation }) => federation === "lambda" || federation === "agentCore")
    .slice(0, fronts);
  if (fronted.length === 0) return undefined;
  const asksTokens = isJwt && federations.includes("agentCore");
  const component = new Gateway(`${resourceName}-gateway`, {
    tenant: ref,
    name,
    ...(asksTokens && {
      jwt: {
        discoveryUrl,
        allowedAudiences: ["tools"],
        ...(claim !== undefined && { clientClaim: claim }),
      },
    }),
    targets: fronted.map((tool) => {
      const isFunction = tool.federation === "lambda";
      const arn = isFunction
        ? functionArn(tenantName, tool.name)
        : runtimeArn(tenantName, tool.name);
      return {
        tool: tool.component.ref,
        arn: isLate ? pulumi.output(arn) : arn,
        operations: [
          {
            name: "do_it",
            intents: ["find", "answer"],
            ...(isFunction && {
              description: "Finds or answers",
              parameters: [{ name: "query", type: "string", required: true }],
            }),
          },
          { name: "refund", ...(isFunction && { description: "Refunds" }) },
        ],
      };
    }),
  });
  return { component, isJwt: asksTokens, fronted };
}

/** The grant of a workload on a tool through a gateway, where it may have one. */
export function grantThrough(
  gateway: MadeGateway | undefined,
  caller: RandomCaller,
  tool: FrontedTool,
): Grant | undefined {
  if (gateway?.fronted.includes(tool) !== true) return undefined;
  const { sensitivity = "internal", effects = [] } = tool.risk ?? {};
  const isHighRisk = effects.length > 0 || ["confidential", "restricted"].includes(sensitivity);
  if (isHighRisk && caller.autonomy === Autonomy.Autonomous) return undefined;
  if (tool.directCallers.includes(caller.name)) return undefined;
  if (gateway.isJwt && !caller.clients.some(({ vendor }) => vendor === undefined)) return undefined;
  return {
    tool: tool.component.ref,
    intents: [...caller.intents],
    gateway: gateway.component.ref,
  };
}

function functionArn(tenant: string, tool: string): string {
  const called = functionNameOf(tenant, safeName(tool));
  return `arn:aws:lambda:eu-central-1:111122223333:function:${called}`;
}

function runtimeArn(tenant: string, tool: string): string {
  const called = runtimeNameOf(tenant, safeName(tool));
  return `arn:aws:bedrock-agentcore:eu-central-1:111122223333:runtime/${called}-a1B2c3D4e5`;
}
