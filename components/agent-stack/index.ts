export { AgentStack, type AgentStackArgs } from "./agent-stack";
export type { StackGateway, StackWorkload } from "./declare-stack";
export { manifestSchema } from "./manifest-shape";
