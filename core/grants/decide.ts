import { compareText } from "../compare-text";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
  type Sensitivity,
} from "./grant";

/** The answer to a request. */
export type Decision =
  | {
      /** The call may be made, with authority for the seconds asked for. */
      readonly kind: "allow";
      /** The narrowest of the grants that allow it, whatever their order. */
      readonly by: Grant;
    }
  | {
      /** The call may be made once a person has agreed to it. */
      readonly kind: "ask";
      /** The narrowest of the grants that would then allow it. */
      readonly by: Grant;
    }
  | {
      /** The call may not be made. */
      readonly kind: "deny";
      /** Everything that stands against it, in the order of {@link refusals}; of the grants that come nearest. */
      readonly because: readonly Refusal[];
    };

/** What can stand against a call, from what no grant mends to what a small change of the request does. */
export const refusals = [
  "malformed",
  "other-tenant",
  "no-grant",
  "intent",
  "sensitivity",
  "context",
  "seconds",
] as const;
/** What stands against a call. */
export type Refusal = (typeof refusals)[number];

/**
 * Decides whether a call may be made: the reference that every compiled policy must agree with.
 *
 * Without a grant the answer is no. A grant counts by itself, so more grants never take away what fewer allow, and
 * their order does not matter. What is not well formed, in the request or in a grant, allows nothing.
 */
export function decide(request: CallRequest, grants: readonly Grant[]): Decision {
  if (!isWellFormed(request)) return deny("malformed");
  if (request.caller.tenant !== request.tool.tenant) return deny("other-tenant");
  const about = grants.filter((grant) => isAbout(grant, request));
  if (about.length === 0) return deny("no-grant");
  const judged = about.map((by) => ({ by, because: refusalsOf(by, request) }));
  const fitting = judged
    .filter(({ because }) => because.length === 0)
    .map(({ by }) => by)
    .sort(narrowestFirst);
  const allowing = fitting.find((grant) => isApproved(grant, request));
  if (allowing !== undefined) return { kind: "allow", by: allowing };
  const [asking] = fitting;
  if (asking !== undefined) return { kind: "ask", by: asking };
  return { kind: "deny", because: nearestOf(judged.map(({ because }) => because)) };
}

function deny(...because: readonly Refusal[]): Decision {
  return { kind: "deny", because };
}

function isWellFormed(request: CallRequest): boolean {
  const { caller, tool, intent, seconds, sensitivity } = request;
  return (
    [caller.tenant, caller.name, tool.tenant, tool.name, intent].every((name) => name !== "") &&
    isSeconds(seconds) &&
    sensitivities.includes(sensitivity)
  );
}

function isSeconds(value: number): boolean {
  return isWhole(value) && value >= 1;
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isAbout(grant: Grant, { caller, tool }: CallRequest): boolean {
  return grant.tenant === caller.tenant && grant.caller === caller.name && grant.tool === tool.name;
}

function refusalsOf(grant: Grant, request: CallRequest): readonly Refusal[] {
  const holds: Readonly<Partial<Record<Refusal, boolean>>> = {
    intent: grant.intents.includes(request.intent),
    sensitivity: isWithin(request.sensitivity, grant.sensitivity),
    context: grant.conditions.every((condition) => conditionHolds(condition, request.context)),
    seconds: isSeconds(grant.maxSeconds) && request.seconds <= grant.maxSeconds,
  };
  return refusals.filter((refusal) => holds[refusal] === false);
}

/** A level that is not in the list is below every other as a limit: nothing is within it. */
function isWithin(asked: Sensitivity, most: Sensitivity): boolean {
  return sensitivities.indexOf(asked) <= sensitivities.indexOf(most);
}

function conditionHolds(condition: GrantCondition, context: CallRequest["context"]): boolean {
  // What an object inherits, such as `constructor`, is no entry of a context.
  const value = Object.hasOwn(context, condition.key) ? context[condition.key] : undefined;
  switch (condition.kind) {
    case "one-of":
      return typeof value === "string" && condition.values.includes(value);
    case "at-most":
      return isWhole(value) && isWhole(condition.limit) && value <= condition.limit;
    case "is":
      return value === condition.value;
  }
}

/** Only a grant that says `none` needs no person; whatever else it says, somebody has to agree. */
function isApproved(grant: Grant, { approvedBy }: CallRequest): boolean {
  return grant.approval === "none" || (approvedBy !== undefined && approvedBy.trim() !== "");
}

function narrowestFirst(a: Grant, b: Grant): number {
  return (
    a.maxSeconds - b.maxSeconds ||
    sensitivities.indexOf(a.sensitivity) - sensitivities.indexOf(b.sensitivity) ||
    compareText(JSON.stringify(a), JSON.stringify(b))
  );
}

function nearestOf(candidates: readonly (readonly Refusal[])[]): readonly Refusal[] {
  const rank = (because: readonly Refusal[]): string =>
    `${because.length}${because.map((one) => refusals.length - refusals.indexOf(one)).join("")}`;
  const [first = []] = [...candidates].sort((a, b) => compareText(rank(a), rank(b)));
  return first;
}
