import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { IEngineServer } from "@pulumi/pulumi/proto/engine_grpc_pb";
import {
  GetRootResourceResponse,
  LogSeverity,
  RequirePulumiVersionResponse,
  SetRootResourceResponse,
} from "@pulumi/pulumi/proto/engine_pb";

/** The engine's side of a program's log. */
export interface ProgramLog {
  readonly errors: string[];
}

/** The Engine service: keeps the errors a program logs, drops the rest. */
export function engineService(log: ProgramLog): IEngineServer {
  let root = "";
  return {
    log: ({ request }, answer) => {
      if (request.getSeverity() === LogSeverity.ERROR) log.errors.push(request.getMessage());
      answer(null, new Empty());
    },
    getRootResource: (_call, answer) => {
      answer(null, new GetRootResourceResponse().setUrn(root));
    },
    setRootResource: ({ request }, answer) => {
      root = request.getUrn();
      answer(null, new SetRootResourceResponse());
    },
    startDebugging: (_call, answer) => answer(null, new Empty()),
    // The program's required version of the CLI does not matter here: no CLI runs it.
    requirePulumiVersion: (_call, answer) => answer(null, new RequirePulumiVersionResponse()),
  };
}
