import type { ResourceCallRequest, ResourceInvokeRequest } from "@pulumi/pulumi/proto/resource_pb";
import { CallResponse, InvokeResponse } from "@pulumi/pulumi/proto/provider_pb";
import type { RecordedFunction } from "./options";
import type { Recorder } from "./recorder";

/** Answers the calls of provider functions. */
export class FunctionAnswers {
  constructor(
    readonly recorder: Recorder,
    readonly recorded: readonly RecordedFunction[],
  ) {}

  answer(_request: ResourceInvokeRequest): InvokeResponse {
    return new InvokeResponse();
  }

  answerCall(_request: ResourceCallRequest): CallResponse {
    return new CallResponse();
  }
}
