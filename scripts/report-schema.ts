import { join } from "node:path";
import ts from "typescript";
import { reportSchema, type JsonSchema } from "../cli/report-file";

/** The schema of `--report json`: what the reader of reports checks, described by the doc comments of `Report`. */
export function reportFileSchema(root: string): string {
  const file = join(root, "policy-pack/views/report.ts");
  const program = ts.createProgram([file], {
    lib: ["lib.es2023.d.ts"],
    module: ts.ModuleKind.NodeNext,
    strict: true,
    target: ts.ScriptTarget.ES2022,
    types: [],
  });
  const checker = program.getTypeChecker();
  const declared = program
    .getSourceFile(file)
    ?.statements.find(
      (statement): statement is ts.InterfaceDeclaration =>
        ts.isInterfaceDeclaration(statement) && statement.name.text === "Report",
    );
  if (declared === undefined) throw new Error("policy-pack/views/report.ts declares no `Report`");
  const report = described(reportSchema, checker.getTypeAtLocation(declared), checker);
  return JSON.stringify({
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Report of agentid",
    description:
      "What `agentid check --report json` and the policy pack (`AGENTID_REPORT`) write. Later versions may add fields.",
    anyOf: [
      { $ref: "#/$defs/report" },
      {
        description: "Reports of several programs.",
        type: "object",
        properties: {
          formatVersion: { const: 1 },
          reports: { type: "array", items: { $ref: "#/$defs/report" } },
        },
        required: ["formatVersion", "reports"],
      },
    ],
    $defs: { report },
  });
}

/** A schema with the doc comments of the type that it is made for. */
function described(schema: JsonSchema, type: ts.Type, checker: ts.TypeChecker): JsonSchema {
  if (schema["items"] !== undefined) {
    const [item] = checker.getTypeArguments(type as ts.TypeReference);
    const items = schema["items"] as JsonSchema;
    return item === undefined ? schema : { ...schema, items: described(items, item, checker) };
  }
  if (schema["properties"] === undefined) return schema;
  const properties = Object.entries(schema["properties"] as JsonSchema).map(([name, value]) => {
    const property = checker.getPropertyOfType(type, name);
    if (property === undefined) throw new Error(`no property \`${name}\``);
    const comment = ts.displayPartsToString(property.getDocumentationComment(checker));
    const inner = checker.getNonNullableType(checker.getTypeOfSymbol(property));
    const of = described(value as JsonSchema, inner, checker);
    return [name, comment === "" ? of : { description: comment.replace(/\s+/g, " "), ...of }];
  });
  return { ...schema, properties: Object.fromEntries(properties) as unknown };
}
