import { main } from "@pulumi/pulumi/provider";
import { Agent, AgentStack, Orchestrator, Tenant, Tool } from "../components";
import { componentProvider } from "./component-provider";
import schema from "./schema.json";

void main(
  componentProvider(schema, [Tenant, Orchestrator, Agent, Tool, AgentStack]),
  process.argv.slice(2),
);
