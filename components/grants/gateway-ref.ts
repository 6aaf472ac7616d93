import type * as pulumi from "@pulumi/pulumi";

/** A gateway as grants name it: plain data, so it may come from another stack as well. */
export interface GatewayRef {
  /** Name of the gateway's tenant. */
  tenant: pulumi.Input<string>;
  /** Name of the gateway within its tenant. */
  name: pulumi.Input<string>;
  /** ARN of the gateway. */
  arn: pulumi.Input<string>;
  /** What that ARN fits and no other gateway's does, known before the gateway is made: its id ends in ten characters that AWS chooses. */
  arnPattern: pulumi.Input<string>;
  /** Id of the gateway's policy engine, known once all its targets are made. */
  policyEngineId: pulumi.Input<string>;
  /** The operations of the tools behind it. */
  operations: pulumi.Input<ToolOperation[]>;
  /** Issuer of the tokens that callers show. Default: callers sign with their role. */
  jwt?: pulumi.Input<GatewayJwt>;
}

/** An operation of a tool through a gateway. */
export interface ToolOperation {
  /** Name of the tool within its tenant. */
  tool: string;
  /** Name of the operation within the tool. */
  name: string;
  /** Purposes that it serves. */
  intents: string[];
}

/** Which tokens a gateway takes. */
export interface GatewayJwt {
  /** Where the issuer describes itself: an `https` address that ends in `/.well-known/openid-configuration`. */
  discoveryUrl: pulumi.Input<string>;
  /** Audiences, one of which a token has. Default: any, and then `allowedClients` is required. */
  allowedAudiences?: pulumi.Input<string>[];
  /** Ids of clients, one of which a token was issued to, by its claim `client_id`. Default: any, and then `allowedAudiences` is required. */
  allowedClients?: pulumi.Input<string>[];
  /**
   * Claim of a token that has the id of the client it was issued to, such as `client_id`, `azp` or `cid`; the gateway
   * identifies the calling workload by it. Default: `client_id`.
   */
  clientClaim?: string;
}

/** Claim that has the client's id where none is named. Source: RFC 9068, section 2.2. */
export const defaultClientClaim = "client_id";

/** The action by which a gateway's policies name an operation. Source: AgentCore developer guide, policy scope, actions. */
export function actionOf(tool: string, operation: string): string {
  return `${tool}___${operation}`;
}
