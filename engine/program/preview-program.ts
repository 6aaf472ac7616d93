import { Server, ServerCredentials } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import { resolve } from "node:path";
import { Callbacks } from "./callbacks";
import { runNode } from "./child";
import { readConfiguration, type Configuration } from "./configuration";
import { engineService, type ProgramLog } from "./engine-service";
import { explainEnding, skippedNotes, type Run } from "./ending";
import { FunctionAnswers } from "./function-answers";
import { programCommand } from "./command";
import { monitorService, type Progress } from "./monitor";
import type { Preview, PreviewOptions } from "./options";
import { readProject, type Project } from "./project";
import { readReports } from "./prelude";
import { Recorder } from "./recorder";
import { Registrations } from "./registrations";
import { previewYaml } from "../yaml-program/preview-yaml";
import { SourcePositions } from "./source-positions";

const DEFAULT_TIMEOUT_MS = 300_000;

/**
 * Runs a Pulumi program as a preview of a new stack does, without the Pulumi CLI, plugins or cloud credentials.
 *
 * The program runs in a process of its own against a monitor on the loopback interface. What it declares comes back as
 * a snapshot: outputs unknown where such a preview has them unknown, secrets marked, dependencies and source positions kept.
 */
export async function previewProgram(options: PreviewOptions): Promise<Preview> {
  const directory = resolve(options.directory);
  const project = readProject(directory);
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
    configuration.values,
    options.state,
  );
  if (project.runtime === "yaml") {
    const reason = previewYaml({ project, configuration, registrations, functions });
    return reason === undefined
      ? { kind: "snapshot", snapshot: recorder.snapshot() }
      : { kind: "could-not-run", reason };
  }
  return runInNode(project, configuration, options, {
    positions,
    recorder,
    functions,
    registrations,
  });
}

async function runInNode(
  project: Project,
  configuration: Configuration,
  options: PreviewOptions,
  parts: {
    readonly positions: SourcePositions;
    readonly recorder: Recorder;
    readonly functions: FunctionAnswers;
    readonly registrations: Registrations;
  },
): Promise<Preview> {
  const { positions, recorder, functions, registrations } = parts;
  const callbacks = new Callbacks();
  const progress: Progress = { finished: false };
  const log: ProgramLog = { errors: [] };

  const server = new Server({
    "grpc.max_receive_message_length": -1,
    "grpc.max_send_message_length": -1,
  });
  server.addService(
    ResourceMonitorService,
    monitorService({ registrations, functions, callbacks, progress }),
  );
  server.addService(EngineService, engineService(log));
  try {
    const port = await listen(server);
    const command = programCommand(project, configuration, `127.0.0.1:${port}`);
    if (command.kind === "problem") return { kind: "could-not-run", reason: command.problem };
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
    };
    const failure = explainEnding(run);
    const reports = readReports(ending.reports);
    if (failure === undefined) {
      for (const note of skippedNotes(reports, run)) recorder.note(note);
      return { kind: "snapshot", snapshot: recorder.snapshot() };
    }
    const stacks = reports.map((report) => (report.kind === "threw" ? report.stack : ""));
    const details = [...stacks, ...log.errors, ending.output].join("\n").trim();
    return options.verbose === true && details !== ""
      ? { kind: "could-not-run", reason: failure, details }
      : { kind: "could-not-run", reason: failure };
  } finally {
    callbacks.close();
    server.forceShutdown();
  }
}

function listen(server: Server): Promise<number> {
  return new Promise((onPort, onError) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) onPort(port);
      else onError(error);
    });
  });
}
