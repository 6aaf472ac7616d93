import type { PolicyDocument } from "../../../core/policy/statement";
import type { Lookups, Provider } from "./principal";

/** Rules read one document one after the other: a few cached ones are enough, and cost no memory in a large stack. */
const mostCached = 256;

/**
 * A function of a document with a cache of its last results.
 *
 * Only results without a look-up beyond the document are cached: they do not change.
 */
export function oncePerDocument<T>(
  compute: (document: PolicyDocument, lookups: Lookups) => T,
): (document: PolicyDocument, lookups: Lookups) => T {
  const cached = new Map<PolicyDocument, { readonly answer: T }>();
  return (document, lookups) => {
    const known = cached.get(document);
    if (known !== undefined) return known.answer;
    const looked: Provider[] = [];
    const answer = compute(document, {
      issuer: (provider) => {
        looked.push(provider);
        return lookups.issuer(provider);
      },
    });
    if (looked.length > 0) return answer;
    if (cached.size >= mostCached) cached.clear();
    cached.set(document, { answer });
    return answer;
  };
}
