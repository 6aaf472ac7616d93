import type { Name } from "../../facts/name";
import type { SourcePosition } from "../../../core/snapshot/resource";
import type { NodeKind } from "./identity-graph";

/** A thing of the graph, or a node that only the picture has. */
export type LinkEnd =
  | {
      readonly kind: "thing";
      readonly name: Name;
      /** Its kind where its names do not contain it. Default `identity`. */
      readonly as?: "identity" | "secret";
      /** Where it is declared, where it is no resource. */
      readonly source?: SourcePosition | undefined;
    }
  | {
      readonly kind: "made";
      readonly name: Name;
      readonly label: string;
      readonly as: NodeKind;
      readonly what: string;
    };

/** One link from a node to another; several between the same two become one edge. */
export interface Link {
  readonly from: LinkEnd;
  readonly to: LinkEnd;
  readonly by: string;
  readonly possible: boolean;
  /** Tenants that alone can take it. Default: all. */
  readonly only?: ReadonlySet<string> | undefined;
}
