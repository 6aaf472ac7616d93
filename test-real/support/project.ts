import {
  cpSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { parseDocument, Scalar } from "yaml";
import { checkout } from "./checkout";
import { runCommand, type CommandResult } from "./command";
import type { Configuration } from "./configuration";
import { makeStack } from "./empty-stack";
import type { Files } from "./files";
import { asJavaScript } from "./javascript";
import { temporaryFolder } from "./temporary";
import { toolsEnvironment } from "./tools";

/** How to run the engine. */
export interface RunOptions {
  /** The folder of a policy pack. */
  readonly policyPack?: string;
  /** The pack's configuration; by default none is passed. */
  readonly policyPackConfig?: unknown;
  /** URNs to limit the run to. */
  readonly target?: readonly string[];
  /** Further arguments of the command. */
  readonly args?: readonly string[];
  /** Further environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** Takes the process id of the engine. */
  readonly onStart?: (pid: number) => void;
}

/** How a run of the engine ended. */
export interface RunResult extends CommandResult {
  /** The URNs of what the stand-in providers created, in order. */
  readonly created: readonly string[];
}

/** One resource of an exported stack. */
export interface StateResource {
  readonly urn: string;
  readonly type: string;
  readonly id?: string;
  readonly protect?: boolean;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** A Pulumi project of its own, with a stack `dev` in a backend of its own. */
export interface Project {
  readonly directory: string;
  /** The environment with the engine's stack. */
  readonly environment: NodeJS.ProcessEnv;
  preview(options?: RunOptions): Promise<RunResult>;
  /** Updates the stack. The preview before it is left out, as with `--skip-preview`, unless requested. */
  up(options?: RunOptions & { readonly withPreview?: boolean }): Promise<RunResult>;
  /** Destroys the stack. */
  destroy(options?: RunOptions): Promise<RunResult>;
  /** Has a policy pack judge the current stack. */
  analyze(policyPack: string): Promise<CommandResult>;
  configure(configuration: Configuration): Promise<void>;
  /** The resources of the current stack, as the backend stores them: secrets are encrypted. */
  resources(): readonly StateResource[];
  /** What `pulumi stack export --show-secrets` prints. */
  stackExportText(): Promise<string>;
  /** Replaces or adds files of the program. */
  write(files: Files): void;
  urn(type: string, name: string): string;
}

const TSCONFIG = {
  compilerOptions: {
    target: "es2022",
    module: "nodenext",
    moduleResolution: "nodenext",
    rootDir: ".",
    strict: true,
    skipLibCheck: true,
    types: ["node"],
  },
};

/**
 * Makes a project from the files of a program; `Pulumi.yaml`, package.json and tsconfig.json are added where absent.
 * Their TypeScript is compiled, see {@link asJavaScript}.
 *
 * @param modules the node_modules it uses; by default the checkout's
 */
export async function newProject(
  files: Files,
  modules = join(checkout, "node_modules"),
): Promise<Project> {
  const directory = join(temporaryFolder(), "program");
  writeFiles(
    directory,
    asJavaScript({
      "Pulumi.yaml": "name: demo\nruntime: nodejs\n",
      "package.json": JSON.stringify({ name: "demo", private: true }),
      "tsconfig.json": JSON.stringify(TSCONFIG),
      ...files,
    }),
  );
  symlinkSync(modules, join(directory, "node_modules"));
  return openProject(directory, asJavaScript);
}

/**
 * Makes a project from a copy of a folder of the checkout, such as `examples/support-desk`.
 *
 * @param modules the node_modules it uses; by default the checkout is around the copy as around the original
 */
export async function copyProject(path: string, modules?: string): Promise<Project> {
  return openProject(copyOf(path, modules));
}

/** The same of a program that many updates run and whose TypeScript is compiled once, see {@link asJavaScript}. */
export async function copyCompiled(path: string): Promise<Project> {
  const directory = copyOf(path);
  const files = readdirSync(directory).filter((name) => /\.ts$|^Pulumi\.yaml$/.test(name));
  const read = files.map((name) => [name, readFileSync(join(directory, name), "utf8")] as const);
  for (const name of files) rmSync(join(directory, name));
  writeFiles(directory, asJavaScript(Object.fromEntries(read)));
  return openProject(directory, asJavaScript);
}

function copyOf(path: string, modules?: string): string {
  const root = temporaryFolder();
  const directory = join(root, path);
  cpSync(join(checkout, path), directory, {
    recursive: true,
    filter: (file) => basename(file) !== "node_modules",
  });
  if (modules === undefined) {
    for (const name of ["node_modules", "package.json", "dist", "docs"]) {
      symlinkSync(join(checkout, name), join(root, name));
    }
  } else {
    symlinkSync(modules, join(root, "node_modules"));
    writeFiles(root, { "package.json": JSON.stringify({ name: "user", private: true }) });
  }
  return directory;
}

/** Makes the folder of a policy pack from its code, a CommonJS module. */
export function newPolicyPack(code: string): string {
  const directory = join(temporaryFolder(), "pack");
  writeFiles(directory, {
    "PulumiPolicy.yaml": "runtime: nodejs\n",
    "package.json": JSON.stringify({ name: "pack", version: "0.0.1", main: "index.js" }),
    "index.js": code,
  });
  symlinkSync(join(checkout, "node_modules"), join(directory, "node_modules"));
  return directory;
}

/**
 * Opens a project that exists, with a stack of its own.
 *
 * @param prepare what is done to files before they are written
 */
export async function openProject(
  directory: string,
  prepare = (files: Files): Files => files,
): Promise<Project> {
  const settings = readFileSync(join(directory, "Pulumi.yaml"), "utf8");
  const name = /^name: *(\S+)/m.exec(settings)?.[1] ?? basename(directory);
  const side = temporaryFolder();
  const log = join(side, "log");
  const state = join(side, "state");
  mkdirSync(state);
  let configured: Configuration = {};
  const base = {
    ...toolsEnvironment(),
    PULUMI_BACKEND_URL: `file://${state}`,
    AGENTID_LOG: log,
  };

  const pulumi = (
    args: readonly string[],
    { env, onStart }: Pick<RunOptions, "env" | "onStart"> = {},
  ) =>
    runCommand("pulumi", ["--non-interactive", ...args], {
      cwd: directory,
      env: { ...base, ...env },
      ...(onStart && { onStart }),
    });

  const mustPulumi = async (args: readonly string[]): Promise<CommandResult> => {
    const result = await pulumi(args);
    if (result.exitCode !== 0) {
      throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${result.stdout}${result.stderr}`);
    }
    return result;
  };

  const stackExportText = async (): Promise<string> =>
    (await mustPulumi(["stack", "export", "--show-secrets", "--stack", "dev"])).stdout;

  const engine = async (args: readonly string[], options: RunOptions): Promise<RunResult> => {
    const all = [...args, "--stack", "dev", ...(options.args ?? [])];
    if (options.policyPack !== undefined) all.push("--policy-pack", options.policyPack);
    if (options.policyPackConfig !== undefined) {
      const file = join(side, "policy-config.json");
      writeFileSync(file, JSON.stringify(options.policyPackConfig));
      all.push("--policy-pack-config", file);
    }
    for (const urn of options.target ?? []) all.push("--target", urn);
    writeFileSync(log, "");
    const result = await pulumi(all, options);
    return { ...result, created: createdIn(readFileSync(log, "utf8")) };
  };

  await makeStack(name, directory, state);
  return {
    directory,
    environment: base,
    preview: (options = {}) => engine(["preview"], options),
    up: (options = {}) =>
      engine(["up", "--yes", ...(options.withPreview === true ? [] : ["--skip-preview"])], options),
    destroy: (options = {}) => engine(["destroy", "--yes"], options),
    analyze: (policyPack) =>
      pulumi(["policy", "analyze", "--stack", "dev", "--policy-pack", policyPack]),
    configure: async (configuration) => {
      // Settings that exist are not set again, and the engine sets only encrypted ones: each command takes its time.
      const changed = Object.entries(configuration).filter(
        ([key, { value, secret }]) =>
          configured[key]?.value !== value || configured[key].secret !== secret,
      );
      if (changed.length === 0) return;
      const [secret, plain] = [true, false].map((is) =>
        changed.filter(([, setting]) => setting.secret === is),
      ) as [typeof changed, typeof changed];
      if (secret.length > 0) {
        const args = secret.map(([key, { value }]) => `--secret=${key}=${value}`);
        await mustPulumi(["config", "set-all", "--stack", "dev", ...args]);
      }
      setPlain(join(directory, "Pulumi.dev.yaml"), plain);
      configured = { ...configured, ...configuration };
    },
    resources: () => resourcesIn(join(state, ".pulumi/stacks", name, "dev.json")),
    stackExportText,
    write: (files) => {
      writeFiles(directory, prepare(files));
    },
    urn: (type, resource) => `urn:pulumi:dev::${name}::${type}::${resource}`,
  };
}

/** Sets what need not be encrypted, each in quotes: the engine takes a day without them for a point in time. */
function setPlain(file: string, settings: readonly (readonly [string, { value: string }])[]): void {
  if (settings.length === 0) return;
  const document = parseDocument(readFileSync(file, "utf8"));
  for (const [key, { value }] of settings) {
    const quoted = new Scalar(value);
    quoted.type = Scalar.QUOTE_DOUBLE;
    document.setIn(["config", key], quoted);
  }
  writeFileSync(file, document.toString());
}

function resourcesIn(file: string): readonly StateResource[] {
  const { checkpoint } = JSON.parse(readFileSync(file, "utf8")) as {
    checkpoint: { latest?: { resources?: StateResource[] } };
  };
  return checkpoint.latest?.resources ?? [];
}

function createdIn(log: string): readonly string[] {
  return log.split("\n").flatMap((line) => (line.startsWith("create ") ? [line.slice(7)] : []));
}

function writeFiles(directory: string, files: Files): void {
  for (const [path, text] of Object.entries(files)) {
    const file = join(directory, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}
