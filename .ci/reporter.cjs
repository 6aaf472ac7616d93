// Mocha's usual report, and beside it a line of JSON with the counts, appended to the file that CI_COUNTS names.
const { appendFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      appendFileSync(process.env.CI_COUNTS, JSON.stringify({ passes, failures, pending }) + "\n");
    });
  }
};
