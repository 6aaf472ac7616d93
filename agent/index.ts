/** How an agent gets authority from the task broker, for MCP and other HTTP clients (`pulumi-agentid-agent`, `pulumi-agentid/agent`). */
export { callProvider, ToolRefused } from "./call-provider";
export type { CallOptions, CallProvider, Need } from "./call-provider";
export type { CalledTool } from "./call-tokens";
export { dpopFetch, dpopKey } from "./dpop";
export type { DpopKey, ProvenRequest } from "./dpop";
export { end } from "./end";
export type { Ended } from "./end";
export type { Fetch } from "./endpoint";
export { exchange, ExchangeRefused } from "./exchange";
export type {
  Behalf,
  Broker,
  CallDetails,
  CertifiedBroker,
  Exchange,
  IssuedToken,
  TaskDetails,
} from "./exchange";
export type { McpMessage } from "../core/mcp-message";
export { tokenFile } from "./workload-token";
export type { TokenSource } from "./workload-token";
