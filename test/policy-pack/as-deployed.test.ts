import assert from "node:assert/strict";
import { createDetector } from "../../policy-pack/credentials";
import { authorityStack, type AuthorityStack } from "../support/authority-stack";
import { casesOf } from "../support/cases";
import { differsAsDeployed } from "../support/deployed-exceptions";
import { namedStacks } from "../support/tested-stacks";
import { differencesOf } from "../support/views";
import type { WalkedStack } from "../support/unknown-walk";

const detector = createDetector();

/** Stacks whose policies name what others are; all others `test/fuzz/as-deployed.fuzz.ts` compares. */
const stacks: readonly WalkedStack[] = [
  ...casesOf<AuthorityStack>("tenancy")
    .filter(({ topic }) => topic === "trust" || topic === "access")
    .map(({ question, asked }) => ({ name: question, resources: authorityStack(asked) })),
  ...namedStacks().filter(({ name }) =>
    /^(require-runtime-policy|no-open-gateway|no-cross-tenant-access|require-source-identity):/.test(
      name,
    ),
  ),
];

describe("stacks that refer to what they make", () => {
  it("are judged the same in their first preview and once they are deployed", async () => {
    const faults: string[] = [];
    for (const stack of stacks) {
      const found = (await differencesOf(stack, detector, true)) ?? [];
      for (const each of found) {
        const isMeant = differsAsDeployed.some((one) => one.allows(each));
        if (!isMeant) faults.push(`${each.view}: ${each.stack}: ${each.is} ${each.message}`);
      }
    }
    assert.deepEqual(faults, []);
  }).timeout(180_000);
});
