import { describeProperties } from "../support/pack-properties";
import { testedStacks } from "../support/tested-stacks";

/** Run again with `FUZZ_SEED` what has failed. */
describeProperties(
  Number(process.env["FUZZ_STACKS"] ?? 300),
  Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31),
  testedStacks(),
);
