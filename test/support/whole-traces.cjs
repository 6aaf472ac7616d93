// Has a worker of `mocha --parallel` write all that ran in it, for the coverage.
//
// A worker is stopped and a second later sent SIGTERM (workerpool, `workerTerminateTimeout`), which ends it at once unless
// something listens: on a busy machine its trace is not written by then.
if (process.env.NODE_V8_COVERAGE !== undefined && process.env.MOCHA_WORKER_ID !== undefined) {
  process.on("SIGTERM", () => process.exit());
}
