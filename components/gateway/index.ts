export type { GatewayArgs, GatewayTarget } from "./arguments";
export { Gateway } from "./gateway";
