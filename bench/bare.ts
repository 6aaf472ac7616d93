import type { ServerUnaryCall, UntypedServiceImplementation, sendUnaryData } from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { ResourceMonitorService } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceResponse,
  SupportsFeatureResponse,
  type RegisterResourceRequest,
  type SupportsFeatureRequest,
} from "@pulumi/pulumi/proto/resource_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { runNode } from "../engine/program/child";
import { programCommand } from "../engine/program/command";
import { readConfiguration } from "../engine/program/configuration";
import { engineService } from "../engine/program/engine-service";
import { listen, newServer } from "../engine/program/listen";
import { readProject } from "../engine/program/project";
import { formUrn } from "../engine/program/urn";
import { processorSoFar } from "./processor";

/**
 * Processor time of a program, in milliseconds, against a monitor that answers and forgets: what no check of it can undercut.
 *
 * The transport and the process are those of a check; nothing is recorded, read or judged.
 */
export async function runBare(directory: string): Promise<number> {
  const before = processorSoFar();
  const project = readProject(directory);
  if (project.kind === "problem") throw new Error(project.problem);
  const configuration = readConfiguration(project.value, "dev", {}, undefined);
  if (configuration.kind === "problem") throw new Error(configuration.problem);
  const server = newServer();
  server.addService(ResourceMonitorService, forgetful(project.value.name));
  server.addService(EngineService, { ...engineService({ errors: [] }) });
  try {
    const command = programCommand(project.value, configuration.value, {
      monitor: await listen(server),
      typecheck: false,
      goesOn: false,
    });
    if (command.kind === "problem") throw new Error(command.problem);
    const { code, output } = await runNode({ ...command.value, timeoutMs: 300_000 });
    if (code !== 0) throw new Error(`the program in ${directory} failed: ${output}`);
    return processorSoFar() - before;
  } finally {
    server.forceShutdown();
  }
}

/** A monitor that gives each resource its URN and its own inputs back, and has no other service to offer. */
function forgetful(project: string): UntypedServiceImplementation {
  return {
    supportsFeature: (
      _call: ServerUnaryCall<SupportsFeatureRequest, SupportsFeatureResponse>,
      answer: sendUnaryData<SupportsFeatureResponse>,
    ) => {
      answer(null, new SupportsFeatureResponse().setHassupport(true));
    },
    registerResource: (
      { request }: ServerUnaryCall<RegisterResourceRequest, RegisterResourceResponse>,
      answer: sendUnaryData<RegisterResourceResponse>,
    ) => {
      const [parent, type, name] = [request.getParent(), request.getType(), request.getName()];
      const response = new RegisterResourceResponse();
      response.setUrn(formUrn({ stack: "dev", project, parent, type, name }));
      response.setObject(request.getObject());
      answer(null, response);
    },
    registerResourceOutputs: confirm,
    signalAndWaitForShutdown: confirm,
  };
}

function confirm(_call: unknown, answer: sendUnaryData<Empty>): void {
  answer(null, new Empty());
}
