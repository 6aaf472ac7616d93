// Mocha's usual report, and beside it a line of JSON with the counts and what failed, appended to the file that CI_COUNTS names.
const { appendFileSync, readdirSync } = require("node:fs");
const { join, relative } = require("node:path");
const { reporters, Runner } = require("mocha");

const { EVENT_TEST_FAIL, EVENT_TEST_END, EVENT_RUN_END } = Runner.constants;

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const failed = [];
    const withTests = new Set();
    runner.on(EVENT_TEST_FAIL, (test, error) => {
      failed.push(`${test.fullTitle()}\n${(error.stack ?? String(error)).slice(0, 4_000)}`);
    });
    runner.on(EVENT_TEST_END, ({ file }) => withTests.add(relative(".", file)));
    runner.once(EVENT_RUN_END, () => {
      // A file that another has loaded before Mocha does runs no tests, and nothing else would show it.
      const empty = options.spec.flatMap(filesOf).filter((file) => !withTests.has(file));
      failed.push(...empty.map((file) => `${file} ran no tests`));
      const { passes, failures, pending } = this.stats;
      const counts = { passes, failures: failures + empty.length, pending, failed };
      appendFileSync(process.env.CI_COUNTS, `${JSON.stringify(counts)}\n`);
    });
  }
};

// The files of a pattern for all of a folder with one ending.
function filesOf(pattern) {
  const [folder, ending] = pattern.split("**/*");
  if (ending === undefined) return [];
  return readdirSync(folder, { recursive: true })
    .filter((file) => file.endsWith(ending))
    .map((file) => join(folder, file));
}
