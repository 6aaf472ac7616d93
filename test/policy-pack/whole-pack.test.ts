import { describeProperties } from "../support/pack-properties";

// Many more are run by `npm run test:fuzz`.
describeProperties(100, Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31));
