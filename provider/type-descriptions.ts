import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/**
 * What the doc comments of a folder's interfaces and type aliases say, by their names.
 *
 * The SDK's analyser reads those of classes and properties and leaves these out, though a type's comment says which of
 * its properties go together.
 */
export function typeDescriptions(folder: string): ReadonlyMap<string, string> {
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
