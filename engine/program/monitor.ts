import { status, type sendUnaryData, type ServerUnaryCall } from "@grpc/grpc-js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { IResourceMonitorServer } from "@pulumi/pulumi/proto/resource_grpc_pb";
import {
  RegisterResourceResponse,
  ReadResourceResponse,
  SupportsFeatureResponse,
} from "@pulumi/pulumi/proto/resource_pb";
import { CallResponse } from "@pulumi/pulumi/proto/provider_pb";
import { readStruct } from "../wire/read-struct";
import { messageOf } from "../yaml-text";
import { SECRET_ARGS_KEY } from "./answers-prelude";
import type { Callbacks } from "./callbacks";
import type { FunctionAnswers } from "./function-answers";
import { takeParts } from "./known-parts";
import type { Registrations } from "./registrations";

const FEATURES = new Set([
  "secrets",
  "resourceReferences",
  "outputValues",
  "aliasSpecs",
  "deletedWith",
  "replaceWith",
  "transforms",
  "invokeTransforms",
  "parameterization",
  "resourceHooks",
  "errorHooks",
]);

/** The end of the program, as far as its monitor has it. */
export interface Progress {
  /** Whether the program ran to its end: its stack's outputs are registered last. */
  finished: boolean;
}

/** The ResourceMonitor service: answers as the engine does in the preview of a new stack. */
export function monitorService(parts: {
  readonly registrations: Registrations;
  readonly functions: FunctionAnswers;
  readonly callbacks: Callbacks;
  readonly progress: Progress;
}): IResourceMonitorServer {
  const { registrations, functions, callbacks, progress } = parts;
  const done = (): Empty => new Empty();
  return {
    supportsFeature: unary((request) =>
      new SupportsFeatureResponse().setHassupport(FEATURES.has(request.getId())),
    ),
    registerResource: unary(async (request): Promise<RegisterResourceResponse> => {
      const parts = takeParts(request.getObject());
      const changed = await callbacks.transformResource(request, (urn) =>
        registrations.parentOf(urn),
      );
      const response = registrations.register(request, changed ? undefined : parts);
      callbacks.inherit(response.getUrn(), request.getTransformsList());
      return response;
    }),
    readResource: unary((request): ReadResourceResponse => registrations.read(request)),
    registerResourceOutputs: unary((request) => {
      const urn = request.getUrn();
      registrations.setOutputs(urn, readStruct(request.getOutputs()));
      if (registrations.isStack(urn)) progress.finished = true;
      return done();
    }),
    invoke: unary(async (request) => {
      const hasSecrets = takeSecretMark(request.getArgs());
      await callbacks.transformInvoke(request);
      return functions.answer(request, hasSecrets);
    }),
    call: unary((request): CallResponse => {
      const hasSecrets = takeSecretMark(request.getArgs());
      return functions.answerCall(request, hasSecrets);
    }),
    registerStackTransform: unary((request) => {
      callbacks.addStackTransform(request);
      return done();
    }),
    registerStackInvokeTransform: unary((request) => {
      callbacks.addStackInvokeTransform(request);
      return done();
    }),
    // Hooks act when something is made or deleted: nothing is, here.
    registerResourceHook: unary(done),
    registerErrorHook: unary(done),
    registerPackage: unary((request) => registrations.registerPackage(request)),
    signalAndWaitForShutdown: unary(done),
    getDeploymentInfo: (_call, answer) => {
      answer({ code: status.UNIMPLEMENTED, details: "not known in an offline preview" });
    },
  };
}

/** Removes the prelude's report from the arguments of a call: whether some are secret. */
function takeSecretMark(args: Struct | undefined): boolean {
  const fields = args?.getFieldsMap();
  if (fields?.has(SECRET_ARGS_KEY) !== true) return false;
  fields.del(SECRET_ARGS_KEY);
  return true;
}

/** A handler of one call, from a function that answers it or throws. */
function unary<Request, Response>(
  handle: (request: Request) => Response | Promise<Response>,
): (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>) => void {
  return (call, answer) => {
    const fail = (thrown: unknown): void => {
      answer({ code: status.UNKNOWN, details: messageOf(thrown) });
    };
    try {
      const response = handle(call.request);
      if (response instanceof Promise) response.then((value) => answer(null, value), fail);
      else answer(null, response);
    } catch (thrown) {
      fail(thrown);
    }
  };
}
