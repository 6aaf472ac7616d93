// Mocha's usual report, and beside it a line of JSON with the counts and what failed, appended to the file that CI_COUNTS names.
const { appendFileSync } = require("node:fs");
const { reporters, Runner } = require("mocha");

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    runner.on(Runner.constants.EVENT_TEST_FAIL, (test, error) => {
      failed.push(`${test.fullTitle()}\n${(error.stack ?? String(error)).slice(0, 4_000)}`);
    });
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures, pending } = this.stats;
      const counts = { passes, failures, pending, failed };
      appendFileSync(process.env.CI_COUNTS, `${JSON.stringify(counts)}\n`);
    });
  }
};
