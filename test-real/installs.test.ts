/*
 * Our package beside a project that exists: its program gets the compiler that it got, and does what it did.
 *
 * A compiler matters since Pulumi's host takes whatever `typescript` and `ts-node` it finds by name, else its own TypeScript 3.8. So each
 * project is made as Pulumi's templates have it, installed without ours and previewed with its types checked; then ours is added
 * by the same package manager, and all is compared. The language host is the stand-in over the SDK's own `cmd/run`.
 *
 * Rows pair every package manager with every form, and with a compiler of the project and without, not the full product. Left
 * out are the other cells, Yarn's Plug'n'Play, which Pulumi's host cannot load from, and programs that Bun runs.
 */
import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { checkout } from "./support/checkout";
import { runCommand } from "./support/command";
import { packedTarball } from "./support/installation";
import { packagesByName, weightOf, type Weight } from "./support/installed-packages";
import { addPackage, installDeclared, type PackageManager } from "./support/package-managers";
import { openProject, type Project } from "./support/project";
import { temporaryFolder } from "./support/temporary";
import { writeProject, type UserProject } from "./support/user-projects";

const node = { "@types/node": "^18" };
const typescript5 = { ...node, typescript: "^5.0.0" };
const node14 = { "@types/node": "^14" };
const esModules = { ...typescript5, "ts-node": "^10.9.2" };
const ownCompiler = "typescript/lib/typescript.js";
const vendored = "@pulumi/pulumi/vendor/typescript@3.8.3/typescript.js";

interface Row extends UserProject {
  readonly manager: PackageManager;
  /** Whether the program is a package of a workspace. */
  readonly inWorkspace?: true;
  /** The file of the compiler that the program gets. */
  readonly compiler: string;
}

const rows: Readonly<Record<string, Row>> = {
  "npm, today's template": {
    ...{ manager: "npm", form: "nodenext", own: typescript5, compiler: ownCompiler },
  },
  "npm, an earlier template without a compiler": {
    ...{ manager: "npm", form: "commonjs", own: node14, compiler: vendored },
  },
  // The SDK has a compiler of a program in JavaScript too, to serialise functions.
  "npm, JavaScript": { manager: "npm", form: "JavaScript", compiler: vendored },
  "npm, ES modules by bundler": {
    ...{ manager: "npm", form: "ES modules, bundler", own: esModules, compiler: ownCompiler },
  },
  "npm workspaces, without a compiler": {
    ...{ manager: "npm", inWorkspace: true, form: "commonjs", own: node14, compiler: vendored },
  },
  "pnpm, today's template with TypeScript 6": {
    ...{ manager: "pnpm", form: "nodenext", own: { ...node, typescript: "^6.0.3" } },
    ...{ compiler: ownCompiler },
  },
  "pnpm, an earlier template without a compiler": {
    ...{ manager: "pnpm", form: "commonjs", own: node14, compiler: vendored },
  },
  "Yarn, ES modules by nodenext": {
    ...{ manager: "yarn", form: "ES modules, nodenext", own: esModules, compiler: ownCompiler },
  },
  "Yarn, an earlier template without a compiler": {
    ...{ manager: "yarn", form: "commonjs", own: node14, compiler: vendored },
  },
  "Yarn Classic, node16 with TypeScript 4.9": {
    ...{ manager: "yarn classic", form: "node16", own: { ...node, typescript: "~4.9.5" } },
    ...{ compiler: ownCompiler },
  },
  "Yarn Classic, an earlier template without a compiler": {
    ...{ manager: "yarn classic", form: "commonjs", own: node14, compiler: vendored },
  },
};

/** A row's project before and after our package came. */
interface Observed {
  readonly packages: Readonly<Record<string, string>>;
  readonly run: Run;
}

/** What a run of the program shows. */
interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The parts of a compiler that the process of the program had loaded. */
  readonly compilers: readonly string[];
}

interface Outcome {
  readonly before: Observed;
  readonly after: Observed;
  readonly check: Run;
  /** Whether the installed command is the one that was built. */
  readonly isCurrent: boolean;
}

/** Names by which a host or a compiler takes a package, its own or another's dependency. */
const hosts = /^(?:typescript|ts-node|tsx|@swc\/core|esbuild|@types\/.*|@pulumi\/(?!policy$).*)$/;

describe("our package beside a project that exists", () => {
  let outcomes: Readonly<Record<string, () => Promise<Outcome>>>;

  before(async () => {
    const tarball = await packedTarball(temporaryFolder());
    outcomes = startedInPairs(rows, (row) => observe(row, tarball));
  });

  for (const [name, row] of Object.entries(rows)) {
    it(`changes nothing: ${name}`, async () => {
      const { before, after, check, isCurrent } = await (
        outcomes[name] as () => Promise<Outcome>
      )();
      assert.ok(isCurrent, "it is not the package that was built");
      assert.equal(before.run.exitCode, 0, before.run.stdout + before.run.stderr);
      assert.match(before.run.stdout, /seats *: *3/);
      const [compiler] = before.run.compilers.filter((each) => !/\/?ts-node/.test(each));
      assert.equal(compiler?.split(" ")[0], row.compiler, before.run.compilers.join("\n"));
      assert.deepEqual(after.run, before.run);
      const { packages } = before;
      assert.deepEqual(
        Object.entries(packages).filter(([each, version]) => after.packages[each] !== version),
        [],
      );
      const added = Object.keys(after.packages).filter((each) => !(each in packages));
      assert.ok(added.includes("pulumi-agentid"));
      assert.deepEqual(
        added.filter((each) => hosts.test(each)),
        [],
      );
      assert.equal(check.exitCode, 0, check.stdout + check.stderr);
      assert.match(check.stdout, /^\S*: passed/m);
      // Offline, a program in JavaScript is run without a compiler.
      const compilers = row.form === "JavaScript" ? ["none"] : before.run.compilers;
      assert.deepEqual(check.compilers, compilers);
    });
  }
});

describe("our package in a program with AWS alone", () => {
  let project: Project;
  let modules: string;
  let weights: readonly [Weight, Weight];

  before(async () => {
    const root = temporaryFolder();
    modules = join(root, "node_modules");
    const besides = ["@pulumi/policy", "@pulumi/aws"];
    const files = { "index.ts": onEcs };
    writeProject(root, { form: "nodenext", own: typescript5, besides, files });
    await installDeclared("npm", root);
    const alone = weightOf(modules);
    await addPackage("npm", await packedTarball(temporaryFolder()), root);
    weights = [alone, weightOf(modules)];
    project = await openProject(root);
  });

  it("adds at most 40 MB beside Pulumi's own packages, and none of Pulumi's", () => {
    const [alone, beside] = weights;
    const megabytes = (beside.bytes - alone.bytes) / 1e6;
    const numbers = `${megabytes.toFixed(1)} MB, ${beside.count - alone.count} packages`;
    assert.ok(megabytes > 1 && megabytes <= 40, numbers);
    assert.ok(beside.count - alone.count <= 40, numbers);
    assert.ok(!("@pulumi/kubernetes" in packagesByName([modules])));
  });

  it("compiles and runs without `@pulumi/kubernetes`, all types checked", async () => {
    const { exitCode, stdout, stderr } = await preview(project);
    assert.equal(exitCode, 0, stdout + stderr);
    assert.match(stdout, /agentid:index:Agent triage create/);
    const compiler = join(checkout, "node_modules/typescript-7/bin/tsc");
    const checked = await runCommand(process.execPath, [compiler, "--noEmit", "-p", "."], {
      cwd: project.directory,
      env: { PATH: process.env["PATH"] },
    });
    assert.equal(checked.exitCode, 0, checked.stdout);
  });

  it("names what is missing, and the component, where one makes an object in Kubernetes", async () => {
    project.write({ "index.ts": onEks });
    const { exitCode, stdout } = await preview(project);
    assert.notEqual(exitCode, 0);
    assert.match(
      stdout,
      /tenant `acme` makes objects in Kubernetes and needs `@pulumi\/kubernetes`, which is not installed; add it to the program's package.json/,
    );
  });
});

const onEcs = `import * as agentid from "pulumi-agentid";
const acme = new agentid.Tenant("acme", {
  federation: { ecs: { account: "111122223333", region: "eu-central-1" } },
});
export const role = new agentid.Agent("triage", { tenant: acme.ref, subject: { ecs: {} } }).roleArn;
`;

const issuer = "oidc.eks.eu-central-1.amazonaws.com/id/ABC";
const onEks = `import * as agentid from "pulumi-agentid";
const providerArn = "arn:aws:iam::111122223333:oidc-provider/${issuer}";
const eksIrsa = { providerArn, issuer: "https://${issuer}" };
export const tenant = new agentid.Tenant("acme", { federation: { eksIrsa } }).name;
`;

async function observe(row: Row, tarball: string): Promise<Outcome> {
  const root = temporaryFolder();
  const folder = row.inWorkspace === true ? join(root, "infra") : root;
  writeProject(folder, row);
  if (row.inWorkspace === true) {
    rmSync(join(folder, "yarn.lock"));
    const workspaces = { name: "all", private: true, workspaces: ["infra"] };
    writeFileSync(join(root, "package.json"), JSON.stringify(workspaces));
  }
  await installDeclared(row.manager, root);
  const project = await openProject(folder);
  const see = async (): Promise<Observed> => ({
    packages: packagesByName(
      [...new Set([root, folder])].map((each) => join(each, "node_modules")),
    ),
    run: await preview(project),
  });
  const before = await see();
  await addPackage(row.manager, tarball, folder);
  const after = await see();
  const own = join(
    createRequire(join(folder, "any.js")).resolve("pulumi-agentid/package.json"),
    "..",
  );
  const command = "dist/cli/commands/index.js";
  return {
    before,
    after,
    check: await check(project, own),
    isCurrent:
      readFileSync(join(own, command), "utf8") === readFileSync(join(checkout, command), "utf8"),
  };
}

/** A preview that checks types, as it does where the user sets nothing. */
function preview(project: Project): Promise<Run> {
  return withCompilers((env) =>
    project.preview({
      args: ["--suppress-progress"],
      env: { ...env, PULUMI_NODEJS_TRANSPILE_ONLY: "" },
    }),
  );
}

function check({ directory }: Project, own: string): Promise<Run> {
  return withCompilers((env) =>
    runCommand(process.execPath, [join(own, "dist/cli/main.js"), "check", "."], {
      cwd: directory,
      env: { PATH: process.env["PATH"], NO_COLOR: "1", ...env },
    }),
  );
}

async function withCompilers(
  run: (env: Readonly<Record<string, string>>) => Promise<Omit<Run, "compilers">>,
): Promise<Run> {
  const file = join(temporaryFolder(), "compilers");
  writeFileSync(file, "");
  const { exitCode, stdout, stderr } = await run({
    AGENTID_COMPILERS: file,
    NODE_OPTIONS: `--require ${join(__dirname, "support/loaded-compilers.cjs")}`,
  });
  const lines = readFileSync(file, "utf8").split("\n");
  return { exitCode, stdout, stderr, compilers: [...new Set(lines)].filter((line) => line !== "") };
}

/** Starts work for each entry, two at a time and in order; each is waited for on its own. */
function startedInPairs<Given, Made>(
  entries: Readonly<Record<string, Given>>,
  work: (given: Given) => Promise<Made>,
): Readonly<Record<string, () => Promise<Made>>> {
  const lanes: [Promise<unknown>, Promise<unknown>] = [Promise.resolve(), Promise.resolve()];
  return Object.fromEntries(
    Object.entries(entries).map(([name, given], index) => {
      const lane = index % 2;
      const made = (lanes[lane] as Promise<unknown>).then(() => work(given));
      lanes[lane] = made.catch(() => undefined);
      return [name, () => made];
    }),
  );
}
