import { createHash } from "node:crypto";
import { ConfiguredSecret } from "../../core/snapshot/value";

/** A whole text that is the stand-in for secret configuration, as {@link ConfiguredSecret} has it. */
export const SECRET_STAND_IN = /^encrypted-(\d+)-value$/;

/** The number of a key, of a path or of a text: twelve digits of its hash, which fit into a number. */
function numberOf(text: string): number {
  return Number.parseInt(createHash("sha256").update(text).digest("hex").slice(0, 12), 16);
}

/** The stand-in for the value of secret configuration; it depends only on the full key, such as `desk:token`. */
export function configuredSecret(key: string): ConfiguredSecret {
  return new ConfiguredSecret(numberOf(key));
}

/** The stand-in for one property or item of secret configuration; `answers-prelude.ts` has the same for programs in Node. */
export function memberOf({ ordinal }: ConfiguredSecret, step: string | number): ConfiguredSecret {
  return new ConfiguredSecret(numberOf(`${ordinal}.${step}`));
}

/** The stand-in that a text is as a whole; undefined where it is none. */
export function secretOfStandIn(text: string): ConfiguredSecret | undefined {
  const number = SECRET_STAND_IN.exec(text)?.[1];
  return number === undefined ? undefined : new ConfiguredSecret(Number(number));
}
