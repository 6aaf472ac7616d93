/** How much harm data can do in the wrong hands, from the least to the most. */
export const sensitivities = ["public", "internal", "confidential", "restricted"] as const;
/** How much harm data can do in the wrong hands. */
export type Sensitivity = (typeof sensitivities)[number];

/** A workload by its tenant and its name within it; both are compared letter by letter. */
interface WorkloadName {
  readonly tenant: string;
  readonly name: string;
}

/**
 * What one workload may ask of one tool of its tenant, and on which conditions.
 *
 * There is no wildcard anywhere: a grant means exactly what it names. Every part of it can be said in Cedar and in Rego:
 * equality, membership in a set of texts, and comparison of whole numbers, since Cedar has no floating point (source:
 * docs.cedarpolicy.com, data types).
 */
export interface Grant {
  /** Tenant of caller and tool alike, so that no grant can cross a tenant. */
  readonly tenant: string;
  /** Name of the workload that may call. */
  readonly caller: string;
  /** Name of the tool that may be called. */
  readonly tool: string;
  /** Purposes for which it may be called; none means never. */
  readonly intents: readonly string[];
  /** The most sensitive data that the call may touch. */
  readonly sensitivity: Sensitivity;
  /** What must hold of the request's context; all of it. */
  readonly conditions: readonly GrantCondition[];
  /** Who agrees to each call: nobody beyond the grant, or a person. */
  readonly approval: "none" | "human";
  /** Seconds that the authority for one call lasts at most. */
  readonly maxSeconds: number;
}

/** What must hold of one entry of a request's context; an entry that is absent or of another type never holds. */
export type GrantCondition =
  | {
      /** The entry is one of these texts. */
      readonly kind: "one-of";
      readonly key: string;
      readonly values: readonly string[];
    }
  | {
      /** The entry is a whole number up to a limit, such as an amount in cents. */
      readonly kind: "at-most";
      readonly key: string;
      readonly limit: number;
    }
  | {
      /** The entry is this truth value. */
      readonly kind: "is";
      readonly key: string;
      readonly value: boolean;
    };

/** One call that a workload wants to make, as whoever enforces grants has established it. */
export interface CallRequest {
  /** Who calls, from the identity it has proven. */
  readonly caller: WorkloadName;
  /** What it calls. */
  readonly tool: WorkloadName;
  /** What for. */
  readonly intent: string;
  /** The most sensitive data that the call touches. */
  readonly sensitivity: Sensitivity;
  /** Seconds for which authority is wanted; a whole number, at least 1. */
  readonly seconds: number;
  /** The person who has agreed to this very call; absent while nobody has. */
  readonly approvedBy?: string;
  /** Everything else that conditions may ask for. */
  readonly context: Readonly<Record<string, string | number | boolean>>;
}

/** Seconds that the authority for one call lasts where a grant does not say it. */
export const defaultGrantSeconds = 300;
