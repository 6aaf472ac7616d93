import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, posix, resolve } from "node:path";
import { factTableNames } from "../../policy-pack/views/fleet/schema";
import manifest from "../../package.json";

/** Most bytes of the package as it is downloaded. */
const most = 2_900_000;

interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}

/** Packages that a user may do without, by their names. */
const optional = Object.keys(manifest.peerDependenciesMeta);

describe("the package as it is published", () => {
  let packed: Packed;
  let folder: string;

  before(() => {
    const pack = ["pack", "--dry-run", "--json", "--ignore-scripts"];
    const reported = execFileSync("npm", pack, { stdio: ["ignore", "pipe", "ignore"] });
    [packed] = JSON.parse(reported.toString("utf8")) as [Packed];
    folder = mkdtempSync(join(tmpdir(), "agentid-package-"));
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** A folder with the package and all that it needs, but for some packages. */
  function installed(name: string, without: readonly string[] = []): string {
    const project = join(folder, name);
    const own = join(project, "node_modules/pulumi-agentid");
    for (const { path } of packed.files) {
      mkdirSync(dirname(join(own, path)), { recursive: true });
      cpSync(path, join(own, path));
    }
    for (const entry of modulesIn("node_modules")) {
      if (without.includes(entry)) continue;
      mkdirSync(dirname(join(project, "node_modules", entry)), { recursive: true });
      symlinkSync(resolve("node_modules", entry), join(project, "node_modules", entry));
    }
    return project;
  }

  it("is small, and has no history of changes", () => {
    assert.ok(packed.size < most, `${packed.size} bytes`);
    assert.deepEqual(
      packed.files.filter(({ path }) => /^CHANGELOG/.test(path)),
      [],
    );
  });

  it("has every file and folder that its pages link to", () => {
    const files = new Set(packed.files.map(({ path }) => path));
    const folders = new Set([...files].flatMap(foldersOf));
    const pages = [...files].filter((path) => path.endsWith(".md"));
    assert.ok(pages.length > 50);
    const broken = pages.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#|mailto:)([^)#]+)/g)]
        .map((match) => posix.join(posix.dirname(page), match[1] ?? "").replace(/\/$/, ""))
        .filter((target) => !files.has(target) && !folders.has(target))
        .map((target) => `${page}: ${target}`),
    );
    assert.deepEqual(broken, []);
  });

  it("has types of its entries, however a program finds modules", () => {
    // Reading their types takes long; the compiler ignores missing ones in declarations.
    const project = installed("types", ["@pulumi/aws", "@pulumi/kubernetes"]);
    const program = [
      `import { Tenant } from "pulumi-agentid";`,
      `import { policies, type PolicyOptions } from "pulumi-agentid/policy-pack";`,
      `import { exchange } from "pulumi-agentid/agent";`,
      `import { callVerifier } from "pulumi-agentid/tool";`,
      `import { judge, type Finding, type Judged } from "pulumi-agentid/testing";`,
      `import * as fleet from "pulumi-agentid/fleet/tables.json";`,
      `export const options: PolicyOptions = {};`,
      `export const issued: Promise<{ readonly token: string }> = exchange(`,
      `  { issuer: "https://b.example", workloadToken: () => "" },`,
      `  { subjectToken: () => "", audience: "acme.triage" },`,
      `);`,
      `export const metadata: string = callVerifier({`,
      `  issuer: "https://b.example",`,
      `  resource: "https://t.example",`,
      `}).metadataUrl.href;`,
      `export const judged: Promise<Judged> = judge(`,
      `  { resources: [{ type: "aws:iam/user:User", name: "ci", properties: { name: "ci" } }] },`,
      `  { settings: { levels: { "no-access-key": "advisory" } } },`,
      `);`,
      `export const found: Promise<readonly Finding[]> = judged.then(({ findings }) => findings);`,
      `export const all: number = policies(options).length;`,
      `export const name: string = Tenant.name;`,
      `export const columns: string[] = fleet.tables[0].columns.map((column) => column.type);`,
    ];
    writeFileSync(join(project, "index.ts"), program.join("\n"));
    const ways = [
      // The compiler written in Go is five times as fast, and does without this way.
      ["node10", "commonjs", "typescript", "--ignoreDeprecations", "6.0"],
      ["node16", "node16", "typescript-7"],
      ["bundler", "esnext", "typescript-7"],
    ];
    const reported = ways.map(([resolution = "", module = "", compiler = "", ...more]) => {
      const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", ...more];
      const modules = ["--module", module, "--moduleResolution", resolution, "--resolveJsonModule"];
      const { stdout } = spawnSync(
        process.execPath,
        [resolve("node_modules", compiler, "bin/tsc"), ...options, ...modules, "index.ts"],
        { cwd: project, encoding: "utf8" },
      );
      return `${resolution}: ${stdout}`;
    });
    assert.deepEqual(
      reported,
      ways.map(([resolution = ""]) => `${resolution}: `),
    );
  });

  it("has the tables of facts and the queries over them, for a program to load", () => {
    const script = [
      `const fleet = require("pulumi-agentid/fleet/tables.json");`,
      `const read = (name) => require("fs").readFileSync(require.resolve("pulumi-agentid/fleet/" + name), "utf8");`,
      `const names = [...fleet.joined.map((table) => "joined/" + table), ...fleet.rules.map((rule) => "rules/" + rule)];`,
      `const queries = names.map((name) => read(name + ".sql"));`,
      `console.log(fleet.tables.length, queries.every((query) => query.includes("SELECT")));`,
    ];
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", script.join("\n")], {
      cwd: installed("queries"),
      encoding: "utf8",
    });
    assert.deepEqual([stdout, stderr], [`${factTableNames.length} true\n`, ""]);
  });

  it("brings no compiler by which a program would be compiled, and reads one that has none itself", () => {
    const dependencies = Object.keys(manifest.dependencies);
    assert.deepEqual(
      dependencies.filter((name) => /^(?:typescript|ts-node|tsx|@types\/.*)$/.test(name)),
      [],
    );
    const program = [
      `const aws = require("@pulumi/aws");`,
      `aws.ec2.getAmiOutput({ owners: ["self"] }).id.apply((id) => {`,
      `  if (id !== "") new aws.iam.User("more");`,
      `});`,
    ];
    const judged = ["lone", "beside"].map((name) => {
      const project = installed(name, name === "lone" ? ["typescript", "ts-node"] : []);
      writeFileSync(join(project, "Pulumi.yaml"), "name: desk\nruntime: nodejs\nmain: index.js\n");
      writeFileSync(join(project, "index.js"), program.join("\n"));
      const command = "node_modules/pulumi-agentid/dist/cli/main.js";
      const { status, stdout, stderr } = spawnSync(process.execPath, [command, "check", "."], {
        cwd: project,
        encoding: "utf8",
      });
      return [status, stdout, stderr];
    });
    const [lone = [], beside] = judged;
    assert.deepEqual(lone, beside);
    assert.deepEqual(lone[0], 3, String(lone));
    assert.match(String(lone[1]), /index\.js:2/);
  });

  it("loads the report's picture, the formats of credentials, a compiler and Kubernetes only where they are used", () => {
    const formats = ["@secretlint/core", "@secretlint/secretlint-rule-preset-recommend"];
    const project = installed("light", ["@viz-js/viz", ...formats, "@pulumi/kubernetes"]);
    // The SDK loads the compiler of the program by itself.
    const late = String.raw`/@viz-js|@secretlint|@pulumi[/]kubernetes|commands[/]typescript[.]js/`;
    const script = [
      `require("pulumi-agentid");`,
      `require("pulumi-agentid/policy-pack").policies();`,
      `const loaded = Object.keys(require.cache);`,
      `console.log(loaded.length > 100, loaded.filter((file) => ${late}.test(file)));`,
    ];
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
    const loaded = run("-e", script.join("\n"));
    assert.deepEqual([loaded.stdout, loaded.stderr], ["true []\n", ""]);
    writeFileSync(join(project, "account.yaml"), account);
    const command = "node_modules/pulumi-agentid/dist/cli/main.js";
    const checked = run(command, "check", "account.yaml");
    assert.deepEqual([checked.status, checked.stderr], [0, ""], checked.stdout);
    // The same install cannot do what uses them.
    const picture = run(command, "check", "account.yaml", "--report", "html=report.html");
    assert.equal(picture.status, 2);
    assert.match(picture.stderr, /@viz-js\/viz/);
    writeFileSync(join(project, "pod.yaml"), pod);
    const searched = run(command, "check", "pod.yaml");
    assert.equal(searched.status, 2);
    assert.match(searched.stderr, /@secretlint\/core/);
  });

  it("names in a sentence the package that the components lack, while command and pack run without", async () => {
    const project = installed("lacking", optional);
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, args, { cwd: project, encoding: "utf8" });
    const components = run("-e", `require("pulumi-agentid")`);
    assert.match(
      components.stderr,
      /the components of pulumi-agentid need `@pulumi\/aws`, which is not installed; add it to the program's package.json/,
    );
    assert.doesNotMatch(components.stderr, /MODULE_NOT_FOUND|Require stack/);
    writeFileSync(join(project, "account.yaml"), account);
    const command = run("node_modules/pulumi-agentid/dist/cli/main.js", "check", "account.yaml");
    assert.deepEqual([command.status, command.stderr], [0, ""], command.stdout);
    // The engine runs a pack in its folder.
    const pack = spawn(process.execPath, ["dist/pack.js"], {
      cwd: join(project, "node_modules/pulumi-agentid/policy-pack"),
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [port] = (await once(pack.stdout, "data")) as [Buffer];
    pack.kill();
    assert.match(port.toString("utf8"), /^\d+\n/, "the port at which the engine finds it");
  });
});

const account = `apiVersion: v1
kind: ServiceAccount
metadata:
  name: triage
  namespace: acme
automountServiceAccountToken: false
`;

const pod = `apiVersion: v1
kind: Pod
metadata:
  name: triage
  namespace: acme
spec:
  containers:
    - name: triage
      image: triage
      env: [{ name: TOKEN, value: ghp_016C7e42AbCdEf0123456789aBcDeF012345 }]
`;

/** Names of the packages in a folder of modules, but for our own. */
function modulesIn(folder: string): readonly string[] {
  return readdirSync(folder).flatMap((name) => {
    if (name.startsWith(".") || name === manifest.name) return [];
    return name.startsWith("@")
      ? readdirSync(join(folder, name)).map((each) => `${name}/${each}`)
      : [name];
  });
}

function foldersOf(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === "." ? [] : [folder, ...foldersOf(folder)];
}
