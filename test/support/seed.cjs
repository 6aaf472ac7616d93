// With `FUZZ_SEED` set, what tests draw at random is drawn by it.
const { configureGlobal } = require("fast-check");

const seed = process.env.FUZZ_SEED;
if (seed !== undefined) configureGlobal({ seed: Number(seed) });
