import { main } from "@pulumi/pulumi/provider";
import { Agent, AgentStack, Gateway, LegacyTool, Orchestrator, Tenant, Tool } from "../components";
import { componentProvider } from "./component-provider";
import schema from "./schema.json";

void main(
  componentProvider(schema, [Tenant, Orchestrator, Agent, Tool, LegacyTool, Gateway, AgentStack]),
  process.argv.slice(2),
);
