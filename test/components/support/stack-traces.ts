import { Resource } from "@pulumi/pulumi";

/**
 * Turns off stack traces of errors and resources while a suite's tests run.
 *
 * The SDK takes two for each resource, one of them without any limit of depth, and mapping them to sources takes most of the
 * time where many are declared.
 */
export function withoutStackTraces(): void {
  const { stackTraceLimit } = Error;
  const sdk = Resource as unknown as { callsites: () => readonly object[] };
  const { callsites } = sdk;
  before(() => {
    Error.stackTraceLimit = 0;
    sdk.callsites = () => [];
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
    sdk.callsites = callsites;
  });
}
