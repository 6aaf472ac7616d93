import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import { typeDescriptions } from "./type-descriptions";

const components = [
  "Tenant",
  "Orchestrator",
  "Agent",
  "Tool",
  "LegacyTool",
  "Gateway",
  "GrantPolicyStore",
  "TaskBroker",
  "TaskBrokerDeployment",
  "AgentStack",
];

/** The package's schema, read from the components' sources and doc comments; `provider/schema.json`. */
export function describeComponents(root: string): string {
  const { version, description } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    version: string;
    description: string;
  };
  const {
    components: found,
    typeDefinitions,
    dependencies,
  } = new Analyzer(
    join(root, "provider"),
    "agentid",
    { name: "agentid", main: "../components/index.ts" },
    new Set(components),
  ).analyze();
  const schema = generateSchema(
    "agentid",
    version,
    description,
    found,
    typeDefinitions,
    dependencies,
  );
  const descriptions = typeDescriptions(join(root, "components"));
  const types = Object.entries(schema.types).map(([token, type]) => {
    const text = descriptions.get(token.split(":").at(-1) ?? "");
    return [token, text === undefined ? type : { description: text, ...type }];
  });
  return JSON.stringify({ ...schema, types: Object.fromEntries(types) as unknown });
}
