import type { Uncertainty } from "../../../../core/certainty";
import type { FactKind, FactOf } from "../../../facts/fact";
import type { At } from "../../../facts/fact-values";
import { withoutTags, type PlainPlace, type Step } from "../assume/step";

/** A path by which one thing comes to another: it assumes it, may call it, or forwards calls to it. */
export interface Edge {
  readonly from: PlainPlace;
  readonly to: PlainPlace;
  /** The readable verb: `assumes`, `may call`. */
  readonly by: string;
  readonly at: At;
  readonly uncertainty?: Uncertainty;
  /** Tenants that alone can take it; undefined for all. */
  readonly only?: ReadonlySet<string>;
  /** Whether something runs as an identity, or has it without another permission. */
  readonly held?: true;
  /** Whether it is by rights in a cluster, as those have that run it. */
  readonly byRights?: true;
  /**
   * Whether its start starts no path by itself. Entries of SPIRE represent the tool itself. An API with IAM authentication
   * forwards only permitted calls.
   */
  readonly startsNone?: true;
  /** Whether it only locates something. */
  readonly isPlace?: true;
  /** The endpoint, where it is one. */
  readonly entry?: FactOf<"exposes">;
}

const held: ReadonlySet<FactKind> = new Set<FactKind>(["runs-as", "owns", "assumes"]);

/** A step to an identity as an edge. */
export function edgeOf({ from, to, by, fact, uncertainty, only }: Step): Edge {
  return {
    from: withoutTags(from),
    to: withoutTags(to),
    by,
    at: fact.at,
    ...(uncertainty && { uncertainty }),
    ...(only && { only }),
    ...(fact.kind === "binds" && { byRights: true }),
    ...(held.has(fact.kind) && { held: true }),
    ...(fact.kind === "registers" && { startsNone: true }),
  };
}
