import type { Name } from "../../facts/name";
import type { SourcePosition } from "../../../core/snapshot/resource";

/** The kinds of nodes, in the order in which a reader meets them. */
export const nodeKinds = [
  "workload",
  "tool",
  "namespace",
  "identity",
  "secret",
  "outside",
] as const;

/** The kind of a node: `outside` is a principal without a resource in the stack. */
export type NodeKind = (typeof nodeKinds)[number];

/** A thing of the identity graph. */
export interface IdentityNode {
  /** The spelling by which findings name it. */
  readonly name: Name;
  /** Other spellings: of the workloads that carry out a declaration. Default: none. */
  readonly also?: readonly Name[];
  /** How people name it. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  readonly kind: NodeKind;
  /** What it is, as people call it: `Deployment`, `IAM role`. */
  readonly what: string;
  readonly tenant?: string;
  readonly source?: SourcePosition;
  /** What it is known to read or to cause that makes it a high risk: `payment`, `restricted data`. Worst first. Default: none. */
  readonly harms?: readonly string[];
}

/** One node assumes, uses or calls another. */
export interface IdentityEdge {
  /** Positions in the list of nodes. */
  readonly from: number;
  readonly to: number;
  /** The verbs: `runs as`, `assumes`, `uses`; several are joined by commas. */
  readonly by: string;
  /** Whether it is not certain. */
  readonly possible?: true;
  /** The only tenants that can take it, where conditions restrict the caller to them. Default: all. */
  readonly only?: readonly string[];
}

/**
 * Who assumes, uses or calls what, as plain data: names only, never a value.
 *
 * Nodes are in the order of their names and edges in that of their nodes, whatever the order of resources.
 */
export interface IdentityGraph {
  readonly nodes: readonly IdentityNode[];
  readonly edges: readonly IdentityEdge[];
}
