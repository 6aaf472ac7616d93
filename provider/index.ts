import { main } from "@pulumi/pulumi/provider";
import { Agent, AgentStack, LegacyTool, Orchestrator, Tenant, Tool } from "../components";
import { componentProvider } from "./component-provider";
import schema from "./schema.json";

void main(
  componentProvider(schema, [Tenant, Orchestrator, Agent, Tool, LegacyTool, AgentStack]),
  process.argv.slice(2),
);
