import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { Analyzer } from "@pulumi/pulumi/provider/experimental/analyzer";
import { generateSchema } from "@pulumi/pulumi/provider/experimental/schema";
import ts from "typescript";

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

/**
 * The doc comments of a folder's interfaces and type aliases, by their names.
 *
 * The SDK's analyser reads those of classes and properties and leaves these out, though a type's comment describes which of its
 * properties belong together.
 */
function typeDescriptions(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  return new Map(files.sort().flatMap((file) => describedIn(join(folder, file))));
}

function describedIn(path: string): readonly (readonly [name: string, description: string])[] {
  const text = readFileSync(path, "utf8");
  // Comments are found through the parents of nodes.
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  return source.statements.flatMap((statement) => {
    if (!ts.isInterfaceDeclaration(statement) && !ts.isTypeAliasDeclaration(statement)) return [];
    const texts = ts
      .getJSDocCommentsAndTags(statement)
      .flatMap((comment) => ts.getTextOfJSDocComment(comment.comment) ?? []);
    return texts.length > 0 ? [[statement.name.text, texts.join("\n")] as const] : [];
  });
}
