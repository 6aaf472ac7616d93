import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { catalogueIndex } from "./catalogue-index";

const root = join(__dirname, "..");
const folder = "policy-pack/read/catalogue/kubernetes";

function main(): void {
  const [group = "", kind = "", ...more] = process.argv.slice(2);
  const isGroup = /^[a-z0-9]+(?:[-.][a-z0-9]+)*\.[a-z]+$/.test(group);
  if (!isGroup || !/^[A-Z][A-Za-z0-9]*$/.test(kind) || more.length > 0) {
    fail(
      "usage: npm run new-reader -- GROUP KIND, as in an object's `apiVersion` and `kind`: `kibana.k8s.elastic.co Kibana`",
    );
    return;
  }
  const known = readdirSync(join(root, folder)).find((file) =>
    readFileSync(join(root, folder, file), "utf8").includes(`product("${group}"`),
  );
  if (known !== undefined) {
    fail(`\`${group}\` is in \`${folder}/${known}\` already; add \`${kind}\` there`);
    return;
  }
  const name = nameOf(group);
  const files = [
    { path: `${folder}/${name}.ts`, content: entryFile(group, kind) },
    { path: `test/policy-pack/read/catalogue/${name}.test.ts`, content: testFile(group, kind) },
  ];
  const there = files.find(({ path }) => existsSync(join(root, path)));
  if (there !== undefined) {
    fail(`\`${there.path}\` exists already; add \`${kind}\` there`);
    return;
  }
  for (const file of files) write(file);
  write(catalogueIndex(root));
  console.log(`next: npx --no-install mocha test/policy-pack/read/catalogue/${name}.test.ts`);
}

/** The product's name, by the first label of its group that is not general. */
function nameOf(group: string): string {
  const general = new Set(["k8s", "core", "api", "apps", "operator"]);
  return group.split(".").find((label) => !general.has(label)) ?? group;
}

function entryFile(group: string, kind: string): string {
  return `import { product } from "../product";

/** Source: TODO, the definition of ${kind}. */
export default product("${group}", {
  ${kind}: {
    // Where it references Secrets: "spec.tokenSecret", "spec.stores[].passwordRef". The types list what else a kind may have.
    secrets: [],
  },
});
`;
}

function testFile(group: string, kind: string): string {
  return `import { secretReferenceTester } from "../../../support/secret-reference";

// One reference as users write it, and its path. The test shares key \`token\` of Secret \`desk\` with another workload.
secretReferenceTester({
  kind: "${group}/v1 ${kind}",
  at: "spec.tokenSecret",
  spec: (key) => \`{ tokenSecret: { name: desk, key: \${key} } }\`,
});
`;
}

function write({ path, content }: { readonly path: string; readonly content: string }): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
  console.log(`written: ${path}`);
}

function fail(message: string): void {
  console.error(message);
  process.exitCode = 2;
}

main();
