/** How a workload decides what to do next. */
export const Autonomy = {
  /** It chooses its steps itself. */
  Autonomous: "autonomous",
  /** A person confirms its steps. */
  Supervised: "supervised",
} as const;
/** How a workload decides what to do next. */
export type Autonomy = (typeof Autonomy)[keyof typeof Autonomy];

/** How much harm the data a workload reads can do in the wrong hands. */
export const Sensitivity = {
  /** Anyone may read it. */
  Public: "public",
  /** Anyone within the organisation may read it. */
  Internal: "internal",
  /** Personal or business data that few may read. */
  Confidential: "confidential",
  /** Payment, health or security data, under rules of its own. */
  Restricted: "restricted",
} as const;
/** How much harm the data a workload reads can do in the wrong hands. */
export type Sensitivity = (typeof Sensitivity)[keyof typeof Sensitivity];

/** What a workload can cause outside itself. */
export const Effect = {
  /** It moves money. */
  Payment: "payment",
  /** It changes production systems. */
  ProductionChange: "production-change",
  /** It deletes data. */
  Deletion: "deletion",
  /** It writes to people outside the organisation. */
  ExternalMessage: "external-message",
} as const;
/** What a workload can cause outside itself. */
export type Effect = (typeof Effect)[keyof typeof Effect];

/** Who agrees to a call before it is made. */
export const Approval = {
  /** No person: the grant is enough. */
  None: "none",
  /** A person agrees to each call. */
  Human: "human",
} as const;
/** Who agrees to a call before it is made. */
export type Approval = (typeof Approval)[keyof typeof Approval];

/**
 * A choice of an argument that a program in YAML can pass on, as a text.
 *
 * The declarations that are published have unions of the choices and any text here (`scripts/build.mjs`), so that an editor
 * completes them. Pulumi's analyser of components takes no union.
 */
export type EffectName = string;
/** The same of {@link Sensitivity}. */
export type SensitivityName = string;
/** The same of {@link Approval}. */
export type ApprovalName = string;
