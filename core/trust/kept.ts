import type { PolicyDocument } from "../policy/statement";
import type { Lookups, Provider } from "./principal";

/** Rules ask one after the other about one document: a few kept are enough, and cost no memory in a large stack. */
const mostKept = 256;

/**
 * A function of a document that keeps what it answered last.
 *
 * Only what it answered without a look beyond the document: that holds whatever else is known.
 */
export function keptByDocument<T>(
  compute: (document: PolicyDocument, lookups: Lookups) => T,
): (document: PolicyDocument, lookups: Lookups) => T {
  const kept = new Map<PolicyDocument, { readonly answer: T }>();
  return (document, lookups) => {
    const known = kept.get(document);
    if (known !== undefined) return known.answer;
    const looked: Provider[] = [];
    const answer = compute(document, {
      issuer: (provider) => {
        looked.push(provider);
        return lookups.issuer(provider);
      },
    });
    if (looked.length > 0) return answer;
    if (kept.size >= mostKept) kept.clear();
    kept.set(document, { answer });
    return answer;
  };
}
