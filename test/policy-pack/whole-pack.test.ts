import { describeProperties } from "../support/pack-properties";

// `npm run test:fuzz` tries many more.
describeProperties(30, Number(process.env["FUZZ_SEED"] ?? Date.now() % 2 ** 31));
