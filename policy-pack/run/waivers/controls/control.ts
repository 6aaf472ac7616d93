import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import type { Urn } from "../../../../core/snapshot/value";

/** What a control has to restrict. */
export interface ControlCase {
  /** Complete: what is absent stays absent. */
  readonly graph: Graph;
  readonly workload: Name;
  /** What the waived finding is about: a secret, an identity. */
  readonly thing: Name;
}

/** Whether something is so, as far as the stack shows; why not is a part of a message: lowercase, no final period. */
export type Proof =
  | { readonly kind: "proven" }
  | { readonly kind: "missing"; readonly reason: string }
  | { readonly kind: "unknown"; readonly reason: string; readonly dependsOn: readonly Urn[] };

/** Something that restricts a workload while a finding about it is waived. */
export interface Control {
  /** What the stack has to show, in one sentence without its period. */
  readonly shows: string;
  readonly prove: (given: ControlCase) => Proof;
}

/** So for certain. */
export const proven: Proof = { kind: "proven" };

/** Not so. */
export function missing(reason: string): Proof {
  return { kind: "missing", reason };
}

/** Unknown. */
export function unproven(reason: string, dependsOn: readonly Urn[] = []): Proof {
  return { kind: "unknown", reason, dependsOn };
}

/** Proven where all are; else the first that is missing, else the first that is unknown. */
export function allOf(proofs: readonly Proof[]): Proof {
  return (
    proofs.find((proof) => proof.kind === "missing") ??
    proofs.find((proof) => proof.kind === "unknown") ??
    proven
  );
}
