import assert from "node:assert/strict";
import type { Resource } from "../../core/snapshot/resource";
import { createDetector } from "../../policy-pack/read/credentials";
import { differencesOf } from "./views";

const detector = createDetector();

/** Each look takes as long as all else of such a test, so one stack in so many is looked at again. */
const every = Number(process.env["LATER_VIEWS"] ?? 12);
let asked = 0;

/**
 * Fails where a stack is judged otherwise once it is deployed: by its state, by the pack in a later preview, by an audit of its
 * export, or by a program that writes its ARNs out. `LATER_VIEWS=1` looks at each stack that is given, not at one in twelve.
 *
 * @param forms whether literal names and ARNs are first made references; by default both
 */
export async function assertSameLater(
  resources: readonly Resource[],
  forms: readonly ("as written" | "as references")[] = ["as written", "as references"],
): Promise<void> {
  asked += 1;
  if (asked % every !== 0) return;
  for (const form of forms) {
    const stack = { name: form, resources };
    assert.deepEqual((await differencesOf(stack, detector, form === "as references")) ?? [], []);
  }
}
