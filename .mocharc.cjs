// `--parallel`, where it is asked for, uses every processor, and two more: now and then a test waits for a program to end. Mocha's
// default leaves one out, which on a small machine is half.
module.exports = {
  require: [
    "./test/support/from-source.cjs",
    "./test/support/fewer-traces.cjs",
    "./test/support/seed.cjs",
    "./test/support/whole-traces.cjs",
  ],
  // Against what never ends; how long a test takes is no matter of time on a busy machine.
  timeout: 600000,
  jobs: require("node:os").availableParallelism() + 2,
  "node-option": [
    // Tests make much that is soon gone; where there is room for it, a seventh less time goes into collecting it.
    "max-semi-space-size=64",
    // V8 drops the bytecode of what has not run for a while, and with it how often that ran.
    ...(process.env.NODE_V8_COVERAGE === undefined ? [] : ["no-flush-bytecode"]),
  ],
};
