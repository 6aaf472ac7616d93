import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** The compiler of `npm run check`; the one that the package itself uses takes ten seconds for the types of the MCP SDK. */
const tsc = join(dirname(require.resolve("typescript-7/package.json")), "bin/tsc");

describe("docs/broker/tools.md", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-page-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("shows programs that compile", () => {
    const page = readFileSync("docs/broker/tools.md", "utf8");
    const blocks = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code);
    assert.equal(blocks.length, 7);
    blocks.forEach((code, index) => writeFileSync(join(folder, `block-${index + 1}.ts`), code));
    symlinkSync(resolve("node_modules"), join(folder, "node_modules"));
    const sources = ["agent", "tool"].map((part) => [
      `pulumi-agentid/${part}`,
      [resolve(part, "index.ts")],
    ]);
    const config = {
      extends: resolve("tsconfig.json"),
      compilerOptions: {
        rootDir: "/",
        types: ["node"],
        paths: Object.fromEntries(sources) as unknown,
      },
      include: ["*.ts"],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" });
    assert.equal(stdout, "");
  });
});
