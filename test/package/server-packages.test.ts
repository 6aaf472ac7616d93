import assert from "node:assert/strict";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import manifest from "../../package.json";
import { spireKey } from "../broker/support/desk";

/** Most bytes that the package of an agent or a tool installs, with its dependencies. */
const most = 3_000_000;

const names = ["pulumi-agentid-agent", "pulumi-agentid-broker", "pulumi-agentid-tool"];

/** What a package.json has for npm and for programs. */
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines?: Readonly<Record<string, string>>;
  readonly exports?: unknown;
  readonly bin?: string | Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

describe("the packages for servers", () => {
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "agentid-servers-"));
    execFileSync(process.execPath, ["scripts/server-packages.mjs", join(folder, "packages")]);
  });

  after(() => rmSync(folder, { recursive: true }));

  const packaged = (name: string): string => join(folder, "packages", name);

  /** A folder with one of the packages and what npm installs with it, and other packages with theirs. */
  function installed(name: string, others: readonly string[] = []): string {
    const project = mkdtempSync(join(folder, "project-"));
    cpSync(packaged(name), join(project, "node_modules", name), { recursive: true });
    for (const each of [...neededBy(packaged(name)), ...others.flatMap(withNeeded)]) {
      install(each, project);
    }
    return project;
  }

  const run = (cwd: string, ...args: readonly string[]) =>
    spawnSync(process.execPath, args, { cwd, encoding: "utf8" });

  it("have the version, licence and Node versions of pulumi-agentid", () => {
    assert.deepEqual(readdirSync(join(folder, "packages")).sort(), names);
    for (const name of names) {
      const { version, license, engines, ...own } = manifestOf(packaged(name));
      assert.deepEqual(
        { name: own.name, version, license, engines },
        { name, version: manifest.version, license: manifest.license, engines: manifest.engines },
      );
      for (const file of ["README.md", "LICENSE"]) {
        assert.ok(existsSync(join(packaged(name), file)), `${name}: ${file}`);
      }
    }
  });

  it("take what they import in the versions that pulumi-agentid takes", () => {
    const known: Readonly<Record<string, string>> = {
      ...manifest.peerDependencies,
      ...manifest.dependencies,
    };
    const dependencies = names.map((name) => manifestOf(packaged(name)).dependencies);
    assert.deepEqual(
      dependencies.map((each) => Object.keys(each ?? {})),
      [
        ["jose"],
        ["@cedar-policy/cedar-wasm", "commander", "jose", "pg-connection-string", "yaml"],
        ["jose"],
      ],
    );
    const { peerDependencies = {}, peerDependenciesMeta = {} } = manifestOf(
      packaged("pulumi-agentid-broker"),
    );
    assert.deepEqual(Object.keys(peerDependencies), [
      ...["@aws-sdk/client-sts", "@aws-sdk/rds-signer", "@opentelemetry/api"],
      ...["libsql", "openid-client", "pg", "prom-client"],
    ]);
    for (const [name, range] of [...dependencies, peerDependencies].flatMap((each) =>
      Object.entries(each ?? {}),
    )) {
      assert.equal(range, known[name], name);
    }
    for (const name of Object.keys(peerDependencies)) {
      assert.deepEqual(peerDependenciesMeta[name], { optional: true }, name);
    }
  });

  it("install at most 3 MB for an agent or a tool", () => {
    for (const name of ["pulumi-agentid-agent", "pulumi-agentid-tool"]) {
      const bytes = [packaged(name), ...neededBy(packaged(name))].map(sizeOf);
      const size = bytes.reduce((sum, each) => sum + each, 0);
      assert.ok(size > 100_000 && size < most, `${name}: ${size} bytes`);
    }
  });

  it("install neither TypeScript nor Pulumi, secretlint or Graphviz", () => {
    const heavy = /^(?:typescript$|@pulumi\/|@secretlint\/|@viz-js\/)/;
    for (const name of names) {
      const packages = neededBy(packaged(name)).map((each) => manifestOf(each).name);
      assert.deepEqual(
        packages.filter((each) => heavy.test(each)),
        [],
      );
      const files = readdirSync(packaged(name), { recursive: true, encoding: "utf8" });
      for (const file of files.filter((each) => each.endsWith(".js"))) {
        const loaded = [
          ...readFileSync(join(packaged(name), file), "utf8").matchAll(
            /\b(?:require|import)\("([^"]+)"\)/g,
          ),
        ].map(([, each = ""]) => each);
        assert.deepEqual(
          loaded.filter((each) => heavy.test(each)),
          [],
          file,
        );
      }
    }
  });

  it("export what pulumi-agentid exports, with no package but their dependencies", () => {
    for (const part of ["agent", "tool"]) {
      const name = `pulumi-agentid-${part}`;
      const script = `console.log(Object.keys(require("${name}")).sort().join())`;
      const project = installed(name);
      const { stdout, stderr } = run(project, "-e", script);
      assert.equal(stderr, "");
      const same = run(".", "-e", script.replace(name, resolve("dist", part, "index.js")));
      assert.equal(stdout, same.stdout);
      assert.match(stdout, /tokenFile/);
      const module = `import { tokenFile } from "${name}"; console.log(typeof tokenFile);`;
      assert.equal(
        run(project, "--input-type=module", "-e", module).stdout,
        "function\n",
        "its names in an ES module",
      );
    }
  });

  it("have types that compile with Node's types alone", () => {
    for (const part of ["agent", "tool"]) {
      const name = `pulumi-agentid-${part}`;
      const project = installed(name, ["@types/node"]);
      const program = {
        agent: `import { exchange } from "${name}";
export const issued: Promise<{ readonly token: string }> = exchange(
  { issuer: "https://b.example", workloadToken: () => "" },
  { subjectToken: () => "", audience: "acme.triage" },
);
// @ts-expect-error: the issuer is missing, so the types are read.
void exchange({}, {});
`,
        tool: `import { callVerifier } from "${name}";
export const url: string = callVerifier({ issuer: "https://b.example", resource: "https://t.example" })
  .metadataUrl.href;
// @ts-expect-error: the resource is missing, so the types are read.
void callVerifier({ issuer: "https://b.example" });
`,
      }[part];
      writeFileSync(join(project, "index.ts"), program ?? "");
      // The strictest way: what it finds, a bundler finds too.
      const options = ["--noEmit", "--strict", "--target", "es2022", "--types", "node"];
      const compiler = resolve("node_modules/typescript-7/bin/tsc");
      const { stdout } = run(project, compiler, ...options, "--module", "node16", "index.ts");
      assert.equal(stdout, "", name);
    }
  });

  describe("the command of the broker", () => {
    const command = "node_modules/pulumi-agentid-broker/dist/broker.js";

    let project: string;
    before(async () => {
      project = installed("pulumi-agentid-broker");
      const keys = { keys: [(await spireKey).jwk] };
      writeFileSync(join(project, "keys.json"), JSON.stringify(keys));
      writeFileSync(join(project, "broker.yaml"), configuration);
    });

    it("has the commands of `agentid` that concern a broker", () => {
      assert.equal(run(project, command, "--version").stdout, `${manifest.version}\n`);
      const { stdout } = run(project, command, "--help");
      assert.deepEqual(
        [...stdout.matchAll(/^ {2}([a-z]+) /gm)].map(([, each]) => each),
        ["broker", "approve", "revoke", "credentials", "trail", "help"],
      );
    });

    it("checks a configuration, and names the package that a state needs", () => {
      const checked = run(project, command, "broker", "--config", "broker.yaml", "--check");
      assert.deepEqual(
        [checked.stdout, checked.stderr],
        ["task broker of tenant acme: 1 agents and orchestrators, 1 tools, 1 grants\n", ""],
      );
      const started = run(project, command, "broker", "--config", "broker.yaml");
      assert.match(
        started.stderr,
        /cannot start the broker: the package `libsql` is not installed; run `npm install libsql`/,
      );
    });

    it("starts a broker that decides", async () => {
      withNeeded("libsql").forEach((each) => install(each, project));
      const broker = spawn(process.execPath, [command, "broker", "--config", "broker.yaml"], {
        cwd: project,
        stdio: ["ignore", "pipe", "ignore"],
      });
      try {
        const [line] = (await once(broker.stdout, "data")) as [Buffer];
        assert.match(line.toString("utf8"), /policy [0-9a-f]{16}; listens on http:/);
      } finally {
        broker.kill();
      }
      assert.deepEqual(await once(broker, "exit"), [0, null]);
    });
  });
});

const configuration = `tenant: acme
issuer: http://127.0.0.1:1
listen: 127.0.0.1:0
state: { sqlite: state/broker.db }
issuers: [{ name: spire, kind: spiffe, trustDomain: acme.example, keys: keys.json }]
workloads:
  - name: triage
    subjects: [{ issuer: spire, subject: "spiffe://acme.example/triage" }]
tools: [{ name: refunds, resource: "https://refunds.acme.example" }]
grants:
  - caller: triage
    tool: refunds
    intents: [refund]
    maxSeconds: 60
    sensitivity: internal
    approval: none
`;

function manifestOf(folder: string): Manifest {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
}

/** Folders of the packages that npm installs for one, without optional peers. */
function neededBy(folder: string): readonly string[] {
  const found = new Set<string>();
  const add = (from: string): void => {
    const { dependencies, optionalDependencies, ...peers } = manifestOf(from);
    const required = Object.keys(peers.peerDependencies ?? {}).filter(
      (name) => peers.peerDependenciesMeta?.[name]?.optional !== true,
    );
    const optional = Object.keys(optionalDependencies ?? {});
    for (const name of [...Object.keys(dependencies ?? {}), ...required, ...optional]) {
      const place = placeOf(name, from);
      // A dependency for another platform is not installed.
      if (place === undefined && optional.includes(name)) continue;
      assert.ok(place !== undefined, `${from} needs ${name}`);
      if (found.has(place)) continue;
      found.add(place);
      add(place);
    }
  };
  add(folder);
  return [...found];
}

/** Copies a package into another project, without packages inside it. */
function install(from: string, project: string): void {
  const filter = (path: string): boolean => relative(from, path) !== "node_modules";
  cpSync(from, join(project, from), { recursive: true, filter });
}

function withNeeded(name: string): readonly string[] {
  const folder = join("node_modules", name);
  return [folder, ...neededBy(folder)];
}

/** Where Node finds a package for another: in its own folder, or in the project's. */
function placeOf(name: string, from: string): string | undefined {
  return [join(from, "node_modules", name), join("node_modules", name)].find((each) =>
    existsSync(each),
  );
}

/** Bytes of the files of a package, without packages inside it. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => !relative(folder, file).startsWith("node_modules"))
    .reduce((sum, file) => sum + readFileSync(file).length, 0);
}
