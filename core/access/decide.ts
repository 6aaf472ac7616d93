import { isAccountId } from "../arn";
import type { Authority, Doubt, Policy } from "../authority/authority";
import { allowedBy, asked, leftOf, type Grant } from "../authority/grants";
import { meet } from "../authority/meet";
import { inTheCall } from "../authority/selected";
import type { Graph } from "../graph/graph";
import { covers, hasWildcard } from "../pattern";
import { askedTags, asksObjectTags } from "./asked-tags";
import type { Named } from "./asking";
import type { Part } from "../policy/statement";
import type { Caller } from "./caller";
import { guardOf, type Guard } from "./guard";
import { accountOf, makingOf, type Held } from "./held";
import { actionsAbout, isAbout, isAboutPlace, isListing, isOutside, isUse } from "./kinds";
import { takesIn, writtenOut, type ArnPattern } from "./known-arn";
import { requestsOn, variableIn } from "./request";

/** A resource that a policy lets a caller act on, for certain or perhaps. */
export interface Reached {
  readonly held: Held;
  /** The actions as the policy writes them, up to a few; empty where it names others. */
  readonly actions: readonly string[];
  readonly doubt: Doubt | undefined;
}

/** What is asked: whether a policy of a caller lets it act on a resource by what a part of a statement names. */
export interface Question extends Named {
  readonly graph: Graph;
  readonly caller: Caller;
  /** One of the caller's, with conditions as far as they are decided. */
  readonly policy: Policy;
  readonly held: Held;
  /** Whether only those actions are asked for by which callers share it. */
  readonly isUse?: boolean;
}

/** Whether a policy of a caller lets it act on a resource, after all that limits and denies it; undefined where not. */
export function decide(question: Question): Reached | undefined {
  const { graph, caller, held, pattern } = question;
  const taken = pattern === undefined ? undefined : takesIn(pattern, held.arn);
  if (taken?.kind === "no") return undefined;
  if (held.isAccount === true && !isNamedBy(pattern, held)) return undefined;
  const guard = guardOf(graph, held, caller);
  const grants = grantsOn(question, guard);
  const certain = grants.find(({ doubt }) => doubt === undefined) ?? grants[0];
  if (certain === undefined) return undefined;
  const waitsFor = makingOf(held);
  const doubt =
    certain.doubt ??
    valueDoubt(question) ??
    variableDoubt(question) ??
    (taken?.kind === "unknown" ? { reason: taken.reason, waitsFor } : undefined) ??
    guard.doubt ??
    tenantDoubt(held);
  return { held, actions: written(certain, held), doubt };
}

/** A value that waits for one resource alone names it, or something of it. */
function valueDoubt({ graph, held, part }: Question): Doubt | undefined {
  if (part.kind === "text") return undefined;
  const [only, ...more] = [...new Set(part.waitsFor)];
  const isNamed = only !== undefined && held.name !== undefined && graph.same(only, held.name);
  if (isNamed && more.length === 0) {
    return part.behind?.includes("${") === true ? { reason: inTheCall, waitsFor: [] } : undefined;
  }
  return { reason: "a resource of a policy is not known yet", waitsFor: part.waitsFor };
}

/** A variable without a value lets the statement name nothing. */
function variableDoubt({ caller, held, variables }: Question): Doubt | undefined {
  for (const key of variables) {
    const value = variableIn(caller, held, key);
    if (value.kind === "unknown") {
      return { reason: value.reason, waitsFor: value.waitsFor ?? [] };
    }
  }
  return undefined;
}

function tenantDoubt({ tenantWaitsFor }: Held): Doubt | undefined {
  if (tenantWaitsFor === undefined) return undefined;
  return { reason: "the tenant of a resource is not known yet", waitsFor: tenantWaitsFor };
}

function grantsOn(question: Question, guard: Guard): readonly Grant[] {
  const { caller, policy, held, part, pattern } = question;
  const { kind, arn, fact } = held;
  const authority: Authority = {
    ...caller.authority,
    limits: [...caller.authority.limits, ...admissionOf(question, guard)],
    ofResource: guard.denies,
  };
  const { partition = "aws" } = pattern ?? {};
  const { asksOtherwise } = fact ?? {};
  const isClosed = asksOtherwise !== undefined && asksOtherwise.waitsFor === undefined;
  const own = isClosed ? asksOtherwise.actions : [];
  const byObjectTag = asksOfObjects(question, guard);
  return placesIn(held, part).flatMap(({ resource, isInside, isAbove }): readonly Grant[] => {
    const isWanted = (action: string): boolean =>
      isAbout(kind, action) &&
      isAboutPlace(kind, isInside, action) &&
      (isAbove === "perhaps" || isAbove === isListing(kind, action)) &&
      (held.name === undefined || !isOutside(kind, action)) &&
      (question.isUse !== true || isUse(kind, action));
    const actions = actionsAbout(kind).filter((each) => isWanted(each) && !own.includes(each));
    const place = placeOf(part, writtenOut(arn, resource, partition));
    if (actions.length === 0 || place === undefined) return [];
    const requests = requestsOn(caller, held, actions, isInside, byObjectTag);
    return requests.flatMap(({ actions: wantedActions, context }) => {
      const wanted = { actions: wantedActions.map(asked), resources: [place] };
      const allowed = allowedBy([policy], wanted, context).filter(
        ({ statement }) => statement !== undefined,
      );
      return leftOf(allowed, authority, context).flatMap((grant): readonly Grant[] => {
        const left = grant.actions.filter((each) => each.kind === "unknown" || isWanted(each.text));
        if (left.length === 0) return [];
        const doubt =
          grant.doubt ?? deniedPerhaps(authority, place, held) ?? askedPerhaps(held, left);
        return [{ ...grant, actions: left, ...(doubt && { doubt }) }];
      });
    });
  });
}

/** Whether a caller's policies, the one that is asked or the resource's own ask for tags of objects. */
function asksOfObjects({ caller, policy, held }: Question, { denies }: Guard): boolean {
  if (held.kind.service !== "s3") return false;
  return (
    askedTags(caller).objects ||
    [policy, ...denies].some(
      ({ content }) => content.kind === "document" && asksObjectTags(content.document),
    )
  );
}

interface Place {
  readonly resource: string;
  readonly isInside: boolean;
  /** Whether it is a path above the resource, of which other actions are asked than of itself. */
  readonly isAbove: boolean | "perhaps";
}

/** What actions on a resource are asked of; the name of what is not known may be a path above it as well. */
function placesIn({ arn, name }: Held, part: Part): readonly Place[] {
  const isOpen = arn.waitsFor !== undefined || name === undefined;
  const own = arn.widest.map((resource, index): Place => {
    return { resource, isInside: index > 0, isAbove: isOpen ? "perhaps" : false };
  });
  const named = own.filter(({ isInside }) => mayName(part, isInside));
  // What waits for a resource names itself, and no path above it.
  const paths = part.kind === "unknown" ? [] : (arn.above ?? []);
  const above = paths.map((resource): Place => {
    return { resource, isInside: false, isAbove: true };
  });
  return [...named, ...above];
}

/** Whether a part that is an ARN not known yet, with what is known to stand behind it, may name a resource itself, or what is in it. */
function mayName(part: Part, isInside: boolean): boolean {
  if (part.kind === "text" || part.output !== "arn") return true;
  const { behind = "" } = part;
  return behind === "*" || isInside === (behind !== "");
}

/** Where it is not known whether a resource asks IAM for what is left. */
function askedPerhaps({ fact }: Held, left: readonly Part[]): Doubt | undefined {
  const { actions = [], waitsFor, reason } = fact?.asksOtherwise ?? {};
  const isAll = left.every(
    (part) =>
      part.kind === "text" &&
      actions.some((each) => covers(each.toLowerCase(), part.text.toLowerCase())),
  );
  if (waitsFor === undefined || !isAll) return undefined;
  return { reason: reason ?? "what decides on calls of a resource is not known yet", waitsFor };
}

function placeOf(part: Part, text: string): Part | undefined {
  if (part.kind === "unknown") return part;
  const met = meet(part.text, text);
  return met === undefined ? undefined : asked(met);
}

/** A Deny that names an account or a region may be about a resource of which neither is known. */
function deniedPerhaps(
  { policies, limits, ofResource = [] }: Authority,
  place: Part,
  held: Held,
): Doubt | undefined {
  const { account, region } = held.arn;
  if (place.kind === "unknown" || (account !== undefined && region !== undefined)) {
    return undefined;
  }
  for (const { content } of [...policies, ...limits.flat(), ...ofResource]) {
    for (const statement of content.kind === "document" ? content.document.statements : []) {
      if (statement.kind === "unknown" || statement.effect !== "Deny") continue;
      if (statement.conditions.length > 0 || statement.resources?.negated !== false) continue;
      for (const value of statement.resources.values) {
        const what = narrowedBy(value, place);
        if (what === undefined) continue;
        return { reason: `the ${what} of a resource is not known`, waitsFor: makingOf(held) };
      }
    }
  }
  return undefined;
}

/** By what a value narrows a place, where that is the account or region alone. */
function narrowedBy(
  value: Part,
  place: Extract<Part, { kind: "text" }>,
): "account" | "region" | undefined {
  if (value.kind === "unknown" || value.text === "*") return undefined;
  const met = meet(value.text, place.text);
  if (met === undefined || met === place.text) return undefined;
  const [, , , , account, ...inMet] = met.split(":");
  const [, , , , wide, ...inPlace] = place.text.split(":");
  if (inMet.join(":") !== inPlace.join(":")) return undefined;
  return account === wide ? "region" : "account";
}

/** Whether a pattern says of which account the resources are, or where no ARN does, how their names start. */
function names({ account, resource }: ArnPattern, { arn }: Held): boolean {
  return arn.account === "" ? !/^[*?]/.test(resource) : !hasWildcard(account);
}

/** What the policies of a resource have to allow a caller as well: those of another account, and of a key. */
function admissionOf({ caller, held, pattern }: Question, guard: Guard): Authority["limits"] {
  const account = accountOf(held);
  const isOfOther =
    caller.account !== undefined &&
    account !== undefined &&
    isAccountId(account) &&
    account !== caller.account;
  // What a policy names in another account is meant; what it takes in by a wildcard is open only where that account says so.
  const asksAccount = isOfOther && !isNamedBy(pattern, held);
  const asksKey = held.kind.what === "key" && guard.isStated;
  return asksAccount || asksKey ? [guard.admits] : [];
}

function isNamedBy(pattern: ArnPattern | undefined, held: Held): boolean {
  return pattern === undefined || names(pattern, held);
}

const mostShown = 3;

function written({ statement, actions }: Grant, { kind }: Held): readonly string[] {
  if (statement === undefined || statement.actions.negated) return [];
  const texts = statement.actions.values.flatMap((part) =>
    part.kind === "text" && !part.secret && isAbout(kind, part.text) ? [part.text] : [],
  );
  const left = texts.filter((text) => actions.some((part) => isMet(part, text)));
  return (left.length > 0 ? left : texts).slice(0, mostShown);
}

function isMet(part: Part, text: string): boolean {
  return part.kind === "text" && meet(part.text.toLowerCase(), text.toLowerCase()) !== undefined;
}
