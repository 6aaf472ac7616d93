import { existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Parsed } from "../yaml-text";
import type { Configuration } from "./configuration";
import { plainRecord } from "./plain";
import { notInstalled } from "./not-installed";
import { preludeFor } from "./prelude";
import type { Project } from "./project";
import { ORGANIZATION_STAND_IN } from "./stand-in-texts";

/** A Node process: its arguments, working folder and environment. */
export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const RUNNER = "@pulumi/pulumi/cmd/run";

/**
 * The command by which the program's own Pulumi SDK runs it against a monitor.
 *
 * @param goesOn whether the program receives placeholders for configuration that it requires and that has no value
 * @param typecheck whether a program whose types do not check fails, which takes longer than most programs run
 */
export function programCommand(
  project: Project,
  configuration: Configuration,
  {
    monitor,
    typecheck,
    goesOn,
  }: { readonly monitor: string; readonly typecheck: boolean; readonly goesOn: boolean },
): Parsed<Command> {
  const runner = findRunner(project.programDirectory);
  if (runner === undefined) {
    return {
      kind: "problem",
      problem: notInstalled(project.programDirectory),
    };
  }
  const slash = configuration.stack.indexOf("/");
  const organization = slash > 0 ? configuration.stack.slice(0, slash) : ORGANIZATION_STAND_IN;
  const stack = configuration.stack.slice(configuration.stack.lastIndexOf("/") + 1);
  const args = [
    ...project.nodeArguments,
    ...["-e", preludeFor(runner, configuration.unread !== "", goesOn), "--"],
    ...["--monitor", monitor],
    ...["--engine", monitor],
    ...["--organization", organization],
    ...["--project", project.name],
    ...["--root-directory", project.root],
    ...["--stack", stack],
    ...["--pwd", project.programDirectory],
    ...["--dry-run", "true"],
    ...["--parallel", "16"],
    entryOf(project),
  ];
  const env = {
    ...inheritedEnvironment(),
    PULUMI_CONFIG: JSON.stringify(configuration.values),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(configuration.secretKeys),
    PULUMI_NODEJS_TYPESCRIPT: String(project.typescript && hasTypeScript(project)),
    // Without it the settings of the program's compiler decide, as in a real preview.
    ...(!typecheck && { PULUMI_NODEJS_TRANSPILE_ONLY: "true" }),
    ...(project.tsconfig === undefined ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: project.tsconfig }),
    // The loader of ES modules reads ts-node's own variable.
    TS_NODE_TRANSPILE_ONLY: String(!typecheck),
  };
  return { kind: "ok", value: { args, cwd: project.programDirectory, env } };
}

/** The SDK the program would load; ours only where the program declares no dependencies at all. */
function findRunner(directory: string): string | undefined {
  try {
    return createRequire(join(directory, "program.js")).resolve(RUNNER);
  } catch {
    return declaresDependencies(directory) ? undefined : createRequire(__filename).resolve(RUNNER);
  }
}

function declaresDependencies(directory: string): boolean {
  const file = join(directory, "package.json");
  if (!existsSync(file)) return false;
  try {
    const fields = plainRecord(JSON.parse(readFileSync(file, "utf8")));
    return ["dependencies", "devDependencies", "peerDependencies"].some(
      (kind) => Object.keys(plainRecord(fields[kind])).length > 0,
    );
  } catch {
    return true;
  }
}

/**
 * What the SDK is to load: the package's entry, or the folder itself where the nearest package is not the program's own
 * but one further up, whose entry has nothing to do with it.
 */
function entryOf(project: Project): string {
  const { entry, programDirectory, root } = project;
  if (entry !== ".") return entry;
  const ownPackage = [programDirectory, root].some((folder) =>
    existsSync(join(folder, "package.json")),
  );
  return ownPackage || !hasIndex(programDirectory) ? "." : programDirectory;
}

function hasIndex(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).some((file) => /^index\.[jt]s$/.test(file));
}

/** Without a TypeScript file beside the program, loading the compiler only costs time. */
function hasTypeScript(project: Project): boolean {
  if (project.tsconfig !== undefined || /\.[cm]?tsx?$/.test(project.entry)) return true;
  const files = existsSync(project.programDirectory) ? readdirSync(project.programDirectory) : [];
  return files.some((file) => file === "tsconfig.json" || /(?<!\.d)\.[cm]?tsx?$/.test(file));
}

/**
 * This process's environment without what would redirect the program's SDK (another monitor, a service, tracing) or slow it
 * down (coverage of the checker's own tests).
 */
function inheritedEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(PULUMI_|OTEL_|TRACEPARENT$|NODE_V8_COVERAGE$|NODE_CHANNEL_)/.test(name),
    ),
  );
}
