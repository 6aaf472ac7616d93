import { isAccountId } from "../../../../core/arn";
import { inTheCall } from "../../iam/authority/selected";
import { tenantMark } from "../../../../core/marks";
import type { Context, ContextValue } from "../../../../core/policy/condition/context";
import type { Urn } from "../../../../core/snapshot/value";
import { knownTenant } from "../../workloads/tenancy";
import { no, yes, type Three } from "../../../../core/three-valued";
import type { Caller } from "./caller";
import { accountOf, makingOf, type TenantResource } from "./tenant-resource";
import { tagOf } from "./kind-index";
import {
  isTagKey,
  objectTagActions,
  objectTagKey,
  tagAuthorization,
  tagKeysOf,
  withinAny,
} from "./tag-authorization";

const principalTag = "aws:principaltag/";
const absent: ContextValue = { kind: "absent" };

/** Keys that the request of every session of a role has. */
const ofAll: ReadonlySet<string> = new Set([
  "aws:currenttime",
  "aws:epochtime",
  "aws:principalarn",
  "aws:requestedregion",
  "aws:tokenissuetime",
  "aws:userid",
]);

/** Keys that it never has, as long as no service calls in the role's name. */
const ofNone: ReadonlySet<string> = new Set([
  "aws:calledvia",
  "aws:calledviafirst",
  "aws:calledvialast",
  "aws:username",
]);

/** Actions that a caller requests on a resource, and the values of the keys of such requests. */
export interface Request {
  readonly actions: readonly string[];
  readonly context: Context;
}

/**
 * Requests by which a caller may access a resource, separate where they carry other tags.
 *
 * @param actions each can be a pattern
 * @param isInside whether they address a part of the resource
 * @param byObjectTag whether some policy tests tags of objects
 */
export function requestsOn(
  caller: Caller,
  held: TenantResource,
  actions: readonly string[],
  isInside: boolean,
  byObjectTag: boolean,
): readonly Request[] {
  const { isByTag, isSwitched, not } = tagAuthorization(held.kind, isInside);
  const bare = withinAny(actions, not);
  const full = actions.filter((action) => !bare.includes(action));
  const tagged = isSwitched ? (held.isByTag ?? no) : yes;
  const untagged = [...bare, ...withinAny(not, full)];
  const requests: Request[] = [
    { actions: full, context: requestOf(caller, held, isByTag ? tagged : undefined) },
    { actions: untagged, context: requestOf(caller, held, undefined) },
  ];
  if (byObjectTag && isInside && held.kind.service === "s3") {
    // An object has its bucket's tenant for a tag, or none: what a policy makes of either counts.
    const context = requestOf(caller, held, isByTag ? tagged : undefined, true);
    requests.push({ actions: withinAny(objectTagActions, full), context });
  }
  return requests.filter((each) => each.actions.length > 0);
}

/**
 * The values of the keys when a caller requests a resource itself; the request carries its tags, or not, or that is unknown.
 */
function requestOf(
  caller: Caller,
  held: TenantResource,
  isTagged: Three | undefined,
  isTaggedObject = false,
): Context {
  return (key) => {
    if (isTagKey(key) && (isTagged === undefined || isTagged.kind === "no")) return absent;
    if (key.startsWith(objectTagKey)) return isTaggedObject ? objectTag(held, key) : absent;
    const found = variableIn(caller, held, key);
    const value =
      isTagKey(key) && isTagged?.kind === "unknown" && found.kind !== "absent" ? isTagged : found;
    return value.kind === "unknown" && key.startsWith(principalTag)
      ? { ...value, decides: true }
      : value;
  };
}

/**
 * The value of a policy variable when a caller requests a resource itself.
 *
 * Source: IAM user guide, AWS global condition context keys.
 */
export function variableIn(caller: Caller, held: TenantResource, key: string): ContextValue {
  const start = tagKeysOf(held.kind).find((each) => key.startsWith(each));
  if (start !== undefined) return tagOf(held, key.slice(start.length));
  if (isTagKey(key)) return absent;
  switch (key) {
    case "aws:resourceaccount":
    case "s3:resourceaccount":
      return accountValue(
        accountOf(held),
        "the account of a resource is not known",
        makingOf(held),
      );
    case "kms:resourcealiases":
      return held.aliases;
    default:
      return key.startsWith(principalTag)
        ? caller.tagFor(key.slice(principalTag.length), held)
        : callerValue(caller, key);
  }
}

/** The value of a key when a caller calls itself, for any resource. */
export function callerValue(caller: Caller, key: string): ContextValue {
  if (key.startsWith(principalTag)) return caller.tag(key.slice(principalTag.length));
  switch (key) {
    case "aws:principalaccount":
      return accountValue(caller.account, "the account of a role is not known", caller.arn.urns);
    case "aws:viaawsservice":
    case "aws:principalisawsservice":
      return { kind: "present", values: ["false"] };
    case "aws:securetransport":
      return { kind: "present", values: ["true"] };
    case "aws:principaltype":
      return { kind: "present", values: ["AssumedRole"] };
    default:
      if (ofNone.has(key)) return absent;
      return { kind: ofAll.has(key) ? "some" : "unknown", reason: inTheCall };
  }
}

/** There always is an account, so that one that is not known decides nothing. */
function accountValue(
  account: string | undefined,
  reason: string,
  dependsOn: readonly Urn[],
): ContextValue {
  return account !== undefined && isAccountId(account)
    ? { kind: "present", values: [account] }
    : { kind: "some", reason, dependsOn };
}

/** The tag that names the tenant of objects: the one of their bucket. */
function objectTag({ tenant, tenantDependsOn }: TenantResource, key: string): ContextValue {
  if (key !== `${objectTagKey}${tenantMark}` || tenant === undefined) return absent;
  const known = knownTenant(tenant);
  return known === undefined
    ? {
        kind: "some",
        reason: "the tenant of a resource is not known yet",
        dependsOn: tenantDependsOn ?? [],
      }
    : { kind: "present", values: [known] };
}
