import { credentialKind } from "../../domain/secrets/credential-kind";
import type { FactOf } from "../../facts/fact";
import type { Graph } from "../../facts/graph";

/** What replaces a key of AWS. */
export const roleByFederation =
  "have the workload assume a role of its own by federation, such as that of an `Agent` or `Tool` whose `Tenant` has `federation`";

/**
 * How to replace a credential that a workload receives: federation for one of AWS or of a model provider; undefined for any other,
 * about which the rule's own text is.
 */
export function federationFor(graph: Graph, fact: FactOf<"uses" | "literal">): string | undefined {
  const found = credentialKind(graph, fact);
  switch (found.kind) {
    case "aws":
      return `delete the key, and ${roleByFederation}`;
    case "model":
      return found.provider.instead;
    case "other":
      return undefined;
  }
}
