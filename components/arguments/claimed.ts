import * as pulumi from "@pulumi/pulumi";
import { argumentError } from "./argument-error";

/** What claims something: a component by its arguments, or a tenant by its name. */
type Holder = object | string;

/** Who claimed what, for each run of a program. */
const claims = new WeakMap<object, Map<string, Holder>>();

/**
 * Claims something that only one owner may have in a stack, such as the subject of a token.
 *
 * The same owner may claim it again. Throws `problem` where another has it already.
 */
export function claim(subject: string, holder: Holder, what: string, problem: string): void {
  const run = pulumi.runtime.getMonitor();
  // Without an engine nothing is registered, so that nothing collides either.
  if (run === undefined) return;
  const claimed = claims.get(run) ?? new Map<string, Holder>();
  claims.set(run, claimed);
  const before = claimed.get(what);
  if (before !== undefined && before !== holder) throw argumentError(subject, problem);
  claimed.set(what, holder);
}
