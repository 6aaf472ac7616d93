/**
 * Has errors keep no stack traces while a suite's tests run.
 *
 * The SDK keeps one for each resource, and mapping them to sources takes most of the time where many are declared.
 */
export function withoutStackTraces(): void {
  const { stackTraceLimit } = Error;
  before(() => {
    Error.stackTraceLimit = 0;
  });
  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });
}
