import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The compiler of `npm run check`; the one that the package itself uses takes ten seconds for the types of the MCP SDK. */
const tsc = join(dirname(require.resolve("typescript-7/package.json")), "bin/tsc");

const given = resolve(__dirname, "names");

/** Entry points of the packages, by the names that its users import. */
const entries = {
  "pulumi-agentid": "components/index.ts",
  "pulumi-agentid/policy-pack": "policy-pack/crossguard/index.ts",
  "pulumi-agentid/agent": "agent/index.ts",
  "pulumi-agentid/tool": "tool/index.ts",
  "pulumi-agentid/testing": "testing/index.ts",
  "pulumi-agentid-agent": "agent/index.ts",
  "pulumi-agentid-tool": "tool/index.ts",
};

interface Code {
  readonly file: string;
  /** Line of its first line in the page. */
  readonly line: number;
  readonly code: string;
}

/** Errors that the compiler finds in snippets, each with its place in the page. */
export function errorsIn(snippets: readonly Code[]): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "agentid-pages-"));
  try {
    snippets.forEach(({ code }, index) =>
      writeFileSync(join(folder, `${index}.ts`), `${importsFor(code)}\n${code}\nexport {};\n`),
    );
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const paths = Object.entries(entries).map(([name, file]) => [name, [resolve(file)]]);
    const config = {
      extends: resolve("tsconfig.json"),
      compilerOptions: {
        rootDir: "/",
        types: ["node"],
        paths: Object.fromEntries(paths) as unknown,
      },
      include: ["*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    return stdout
      .split("\n")
      .filter((line) => line !== "")
      .map((line) =>
        line.replace(/^\S*?(\d+)\.ts\((\d+),/, (_, index: string, row: string) => {
          const { file = "", line: first = 0 } = snippets[Number(index)] ?? {};
          return `${file}:${first + Number(row) - 2}(`;
        }),
      );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line that imports the names that a snippet uses and does not declare. */
function importsFor(code: string): string {
  const names = [
    ...readFileSync(`${given}.ts`, "utf8").matchAll(
      /^export (?:declare (?:const|function)|\* as) (\w+)/gm,
    ),
  ].map(([, name = ""]) => name);
  const declared = [
    ...code.matchAll(/(?:\bconst|\blet|\bfunction|\bclass|\* as) (\w+)/g),
    ...[...code.matchAll(/^import \{([^}]*)\}/gm)].flatMap(([, list = ""]) => [
      ...list.matchAll(/(\w+)\s*(?:,|$)/g),
    ]),
  ].map(([, name]) => name);
  const wanted = names.filter(
    (name) =>
      !declared.includes(name) &&
      new RegExp(`(?<![\\w"'])(?<!(?<!\\.\\.)\\.)${name}\\b(?!:)`).test(code),
  );
  return wanted.length === 0 ? "" : `import { ${wanted.join(", ")} } from "${given}";`;
}
