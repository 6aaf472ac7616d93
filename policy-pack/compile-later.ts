import { setFlagsFromString } from "node:v8";

/**
 * Lets V8 run code four times as long as it does by itself (67,584 bytes of bytecode in Node 20) before it compiles it anew to be fast.
 *
 * Judging is much code of which none runs long: by itself V8 compiles in its threads what has no time left to be worth it, a
 * fifth of the processor time of a stack of 1,000 to 10,000 resources. For the whole process, so only for one that is ours.
 */
export function compileLater(): void {
  setFlagsFromString("--interrupt-budget=270336");
}
