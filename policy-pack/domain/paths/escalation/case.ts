import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Authority } from "../../iam/authority/authority";

/** The caller and its policies. */
export interface Case {
  readonly graph: Graph;
  readonly identity: Name;
  readonly authority: Authority;
}
