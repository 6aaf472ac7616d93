import { main } from "@pulumi/pulumi/provider";
import {
  Agent,
  AgentStack,
  Gateway,
  GrantPolicyStore,
  LegacyTool,
  Orchestrator,
  TaskBroker,
  TaskBrokerDeployment,
  Tenant,
  Tool,
} from "../components";
import { componentProvider } from "./component-provider";
import schema from "./schema.json";

void main(
  componentProvider(schema, [
    Tenant,
    Orchestrator,
    Agent,
    Tool,
    LegacyTool,
    Gateway,
    GrantPolicyStore,
    TaskBroker,
    TaskBrokerDeployment,
    AgentStack,
  ]),
  process.argv.slice(2),
);
