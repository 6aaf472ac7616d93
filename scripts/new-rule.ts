import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..");

function main(): void {
  const [id] = process.argv.slice(2);
  if (id === undefined || !/^(no|require)(-[a-z][a-z0-9]*)+$/.test(id)) {
    fail(
      "usage: npm run new-rule -- ID, where ID names in plain words what is forbidden or required: `no-…`, `require-…`",
    );
    return;
  }
  const files = filesOf(id);
  const there = files.map(({ path }) => path).find((path) => existsSync(join(root, path)));
  if (there !== undefined) {
    fail(`\`${there}\` exists already; choose another id`);
    return;
  }
  for (const { path, content } of files) writeFileSync(join(root, path), content);
  register(id);
  console.log(
    [...files.map(({ path }) => `written: ${path}`), "written: policy-pack/rules/index.ts"].join(
      "\n",
    ),
  );
  console.log(
    "next: write the test's cases, the rule, its page and its standards in policy-pack/findings/standards.json; `npm run generate` writes its header",
  );
}

function filesOf(id: string): readonly { readonly path: string; readonly content: string }[] {
  return [
    { path: `policy-pack/rules/${id}.ts`, content: ruleFile(id) },
    { path: `test/policy-pack/rules/${id}.test.ts`, content: testFile(id) },
    { path: `docs/rules/${id}.md`, content: page },
  ];
}

function ruleFile(id: string): string {
  return `import { defineRule } from "../findings/define-rule";

/** TODO: one sentence of why this matters. */
export default defineRule({
  id: "${id}",
  title: "TODO: the state that the rule requires",
  severity: "high",
  family: "identity",
  decides: "closed",
  because: "TODO: why it decides then",
  watches: ["workload"],
  remediation: "TODO: what to do about a finding",
  messages: { violated: "\`{workload}\` TODO" },
  check: (fact, graph) => [],
});
`;
}

function testFile(id: string): string {
  return `import { ruleTester } from "../../support/rule-tester";
import rule from "../../../policy-pack/rules/${id}";

ruleTester(rule, {
  accepts: [],
  rejects: [],
});
`;
}

const page = `## Why

TODO

## Avoid

\`\`\`yaml
\`\`\`

## Prefer

\`\`\`yaml
\`\`\`

## Exceptions

| condition | result |
| --- | --- |
| TODO | TODO |

## Not covered

- TODO
`;

/** Adds a rule to the list, which is in alphabetical order. */
function register(id: string): void {
  const path = join(root, "policy-pack/rules/index.ts");
  const ids = [...readFileSync(path, "utf8").matchAll(/from "\.\/([a-z0-9-]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  writeFileSync(path, listOf([...ids, id].sort()));
}

function listOf(ids: readonly string[]): string {
  const imports = ids.map((id) => `import ${variableOf(id)} from "./${id}";`);
  const items = ids.map((id) => `  ${variableOf(id)},`);
  return `import type { Rule } from "../findings/define-rule";
${imports.join("\n")}

/** Every rule, in the order in which they are listed. */
export const rules: readonly Rule[] = [
${items.join("\n")}
];
`;
}

function variableOf(id: string): string {
  return id.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

main();
