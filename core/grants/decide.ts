import { compareText } from "../compare-text";
import { grantText } from "./grant-id";
import {
  sensitivities,
  type CallRequest,
  type Grant,
  type GrantCondition,
  type Sensitivity,
} from "./grant";
import {
  approverOf,
  chainOf,
  conditionKey,
  factOf,
  isSeconds,
  isWellFormed,
  isWhole,
  type FactValue,
  type ProvenKey,
} from "./request";

/** The answer to a request. */
export type Decision =
  | {
      /** The call may be made, with authority for the requested seconds. */
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
      /** Every refusal, in the order of {@link refusals}; of the nearest grants. */
      readonly because: readonly Refusal[];
    };

/** The refusals of a call, from those that no grant fixes to those that a small change of the request fixes. */
export const refusals = [
  "malformed",
  "other-tenant",
  "ended",
  "lapsed",
  "no-grant",
  "intent",
  "user",
  "actors",
  "target",
  "environment",
  "sensitivity",
  "context",
  "time",
  "seconds",
] as const;
/** A refusal of a call. */
export type Refusal = (typeof refusals)[number];

/**
 * Decides whether a call may be made: the reference that every compiled policy must agree with.
 *
 * Without a grant the answer is no. A grant counts by itself, so more grants never take away what fewer allow, and
 * their order does not matter. What is not well formed, in the request or in a grant, allows nothing.
 */
export function decide(request: CallRequest, grants: readonly Grant[]): Decision {
  const never = neverAllowed(request);
  if (never !== undefined) return deny(never);
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

/**
 * The grant that decides a call, and how: the same as {@link decide} names, of grants in the order of {@link narrowestFirst}.
 *
 * It stops at the first grant that allows the call, and at the first unmet part of each before.
 */
export function decidingGrant<T extends { readonly grant: Grant }>(
  request: CallRequest,
  inOrder: readonly T[],
): { readonly kind: "allow" | "ask"; readonly by: T } | undefined {
  if (neverAllowed(request) !== undefined) return undefined;
  let asking: T | undefined;
  for (const by of inOrder) {
    const isAllowing = isApproved(by.grant, request);
    if ((!isAllowing && asking !== undefined) || !fits(by.grant, request)) continue;
    if (isAllowing) return { kind: "allow", by };
    asking = by;
  }
  return asking && { kind: "ask", by: asking };
}

function fits(grant: Grant, request: CallRequest): boolean {
  return isAbout(grant, request) && unmetOf(grant, request).next().done === true;
}

/** The refusal that no grant lifts. */
function neverAllowed(request: CallRequest): Refusal | undefined {
  if (!isWellFormed(request)) return "malformed";
  const { tool, task, now, seconds } = request;
  if (chainOf(request).some(({ tenant }) => tenant !== tool.tenant)) return "other-tenant";
  if (task.ended) return "ended";
  return now + seconds > task.until ? "lapsed" : undefined;
}

function deny(...because: readonly Refusal[]): Decision {
  return { kind: "deny", because };
}

function isAbout(grant: Grant, { caller, tool }: CallRequest): boolean {
  return grant.tenant === caller.tenant && grant.caller === caller.name && grant.tool === tool.name;
}

function refusalsOf(grant: Grant, request: CallRequest): readonly Refusal[] {
  const unmet = new Set(unmetOf(grant, request));
  return refusals.filter((refusal) => unmet.has(refusal));
}

/** The unmet parts of a grant on a request, one by one as they are looked at. */
function* unmetOf(grant: Grant, request: CallRequest): Generator<Refusal, void> {
  if (!grant.intents.includes(request.intent)) yield "intent";
  if (!isWithin(request.sensitivity, grant.sensitivity)) yield "sensitivity";
  if (!isSeconds(grant.maxSeconds) || request.seconds > grant.maxSeconds) yield "seconds";
  for (const condition of grant.conditions) {
    if (!conditionMet(condition, request)) yield refusalOf(condition.key);
  }
}

/** A refusal of a call with an unmet condition. */
function refusalOf(key: string): Refusal {
  return Object.hasOwn(provenRefusals, key) ? provenRefusals[key as ProvenKey] : "context";
}

const provenRefusals: Readonly<Record<ProvenKey, Refusal>> = {
  user: "user",
  actors: "actors",
  target: "target",
  environment: "environment",
  until: "time",
};

/** A level that is not in the list is below every other as a limit: nothing is within it. */
function isWithin(requested: Sensitivity, most: Sensitivity): boolean {
  return sensitivities.indexOf(requested) <= sensitivities.indexOf(most);
}

function conditionMet(condition: GrantCondition, request: CallRequest): boolean {
  if (!conditionKey.test(condition.key)) return false;
  const value = factOf(request, condition.key);
  switch (condition.kind) {
    case "one-of":
      return textsOf(value)?.every((text) => condition.values.includes(text)) === true;
    case "between": {
      const { least, most } = condition;
      return [value, least, most].every(isWhole) && least <= Number(value) && Number(value) <= most;
    }
    case "sum":
      return (
        [value, condition.most].every(isWhole) &&
        0 <= Number(value) &&
        Number(value) <= condition.most
      );
    case "is":
      return value === condition.value;
  }
}

/** The texts of which each has to be one that a condition names; undefined where there is none. */
function textsOf(value: FactValue | undefined): readonly string[] | undefined {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value.length > 0 ? value : undefined;
}

/** Only a grant with `none` needs no person; with any other value, a person has to agree. */
function isApproved(grant: Grant, request: CallRequest): boolean {
  return grant.approval === "none" || approverOf(request) !== undefined;
}

/** The order in which grants are tried: the first one that allows is the one that decides. */
export function narrowestFirst(a: Grant, b: Grant): number {
  return (
    a.maxSeconds - b.maxSeconds ||
    sensitivities.indexOf(a.sensitivity) - sensitivities.indexOf(b.sensitivity) ||
    compareText(grantText(a), grantText(b))
  );
}

function nearestOf(candidates: readonly (readonly Refusal[])[]): readonly Refusal[] {
  const rank = (because: readonly Refusal[]): string =>
    [because.length, ...because.map((one) => refusals.length - refusals.indexOf(one))]
      .map((number) => String(number).padStart(2, "0"))
      .join("");
  const [first = []] = [...candidates].sort((a, b) => compareText(rank(a), rank(b)));
  return first;
}
