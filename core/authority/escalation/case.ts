import type { Graph } from "../../graph/graph";
import type { Name } from "../../graph/name";
import type { Authority } from "../authority";

/** The caller and its policies. */
export interface Case {
  readonly graph: Graph;
  readonly identity: Name;
  readonly authority: Authority;
}
