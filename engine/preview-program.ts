import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { resolve } from "node:path";
import { Callbacks } from "./program/callbacks";
import { runNode } from "./program/child";
import {
  mayBeUnread,
  configuredValues,
  readConfiguration,
  stackFileName,
  type Configuration,
} from "./program/configuration";
import { missingKey } from "./program/configuration-error";
import { engineService, type ProgramLog } from "./program/engine-service";
import { explainEnding, userFrame, type Run } from "./program/ending";
import { FunctionAnswers } from "./program/function-answers";
import { missingConfiguration, type MissingValue } from "./program/missing-configuration";
import { listen, newServer } from "./program/listen";
import { loadReaders } from "./program/load-readers";
import { programCommand } from "./program/command";
import { monitorService, type Progress } from "./program/monitor";
import type { Preview, PreviewOptions } from "./program/options";
import { unprovenNotes } from "./program/unproven/notes";
import { readProject, type Project } from "./program/project";
import { readReports, type Report } from "./program/prelude";
import { Recorder } from "./program/recorder";
import { Registrations } from "./program/registrations";
import { previewYaml } from "./yaml-program/program";
import { SourcePositions } from "./program/source-positions";
import { RemoteComponents } from "./plugin/made";
import type { Plugin } from "./plugin/plugin-process";
import type { Workshop } from "./program/workshop";
import { messageOf } from "./yaml-text";
import type { Snapshot, SnapshotNote } from "../core/snapshot/resource";
import { isRecord } from "../core/snapshot/value";
import { ROOT_STACK_TYPE } from "./program/urn";

const DEFAULT_TIMEOUT_MS = 300_000;

/** More than components wait for one another in a row. */
const MOST_ROUNDS = 20;

/**
 * Runs a Pulumi program as a preview of a new stack does, without the Pulumi CLI, plugins or cloud credentials.
 *
 * The program runs in a process of its own against a monitor on the loopback interface. Its declarations come back as a
 * snapshot: outputs unknown where such a preview has them unknown, secrets marked, with dependencies and source positions.
 */
export async function previewProgram(options: PreviewOptions): Promise<Preview> {
  const directory = resolve(options.directory);
  const project = readProject(directory, options.file);
  if (project.kind === "problem") return { kind: "could-not-run", reason: project.problem };
  const configuration = readConfiguration(
    project.value,
    options.stack,
    options.config ?? {},
    options.secretConfig,
  );
  if (configuration.kind === "problem") {
    return { kind: "could-not-run", reason: configuration.problem };
  }
  return run(project.value, configuration.value, options);
}

async function run(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
): Promise<Preview> {
  return project.runtime === "yaml"
    ? runYaml(project, configuration, options)
    : runInNode(project, configuration, options);
}

/** Runs a program in YAML, and again once components that it declares are made by their plugins. */
async function runYaml(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
): Promise<Preview> {
  const { plugins = {} } = options;
  const components = new RemoteComponents(new Set(Object.keys(plugins)));
  let workshop: Workshop | undefined;
  try {
    for (let round = 0; ; round++) {
      const parts = partsFor(project, configuration, options, components);
      const { recorder, registrations, functions } = parts;
      const reason = previewYaml({
        project,
        configuration,
        registrations,
        functions,
        isCredentialName: options.isCredentialName ?? (() => false),
      });
      const ready = components.takeReady((urn) => recorder.resource(urn));
      if (ready.size === 0 || round === MOST_ROUNDS) {
        reportMissing(functions, options);
        return reason === undefined
          ? { kind: "snapshot", snapshot: snapshotOf(recorder, configuration) }
          : { kind: "could-not-run", reason };
      }
      workshop ??= await openWorkshop(plugins, configuration, project.programDirectory);
      for (const [urn, request] of ready) {
        const beside = partsFor(project, configuration, options);
        for (const other of recorder.snapshot().resources) {
          if (other.urn !== urn) beside.recorder.add(other);
        }
        try {
          components.add(urn, request, await workshop.make(request, beside.registrations));
        } catch (error) {
          const { file, line, column } = recorder.resource(urn)?.source ?? { file: "", line: 0 };
          const at = file === "" ? "" : `${file}:${line}:${column ?? 1}: `;
          return { kind: "could-not-run", reason: `${at}${messageOf(error)}` };
        }
      }
    }
  } finally {
    await workshop?.close();
  }
}

function snapshotOf(recorder: Recorder, configuration: Configuration): Snapshot {
  const configured = configuredValues(configuration);
  const snapshot = recorder.snapshot();
  return configured.length === 0 ? snapshot : { ...snapshot, configuration: configured };
}

function reportMissing(functions: FunctionAnswers, options: PreviewOptions): void {
  const { missing, programDirectory } = functions;
  if (missing.length > 0) options.onMissingAnswers?.(missing, programDirectory);
}

async function openWorkshop(
  plugins: Readonly<Record<string, Plugin>>,
  configuration: Configuration,
  directory: string,
): Promise<Workshop> {
  // Most programs in YAML have no use for plugins.
  const { Workshop } = await import("./program/workshop.js");
  return new Workshop(plugins, configuration, directory);
}

/** What a program declares into. */
interface Parts {
  readonly positions: SourcePositions;
  readonly recorder: Recorder;
  readonly functions: FunctionAnswers;
  readonly registrations: Registrations;
}

function partsFor(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
  components?: RemoteComponents,
): Parts {
  const positions = new SourcePositions(project.root);
  const stack = configuration.stack.slice(configuration.stack.lastIndexOf("/") + 1);
  const recorder = new Recorder(project.name, stack, positions, options.onProgress);
  for (const note of configuration.notes) recorder.note(note);
  const functions = new FunctionAnswers(
    recorder,
    options.functions ?? [],
    project.programDirectory,
  );
  const registrations = new Registrations(
    recorder,
    functions,
    project.programDirectory,
    configuration,
    options.state,
    components,
  );
  return { positions, recorder, functions, registrations };
}

/** Runs a program in Node, and once more where it lacks configuration, to find all that it lacks. */
async function runInNode(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
): Promise<Preview> {
  const first = await runOnce(project, configuration, options, false);
  if (first.kind === "not-run") return { kind: "could-not-run", reason: first.problem };
  const { run, reports, parts } = first;
  const { recorder, positions, functions } = parts;
  const failure = explainEnding(run);
  if (failure === undefined) {
    reportMissing(functions, options);
    const { programDirectory } = project;
    for (const note of unprovenNotes(reports, programDirectory, positions)) recorder.note(note);
    const { isCredentialName = () => false } = options;
    for (const note of unsetNotes(reports, project.name, configuration.unread, isCredentialName)) {
      recorder.note(note);
    }
    for (const note of uncalledExportNotes(recorder.snapshot())) recorder.note(note);
    return { kind: "snapshot", snapshot: snapshotOf(recorder, configuration) };
  }
  const again = lacksConfiguration(reports)
    ? await runOnce(project, configuration, options, true)
    : undefined;
  const lacking =
    again?.kind === "ran" ? allMissing(again, project, configuration, options) : undefined;
  reportMissing(again?.kind === "ran" ? again.parts.functions : functions, options);
  const stacks = reports.map((report) => (report.kind === "threw" ? report.stack : ""));
  const details = [...stacks, ...run.errors, run.ending.output].join("\n").trim();
  const reason = (lacking ?? failure) + withheld(reports);
  return options.verbose === true && details !== ""
    ? { kind: "could-not-run", reason, details }
    : { kind: "could-not-run", reason };
}

/** A program in Node that ran. */
interface Ran {
  readonly kind: "ran";
  readonly run: Run;
  readonly reports: readonly Report[];
  readonly parts: Parts;
}

/** @param goesOn whether the program receives placeholders for configuration that it lacks; no verdict rests on such a run */
async function runOnce(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
  goesOn: boolean,
): Promise<Ran | { readonly kind: "not-run"; readonly problem: string }> {
  loadReaders();
  const parts = partsFor(project, configuration, options);
  const { positions, recorder, functions, registrations } = parts;
  const callbacks = new Callbacks();
  const progress: Progress = { finished: false };
  const log: ProgramLog = { errors: [] };

  const server = newServer();
  server.addService(
    ResourceMonitorService,
    monitorService({ registrations, functions, callbacks, progress }),
  );
  server.addService(EngineService, engineService(log));
  try {
    const command = programCommand(project, configuration, {
      monitor: await listen(server),
      typecheck: options.typecheck === true,
      goesOn,
    });
    if (command.kind === "problem") return { kind: "not-run", problem: command.problem };
    const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
    const ending = await runNode({ ...command.value, timeoutMs });
    const run: Run = {
      ending,
      errors: log.errors,
      finished: progress.finished,
      programDirectory: project.programDirectory,
      positions,
      timeoutMs,
      unanswered: functions.unanswered,
      opaque: recorder.opaque,
      unread: configuration.unread,
    };
    return { kind: "ran", run, reports: readReports(ending.reports), parts };
  } finally {
    callbacks.close();
    server.forceShutdown();
  }
}

function lacksConfiguration(reports: readonly Report[]): boolean {
  return reports.some(
    (report) => report.kind === "threw" && missingKey(report.message) !== undefined,
  );
}

/** All configuration that a program lacks, from a run with placeholders; undefined where that run found none. */
function allMissing(
  { run, reports }: Ran,
  { stacksDirectory }: Project,
  { stack, unread }: Configuration,
  { isCredentialName = () => false }: PreviewOptions,
): string | undefined {
  const missing = reports.flatMap((report): readonly MissingValue[] => {
    if (report.kind !== "lacking") return [];
    const { key, form, isSecret, stack: trace } = report;
    const place = userFrame(trace, run).replace(/: $/, "");
    const name = key.slice(key.indexOf(":") + 1);
    return [{ key, form, place, isSecret: isSecret || isCredentialName(name) }];
  });
  if (missing.length === 0) return undefined;
  const stopped = explainEnding(run);
  return missingConfiguration(missing, {
    file: stackFileName(stacksDirectory, stack),
    unread,
    ...(stopped !== undefined && { stopped }),
  });
}

/** What to add to the reason of a failure: a program may fail because it received a stand-in. */
function withheld(reports: readonly Report[]): string {
  const keys = reports.flatMap((report) =>
    report.kind === "stand-in" && report.configuration !== undefined
      ? [`\`${report.configuration}\``]
      : [],
  );
  if (keys.length === 0) return "";
  return `; it received a stand-in for secret configuration ${[...new Set(keys)].join(", ")}: if it needs the value, check with --engine pulumi`;
}

/**
 * That a program declares nothing since Pulumi never calls what it exports: of a module of CommonJS it calls the module itself where that
 * is a function, and takes a function under a name for an output. Of an ES module it calls the default export.
 *
 * Source: https://github.com/pulumi/pulumi/blob/master/sdk/nodejs/cmd/run/run.ts.
 */
function uncalledExportNotes({ resources }: Snapshot): readonly SnapshotNote[] {
  const [stack, ...others] = resources;
  if (stack?.type !== ROOT_STACK_TYPE || others.length > 0) return [];
  const exported = stack.outputs?.["default"];
  // A function is no value, and nothing replaces it.
  if (!isRecord(exported) || Object.keys(exported).length > 0) return [];
  const message =
    "the program exports a function by `export default`, which Pulumi calls in ES modules alone: it declares nothing; " +
    'write `export = async () => …`, or `"type": "module"` in its package.json';
  return [{ kind: "unrendered", message }];
}

/**
 * A note for each credential that a program read from its configuration without a value while a source of it was not read: with
 * it the program might have declared something else.
 *
 * @param project whose own configuration is checked; providers are configured for themselves
 * @param unread the sources of further values that were not read, in words; empty where there are none
 * @param isCredentialName whether a setting is a credential by its name
 */
function unsetNotes(
  reports: readonly Report[],
  project: string,
  unread: string,
  isCredentialName: (name: string) => boolean,
): readonly SnapshotNote[] {
  if (unread === "") return [];
  return reports.flatMap((report) => {
    if (report.kind !== "unset" || !report.key.startsWith(`${project}:`)) return [];
    const { key } = report;
    if (!isCredentialName(key.slice(project.length + 1))) return [];
    const message = `what rests on configuration \`${key}\`, which has no value${mayBeUnread(unread)}: give it with --config ${key}=VALUE`;
    return [{ kind: "unrendered" as const, message }];
  });
}
