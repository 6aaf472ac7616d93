// Like the other tests, but on the real parts, which take their time.
module.exports = {
  require: ["tsx/cjs", "./test-real/support/hooks.ts", "./test/support/seed.cjs"],
  spec: ["test-real/**/*.test.ts"],
  timeout: 600000,
  slow: 60000,
  // One more than there are processors: often one waits for a server to start or to answer.
  jobs: require("node:os").availableParallelism() + 1,
};
