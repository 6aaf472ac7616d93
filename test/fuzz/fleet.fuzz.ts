import { assertAgreement } from "../support/fleet-agreement";
import { randomFleet } from "../support/random-fleet";
import { Random } from "./random";

/** Run again with `FUZZ_SEED` what has failed. */
const seed = Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 32);

describe(`random fleets of seed ${seed}`, function () {
  this.timeout(600_000);

  for (const [stacks, oneInCrosses] of [
    [6, 2],
    [20, 3],
    [200, 8],
  ] as const) {
    it(`of ${stacks} stacks have the same findings in SQL as in one graph`, async () => {
      await assertAgreement(randomFleet(new Random(seed + stacks), { stacks, oneInCrosses }));
    });
  }
});
