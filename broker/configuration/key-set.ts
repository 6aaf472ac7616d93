import type { JwkSet } from "./configuration";

/**
 * The public keys of a JWK set or a SPIFFE bundle, as JSON has it; throws an error whose message is one sentence about the text.
 *
 * Keys of a SPIFFE bundle have the use `jwt-svid`, which JOSE does not define (source: SPIFFE trust domain and bundle, 4.2.2).
 */
export function readKeySet(text: string): JwkSet {
  let read: { readonly keys?: unknown } | null;
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    throw new Error("it is not JSON");
  }
  const keys = Array.isArray(read?.keys) ? (read.keys as JwkSet["keys"]) : [];
  const usable = keys.filter((key) => key["use"] !== "x509-svid");
  if (usable.some((key) => "d" in key || "k" in key)) {
    throw new Error("it has a private or symmetric key; give public keys alone");
  }
  if (usable.length === 0)
    throw new Error('it is no JWK set with a key; write `{ "keys": [ … ] }`');
  return {
    keys: usable.map((key) =>
      Object.fromEntries(Object.entries(key).filter(([name]) => name !== "use")),
    ),
  };
}
