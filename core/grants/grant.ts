/** How much harm data can do in the wrong hands, from the least to the most. */
export const sensitivities = ["public", "internal", "confidential", "restricted"] as const;
/** How much harm data can do in the wrong hands. */
export type Sensitivity = (typeof sensitivities)[number];

/** A workload or a user by tenant and name within it; both are compared letter by letter. */
export interface WorkloadName {
  readonly tenant: string;
  readonly name: string;
}

/**
 * What one workload may request from one tool of its tenant, and on which conditions.
 *
 * There are no wildcards: a grant means exactly what it names. Cedar and Rego can express every part of it: equality,
 * membership in a set of texts, and comparison of whole numbers, since Cedar has no floating point (source:
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
  /** The conditions on the request's context; all must be met. */
  readonly conditions: readonly GrantCondition[];
  /** Who agrees to each call: no one beyond the grant, or a person. */
  readonly approval: "none" | "human";
  /** Seconds that the authority for one call lasts at most. */
  readonly maxSeconds: number;
  /** Calls that one task gets by the grant at most; a policy alone counts none. Default: any number. */
  readonly maxCalls?: number;
  /**
   * Whether it also allows calls whose request has intents alone, and takes all else from the tool's defaults; a policy alone has
   * no such requests. Never with an approval, which is of a described call. Default: it does not.
   */
  readonly withoutDetails?: true;
}

/**
 * The condition on one entry of a request; an absent entry or one of another type never meets it.
 *
 * A key is one of the request's context, or one of what is proven of a request. Those are `user` (name), `actors` (names of the
 * workloads before the caller: at least one, and all of them), `target`, `environment`, and `until`, the second at which the
 * authority ends.
 */
export type GrantCondition =
  | {
      /** The entry is one of these texts; of a list, each is. */
      readonly kind: "one-of";
      readonly key: string;
      readonly values: readonly string[];
    }
  | {
      /** The entry is a whole number from one to another, such as an amount in cents. */
      readonly kind: "between";
      readonly key: string;
      readonly least: number;
      readonly most: number;
    }
  | {
      /** The entry is a whole number from 0, and comes with all calls of the task by this grant to at most this; a policy alone adds up none. */
      readonly kind: "sum";
      readonly key: string;
      readonly most: number;
    }
  | {
      /** The entry is this truth value. */
      readonly kind: "is";
      readonly key: string;
      readonly value: boolean;
    };

/** A call that a workload requests, as the enforcing party has established it. */
export interface CallRequest {
  /** The user for whom the chain of workloads acts; absent where there is none. */
  readonly user?: WorkloadName;
  /** The workloads between the user and the caller, such as an orchestrator; the first one first. */
  readonly actors: readonly WorkloadName[];
  /** Who calls, from the identity it has proven. */
  readonly caller: WorkloadName;
  /** What it calls. */
  readonly tool: WorkloadName;
  /** What for. */
  readonly intent: string;
  /** The resource that the tool is to act on, such as an order; absent where the call names none. */
  readonly target?: string;
  /** The environment of the tool, such as `production`; absent without one. */
  readonly environment?: string;
  /** The most sensitive data that the call touches. */
  readonly sensitivity: Sensitivity;
  /** Seconds for which authority is wanted; a whole number, at least 1. */
  readonly seconds: number;
  /** The time of the request, in whole seconds since 1970. */
  readonly now: number;
  /** The task that the call is a part of. */
  readonly task: {
    /** Whether it has ended, or was revoked for any party in the chain or for the tool. */
    readonly ended: boolean;
    /** When it ends by itself, in whole seconds since 1970; no authority lasts longer. */
    readonly until: number;
  };
  /** The person who has approved this very call; absent until then. */
  readonly approvedBy?: string;
  /** Everything else that conditions look at. */
  readonly context: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The condition of written bounds on a number. A lower bound that is not written is 0, so that a negative amount is refused where
 * only the upper one was thought of.
 */
export function between(
  key: string,
  { atLeast = 0, atMost = Number.MAX_SAFE_INTEGER }: WrittenRange,
): GrantCondition {
  return { kind: "between", key, least: atLeast, most: atMost };
}

/** What a call takes of what its task may use up by a grant. */
export interface Spending {
  /** The entry that is added up; empty for the number of calls. */
  readonly key: string;
  readonly amount: number;
  /** What all calls of the task may come to. */
  readonly most: number;
}

/** Whether a grant limits what a task uses up, so that only what counts can decide by it. */
export function isCounted({ maxCalls, conditions }: Grant): boolean {
  return maxCalls !== undefined || conditions.some(({ kind }) => kind === "sum");
}

/** What a call that a grant allows takes of what its task may use up. */
export function spendingOf(
  { maxCalls, conditions }: Grant,
  { context }: Pick<CallRequest, "context">,
): readonly Spending[] {
  const sums = new Map<string, number>();
  for (const one of conditions) {
    if (one.kind === "sum") sums.set(one.key, Math.min(one.most, sums.get(one.key) ?? one.most));
  }
  return [
    ...(maxCalls === undefined ? [] : [{ key: "", amount: 1, most: maxCalls }]),
    ...[...sums].map(([key, most]) => ({ key, amount: Number(context[key]), most })),
  ];
}

/** Bounds on a number as people write them: one or both. */
interface WrittenRange {
  readonly atLeast?: number | undefined;
  readonly atMost?: number | undefined;
}

/** Seconds of authority for one call where a grant sets none. */
export const defaultGrantSeconds = 300;

/** A tool as requests without details find it. */
interface DefaultingTool {
  readonly name: string;
  readonly defaults?: { readonly intent?: string | undefined } | undefined;
}

/** What of a grant decides calls without details. */
interface DefaultedGrant extends Pick<Grant, "tool" | "intents"> {
  readonly approval: string;
  readonly withoutDetails?: boolean | undefined;
}

/** A mistake in what a broker decides on. */
export interface DefaultsProblem {
  /** What has it: `withoutDetails` of a grant, or `defaults` of a tool or their `intent`. */
  readonly part: "withoutDetails" | "defaults" | "intent";
  /** Of the list of grants or tools. */
  readonly index: number;
  /** What is wrong with it, and what to do. */
  readonly problem: string;
}

/**
 * Where tools' defaults and the grants that allow requests without details do not fit: a person would approve what no request
 * describes, or one of both has no effect.
 */
export function defaultsProblems(
  tools: readonly DefaultingTool[],
  grants: readonly DefaultedGrant[],
): readonly DefaultsProblem[] {
  const without = grants.filter(({ withoutDetails }) => withoutDetails === true);
  return [
    ...grants.flatMap(({ tool, approval, withoutDetails }, index): readonly DefaultsProblem[] => {
      if (withoutDetails !== true) return [];
      const part = "withoutDetails";
      if (approval !== "none") {
        const problem =
          "is set with an approval, which a person gives for a described call; leave it out";
        return [{ part, index, problem }];
      }
      const called = tools.find(({ name }) => name === tool);
      if (called === undefined || called.defaults !== undefined) return [];
      return [{ part, index, problem: `needs \`defaults\` of tool \`${tool}\`` }];
    }),
    ...tools.flatMap(({ name, defaults }, index): readonly DefaultsProblem[] => {
      if (defaults === undefined) return [];
      const own = without.filter(({ tool }) => tool === name);
      if (own.length === 0) {
        const problem =
          "have no effect; set `withoutDetails: true` at a grant on the tool, or leave them out";
        return [{ part: "defaults", index, problem }];
      }
      const { intent } = defaults;
      if (intent === undefined || own.some(({ intents }) => intents.includes(intent))) return [];
      const problem = `is \`${intent}\`, which no grant with \`withoutDetails\` has; grant it, or name another`;
      return [{ part: "intent", index, problem }];
    }),
  ];
}
