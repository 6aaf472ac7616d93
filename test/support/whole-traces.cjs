// Has a worker of `mocha --parallel` write down all that ran in it, for the coverage.
const { takeCoverage } = require("node:v8");

/** Few enough that nothing is lost, and so many that c8 has not too much to read: a trace has a megabyte or two. */
const filesPerTrace = 20;

if (process.env.NODE_V8_COVERAGE !== undefined && process.env.MOCHA_WORKER_ID !== undefined) {
  // A worker is told to end and a second later sent SIGTERM (workerpool, `workerTerminateTimeout`), which ends it at once unless
  // something listens: on a busy machine its trace is not written by then.
  process.on("SIGTERM", () => process.exit());

  // In a long run V8 loses counts of functions that ran hundreds of files ago, so they are written now and then.
  let filesRun = 0;
  exports.mochaHooks = {
    afterAll() {
      filesRun++;
      if (filesRun % filesPerTrace === 0) takeCoverage();
    },
  };
}
