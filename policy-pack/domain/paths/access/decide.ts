import { uncertain, type Uncertainty } from "../../../../core/certainty";
import { isAccountId } from "../../../../core/arn";
import type { Authority, Policy } from "../../iam/authority/authority";
import { allowedBy, requested, leftOf, type Grant } from "../../iam/authority/grants";
import { meet } from "../../iam/authority/meet";
import { inTheCall } from "../../iam/authority/selected";
import type { Graph } from "../../../facts/graph";
import { covers, hasWildcard } from "../../../../core/pattern";
import { requestedTags, checksObjectTags } from "./requested-tags";
import type { Named } from "./authorization";
import type { Part } from "../../../../core/policy/statement";
import type { Caller } from "./caller";
import { guardOf, type Guard } from "./guard";
import { accountOf, makingOf, type TenantResource } from "./tenant-resource";
import { actionsAbout, isAbout, isAboutPlace, isListing, isOutside, isUse } from "./kinds";
import { arnMatches, writtenOut, type ArnPattern } from "./known-arn";
import { requestsOn, variableIn } from "./request";

/** A resource that a policy allows a caller to act on, certain or unknown. */
export interface Reached {
  readonly resource: TenantResource;
  /** The actions as the policy writes them, up to a few; empty where it names others. */
  readonly actions: readonly string[];
  readonly uncertainty: Uncertainty | undefined;
}

/** The question: whether a policy of a caller allows it to act on a resource by a part of a statement. */
export interface Question extends Named {
  readonly graph: Graph;
  readonly caller: Caller;
  /** One of the caller's, with conditions as far as they are decided. */
  readonly policy: Policy;
  readonly held: TenantResource;
  /** Whether it covers only the actions by which callers share the resource. */
  readonly isUse?: boolean;
}

/** Whether a policy of a caller allows it to act on a resource, after all limits and denies; undefined where it does not. */
export function decide(question: Question): Reached | undefined {
  const { graph, caller, held, pattern } = question;
  const taken = pattern === undefined ? undefined : arnMatches(pattern, held.arn);
  if (taken?.kind === "no") return undefined;
  if (held.isAccount === true && !isNamedBy(pattern, held)) return undefined;
  const guard = guardOf(graph, held, caller);
  const grants = grantsOn(question, guard);
  const certain = grants.find(({ uncertainty }) => uncertainty === undefined) ?? grants[0];
  if (certain === undefined) return undefined;
  const dependsOn = makingOf(held);
  const uncertainty =
    certain.uncertainty ??
    valueUncertainty(question) ??
    variableUncertainty(question) ??
    (taken?.kind === "unknown" ? { reason: taken.reason, dependsOn } : undefined) ??
    guard.uncertainty ??
    tenantUncertainty(held);
  return { resource: held, actions: written(certain, held), uncertainty };
}

/** A value that waits for one resource alone names it, or something of it. */
function valueUncertainty({ graph, held, part }: Question): Uncertainty | undefined {
  if (part.kind === "text") return undefined;
  const [only, ...more] = [...new Set(part.dependsOn)];
  const isNamed = only !== undefined && held.name !== undefined && graph.same(only, held.name);
  if (isNamed && more.length === 0) {
    return part.behind?.includes("${") === true ? uncertain(inTheCall) : undefined;
  }
  return uncertain("a resource of a policy is not known yet", part);
}

/** With a variable that has no value, the statement names nothing. */
function variableUncertainty({ caller, held, variables }: Question): Uncertainty | undefined {
  for (const key of variables) {
    const value = variableIn(caller, held, key);
    if (value.kind === "unknown") {
      return { reason: value.reason, dependsOn: value.dependsOn ?? [] };
    }
  }
  return undefined;
}

function tenantUncertainty({ tenantDependsOn }: TenantResource): Uncertainty | undefined {
  if (tenantDependsOn === undefined) return undefined;
  return { reason: "the tenant of a resource is not known yet", dependsOn: tenantDependsOn };
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
  const { authorizedOtherwise } = fact ?? {};
  const isClosed = authorizedOtherwise !== undefined && authorizedOtherwise.dependsOn === undefined;
  const own = isClosed ? authorizedOtherwise.actions : [];
  const byObjectTag = requiredOfObjects(question, guard);
  return placesIn(held, part).flatMap(({ resource, isInside, isAbove }): readonly Grant[] => {
    const isWanted = (action: string): boolean =>
      isAbout(kind, action) &&
      isAboutPlace(kind, isInside, action) &&
      (isAbove === "possibly" || isAbove === isListing(kind, action)) &&
      (held.name === undefined || !isOutside(kind, action)) &&
      (question.isUse !== true || isUse(kind, action));
    const actions = actionsAbout(kind).filter((each) => isWanted(each) && !own.includes(each));
    const place = placeOf(part, writtenOut(arn, resource, partition));
    if (actions.length === 0 || place === undefined) return [];
    const requests = requestsOn(caller, held, actions, isInside, byObjectTag);
    return requests.flatMap(({ actions: wantedActions, context }) => {
      const wanted = { actions: wantedActions.map(requested), resources: [place] };
      const allowed = allowedBy([policy], wanted, context).filter(
        ({ statement }) => statement !== undefined,
      );
      return leftOf(allowed, authority, context).flatMap((grant): readonly Grant[] => {
        const left = grant.actions.filter((each) => each.kind === "unknown" || isWanted(each.text));
        if (left.length === 0) return [];
        const uncertainty =
          grant.uncertainty ??
          possiblyDenied(authority, place, held) ??
          possiblyRequested(held, left);
        return [{ ...grant, actions: left, ...(uncertainty && { uncertainty }) }];
      });
    });
  });
}

/** Whether a caller's policies, the one in question or the resource's own test tags of objects. */
function requiredOfObjects({ caller, policy, held }: Question, { denies }: Guard): boolean {
  if (held.kind.service !== "s3") return false;
  return (
    requestedTags(caller).objects ||
    [policy, ...denies].some(
      ({ content }) => content.kind === "document" && checksObjectTags(content.document),
    )
  );
}

interface Place {
  readonly resource: string;
  readonly isInside: boolean;
  /** Whether it is a path above the resource, with other actions than the resource itself. */
  readonly isAbove: boolean | "possibly";
}

/** The ARNs that actions on a resource address; an unknown name may be a path above it as well. */
function placesIn({ arn, name }: TenantResource, part: Part): readonly Place[] {
  const isOpen = arn.dependsOn !== undefined || name === undefined;
  const own = arn.widest.map((resource, index): Place => {
    return { resource, isInside: index > 0, isAbove: isOpen ? "possibly" : false };
  });
  const named = own.filter(({ isInside }) => mayName(part, isInside));
  // What waits for a resource names itself, and no path above it.
  const paths = part.kind === "unknown" ? [] : (arn.above ?? []);
  const above = paths.map((resource): Place => {
    return { resource, isInside: false, isAbove: true };
  });
  return [...named, ...above];
}

/** Whether a part that is an unknown ARN with a known suffix may name a resource itself, or something in it. */
function mayName(part: Part, isInside: boolean): boolean {
  if (part.kind === "text" || part.output !== "arn") return true;
  const { behind = "" } = part;
  return behind === "*" || isInside === (behind !== "");
}

/** Where it is not known whether a resource leaves the decision to IAM. */
function possiblyRequested(
  { fact }: TenantResource,
  left: readonly Part[],
): Uncertainty | undefined {
  const { actions = [], dependsOn, reason } = fact?.authorizedOtherwise ?? {};
  const isAll = left.every(
    (part) =>
      part.kind === "text" &&
      actions.some((each) => covers(each.toLowerCase(), part.text.toLowerCase())),
  );
  if (dependsOn === undefined || !isAll) return undefined;
  return { reason: reason ?? "what decides on calls of a resource is not known yet", dependsOn };
}

function placeOf(part: Part, text: string): Part | undefined {
  if (part.kind === "unknown") return part;
  const met = meet(part.text, text);
  return met === undefined ? undefined : requested(met);
}

/** A Deny that names an account or a region may be about a resource of which neither is known. */
function possiblyDenied(
  { policies, limits, ofResource = [] }: Authority,
  place: Part,
  held: TenantResource,
): Uncertainty | undefined {
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
        return { reason: `the ${what} of a resource is not known`, dependsOn: makingOf(held) };
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

/** Whether a pattern fixes the account of the resources or, where ARNs have none, the start of their names. */
function names({ account, resource }: ArnPattern, { arn }: TenantResource): boolean {
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
  // A resource that the policy names in another account is intended. One that matches a wildcard is open only where that
  // account allows it.
  const requiresAccount = isOfOther && !isNamedBy(pattern, held);
  const requiresKey = held.kind.what === "key" && guard.isConfigured;
  return requiresAccount || requiresKey ? [guard.trusts] : [];
}

function isNamedBy(pattern: ArnPattern | undefined, held: TenantResource): boolean {
  return pattern === undefined || names(pattern, held);
}

const mostShown = 3;

function written({ statement, actions }: Grant, { kind }: TenantResource): readonly string[] {
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
