// `--parallel`, where it is asked for, uses every processor; mocha's default leaves one out, which on a small machine is half.
module.exports = {
  require: ["tsx/cjs"],
  timeout: 20000,
  jobs: require("node:os").availableParallelism(),
};
