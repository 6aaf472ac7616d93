import { Graph } from "../graph/graph";
import type { Fact } from "../graph/fact";
import type { PolicyDocument } from "../policy/statement";
import { authorityOf } from "./authority-of";
import { broadGrants } from "./breadth";
import { dataGrants } from "./data-breadth";
import { escalationsOf } from "./escalation/escalations";
import { unnarrowed } from "./effective";

/** Something that a policy gives beyond what a workload may have, and the statements that give it, from 0. */
export interface Overreach {
  /**
   * `breadth`: all of a service, or more. `data`: data of every resource of a kind. `escalation`: a path to more rights or to
   * another identity.
   */
  readonly kind: "breadth" | "data" | "escalation";
  /** The actions that it needs together, each as AWS spells it or, of breadth, as it is written. */
  readonly actions: readonly { readonly action: string; readonly statement: number }[];
  /** How an escalation ends, in words that complete `may`. */
  readonly by: string;
}

/** The role in whose hands a policy is judged, when nothing is known of it but that policy. */
const anyPrincipal = "the role of a workload";

/**
 * What a policy gives beyond what a workload may have, whatever else its stack contains.
 *
 * The rules decide it for a stack with only one role that has this policy and no boundary. What depends on other parts of the
 * stack counts as present, such as whether a function runs as that very role.
 */
export function overreachesOf(document: PolicyDocument): readonly Overreach[] {
  const graph = new Graph();
  const at = { urn: anyPrincipal, property: "policy" };
  const allows: Fact = {
    kind: "allows",
    identity: anyPrincipal,
    policy: { kind: "document", document },
    at,
  };
  graph.add(allows);
  graph.close();
  const authority = authorityOf(graph, anyPrincipal);
  const broad = authority.policies.flatMap((policy) => {
    const whole = broadGrants(policy, authority, unnarrowed());
    return [...whole, ...dataGrants(policy, authority, unnarrowed(), whole)];
  });
  return [
    ...broad.map(({ actions, grant, kinds = [] }): Overreach => {
      const statement = grant.statement?.index ?? 0;
      const [what] = kinds;
      return {
        kind: what === undefined ? "breadth" : "data",
        by:
          what === undefined
            ? "do all that a service offers"
            : `access every ${what} of the account`,
        actions: actions.map((action) => ({ action, statement })),
      };
    }),
    ...escalationsOf(graph, anyPrincipal).map(({ path, halves }): Overreach => {
      return {
        kind: "escalation",
        by: path.by,
        actions: halves.map(({ action, statement }) => ({ action, statement })),
      };
    }),
  ];
}
