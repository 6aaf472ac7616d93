import type { Graph } from "../../graph/graph";
import type { Name } from "../../graph/name";
import type { Authority } from "../authority";

/** Who asks, and by what. */
export interface Case {
  readonly graph: Graph;
  readonly identity: Name;
  readonly authority: Authority;
}
