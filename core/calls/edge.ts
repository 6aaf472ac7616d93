import type { Uncertainty } from "../certainty";
import type { FactKind, FactOf } from "../graph/fact";
import type { At } from "../graph/fact-values";
import type { Place, Step } from "../assume/step";

/** A way by which one thing comes to another: it obtains it, may call it, or sends calls on to it. */
export interface Edge {
  readonly from: Place;
  readonly to: Place;
  /** How, as people say it: `assumes`, `may call`. */
  readonly by: string;
  readonly at: At;
  readonly uncertainty?: Uncertainty;
  /** Tenants that alone can take it; undefined for all. */
  readonly only?: ReadonlySet<string>;
  /** Whether something runs as an identity, or has it without asking anyone. */
  readonly held?: true;
  /** Whether it is by rights in a cluster, as those have that run it. */
  readonly byRights?: true;
  /**
   * Whether what it comes from starts no way by itself: what SPIRE registers stands for the tool's own outside, and an
   * API for which IAM asks sends on no calls but those that somebody is permitted to make.
   */
  readonly startsNone?: true;
  /** Whether it only says where something is. */
  readonly isPlace?: true;
  /** What lets calls in, where it does. */
  readonly entry?: FactOf<"exposes">;
}

const held: ReadonlySet<FactKind> = new Set<FactKind>(["runs-as", "owns", "assumes"]);

/** A step to an identity as an edge. */
export function edgeOf({ from, to, by, fact, uncertainty, only }: Step): Edge {
  return {
    from,
    to,
    by,
    at: fact.at,
    ...(uncertainty && { uncertainty }),
    ...(only && { only }),
    ...(fact.kind === "binds" && { byRights: true }),
    ...(held.has(fact.kind) && { held: true }),
    ...(fact.kind === "registers" && { startsNone: true }),
  };
}
