import type { SourcePosition } from "../../../core/snapshot/resource";
import type { Pattern, Permission, Test } from "./permission";

/**
 * Who may do what in a stack, as a report keeps it: what two reports are compared by.
 *
 * Names and texts of policies alone, with what is marked as secret masked.
 */
export interface Authority {
  /** By key. */
  readonly identities: readonly IdentityAuthority[];
  /** By label. */
  readonly workloads: readonly WorkloadIdentity[];
  /** Which workload may call which tool, by caller and tool. */
  readonly calls: readonly CallGrant[];
}

/** What an identity may do, or what may be done with a resource that has a policy of its own. */
export interface IdentityAuthority {
  /** Stays the same from run to run and from stack to stack. */
  readonly key: string;
  /** How people name it. Comes from the program: hostile wherever it is shown. */
  readonly label: string;
  /** The readable kind: `role`, `user`, `ServiceAccount`, `bucket`. */
  readonly what: string;
  /** Whether it is not known which identity it is: `key` is that of the binding that names it. Default: it is known. */
  readonly isOpen?: true;
  /** What its policies allow, within its permissions boundary, less what is denied without a condition. */
  readonly may: readonly Permission[];
  /** What its policies and its boundary deny of that, in part or on a condition. */
  readonly denied: readonly Permission[];
  /** Which principals may assume it, or may use the resource. */
  readonly usedBy: readonly Permission[];
  /** What the policy of a resource denies principals. Default: nothing. */
  readonly denies?: readonly Permission[];
  /** The replacement for its permissions, where a stack has more than a report may have. */
  readonly leftOut?: { readonly permissions: number; readonly digest: string };
  readonly source?: SourcePosition;
}

/** A workload with the identities that it authenticates as. */
export interface WorkloadIdentity {
  readonly key: string;
  readonly label: string;
  readonly tenant?: string;
  /** Keys of its identities. */
  readonly identities: readonly string[];
  /** Keys of the resources that settle which other identities it has. Default: all are known. */
  readonly of?: readonly string[];
  readonly source?: SourcePosition;
}

/** What one workload may request from one tool: a row of the table "who may call what". */
export interface CallGrant {
  /** Key and label of the workload that calls. */
  readonly caller: string;
  readonly label: string;
  readonly tool: Pattern;
  readonly intents: readonly Pattern[];
  /** The most sensitive data that the call may touch: a level of {@link sensitivities}, or not known. */
  readonly sensitivity: Pattern;
  /** Who agrees to each call: `none` beyond the grant, `human` for a person. */
  readonly approval: Pattern;
  /** Seconds that the authority for one call lasts at most; absent where that is not known. */
  readonly maxSeconds?: number;
  /** Default: none. */
  readonly conditions?: readonly Test[];
  /** What decides each call: `none` where the workload calls directly, or where the stack has nothing that decides. */
  readonly decidedBy: "broker" | "gateway" | "policy store" | "none" | "unknown";
  /** Keys of the resources that the grant is made of. Default: none. */
  readonly of?: readonly string[];
  readonly source?: SourcePosition;
}

/** Whether there is nothing to keep. */
export function isEmpty({ identities, workloads, calls }: Authority): boolean {
  return identities.length + workloads.length + calls.length === 0;
}
