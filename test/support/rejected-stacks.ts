import { readdirSync } from "node:fs";
import { join } from "node:path";
import { testedRules } from "./rule-tester";
import type { WalkedStack } from "./unknown-walk";

const folders = ["rules", "cross-tenant-access"].map((name) =>
  join(__dirname, "../policy-pack", name),
);

/** The stacks that the tests of the rules say are rejected for certain. */
export function rejectedStacks(): readonly WalkedStack[] {
  const { describe } = globalThis;
  // The tables are wanted, not their tests.
  globalThis.describe = (() => undefined) as unknown as typeof describe;
  try {
    for (const folder of folders) {
      for (const file of readdirSync(folder).filter((name) => name.endsWith(".test.ts"))) {
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- a test file is found by its place
        require(join(folder, file));
      }
    }
  } finally {
    globalThis.describe = describe;
  }
  return testedRules.flatMap(({ rule, cases }) =>
    cases.rejects
      .filter(({ findings }) => findings.some(({ verdict }) => verdict === undefined))
      .map(({ name, resources, settings, waivers }) => ({
        name: `${rule.id}: ${name}`,
        resources,
        ...(settings && { settings }),
        ...(waivers && { waivers }),
      })),
  );
}
