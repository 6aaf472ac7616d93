import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { traps } from "../test/support/manifest-traps";
import { checkout } from "./support/checkout";
import { readByKubectl } from "./support/kubernetes-decoder";

/** `npx --no-install tsx test-real/record-traps.ts` records what kubectl reads in the files of test/support/manifest-traps.ts. */
const answers = readByKubectl(traps.map(({ content }) => content));
const recorded = {
  recordedBy:
    "npx --no-install tsx test-real/record-traps.ts, with tools/kubernetes-decoder: kubectl's packages of the versions in its go.mod",
  answers: Object.fromEntries(traps.map(({ name }, index) => [name, answers[index]])),
};
const file = join(checkout, "test/engine/fixtures/traps-by-kubectl.json");
writeFileSync(file, `${JSON.stringify(recorded, undefined, 2)}\n`);
