import type { SourcePosition } from "../../../core/snapshot/resource";
import type { Gain } from "./gained";

/** Whether authority grew, shrank, or cannot be compared since a part of it is not known. */
export type Change = "wider" | "narrower" | "unknown";

/**
 * What a change is about: what an identity may do, what it is denied, who may use it, what its own policy denies, or which tools
 * it may call.
 */
export type Aspect = "may" | "denied" | "usedBy" | "denies" | "calls";

/** One change of what an identity may do, or of who may use it. */
export interface DeltaRow {
  readonly change: Change;
  readonly aspect: Aspect;
  /** The whole change in one sentence, without a final period. Comes from programs: hostile wherever it is shown. */
  readonly sentence: string;
  readonly actions: readonly string[];
  readonly objects: readonly string[];
  /** Where it is declared: after the change, or before it where authority shrank. */
  readonly source?: SourcePosition;
  /** The rule whose new finding reports that this crosses tenants. */
  readonly crosses?: string;
}

/** A change, and what was gained or lost by it. */
export interface Stated {
  readonly change: Change;
  readonly aspect: Aspect;
  readonly gain: Gain;
}
