import assert from "node:assert/strict";
import { createDetector } from "../../policy-pack/read/credentials";
import type { Rule } from "../../policy-pack/findings/define-rule";
import { blocksOfRule, resourcesOfBlock } from "./rule-page";
import type { Exception } from "./unknown-exceptions";
import { exceptionFor } from "./unknown-places";
import { AssumeSearch, placesOf, textOf, ways, type Place, type WalkedStack } from "./unknown-walk";
import { waivers } from "./waived";

const detector = createDetector();

/** The stacks that the page of a rule rejects. */
export async function avoidedStacks(rule: Rule): Promise<readonly WalkedStack[]> {
  const blocks = blocksOfRule(rule.id).filter(({ section }) => section === "Avoid");
  const stacks: WalkedStack[] = [];
  // One after the other: programs run against mocks of which a process has one set.
  for (const [index, block] of blocks.entries()) {
    stacks.push({
      name: `${rule.id}: block ${index + 1}`,
      resources: await resourcesOfBlock(block),
      ...(block.waivers !== undefined && { waivers: waivers(block.waivers) }),
    });
  }
  return stacks;
}

/** What a walk over a stack came to. */
export interface Walked {
  /** What is wrong, and no entry is about. */
  readonly faults: readonly string[];
  /** The entries that were met. */
  readonly met: ReadonlySet<Exception>;
  readonly variants: number;
}

/**
 * Makes each input of a stack unknown in turn, in each way, and judges by all rules each time.
 *
 * @param places the inputs. Default all
 */
export async function search(
  stack: WalkedStack,
  places: readonly Place[] = placesOf(stack),
): Promise<Walked> {
  const walkTree = new AssumeSearch(stack, detector);
  const reported = await walkTree.start();
  assert.ok(reported.length > 0, `nothing is told of ${stack.name}`);
  const met = new Set<Exception>();
  const faults: string[] = [];
  let variants = 0;
  for (const place of places) {
    for (const way of ways) {
      variants += 1;
      for (const fault of await walkTree.at(place, way)) {
        const entry = exceptionFor(fault, place.resource.type, textOf(place));
        if (entry !== undefined) met.add(entry);
        else
          faults.push(`${place.resource.name}: ${textOf(place)} (${way}): ${textOfFault(fault)}`);
      }
    }
  }
  return { faults, met, variants };
}

function textOfFault({ rule, is, message }: { rule: string; is: string; message: string }): string {
  return `${rule} ${is}: ${message}`;
}
