// `node --require` this in processes of tests that load the SDK: they start in half the time.
require("./compiled-code.cjs");
require("./loaded-late.cjs");
require("./fewer-traces.cjs");
