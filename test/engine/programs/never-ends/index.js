const { spawn } = require("node:child_process");

// A child of the program's own that would outlive it.
spawn(
  process.execPath,
  ["-e", "setInterval(() => {}, 1000)", process.env.AGENTID_TEST_MARK ?? ""],
  {
    stdio: "inherit",
  },
);
setInterval(() => {}, 1000);
