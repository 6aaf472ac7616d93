import { covers } from "../../../../core/pattern";
import type { ResourceKind } from "./kinds";
import table from "./tag-authorization.json";

/** A kind of resource whose tags AWS looks at with limits. */
interface Limit {
  readonly what: string;
  /** Whether a setting of the resource switches it on. Default: it is always on. */
  readonly switched?: boolean;
  /** Actions whose requests carry no tags. Default: none. */
  readonly not?: readonly string[];
  /** The same of a part of the resource. Default: none more. */
  readonly notOnParts?: readonly string[];
  /** Whether a part of the resource has tags of its own. Default: it has those of the whole. */
  readonly partsHaveOwn?: boolean;
}

const limits = new Map(table.limits.map((each): [string, Limit] => [each.what, each]));
const byTag = new Set(table.services.flatMap((each) => each.byTag ?? []));
const ownKeys = new Map(table.services.map(({ service, keys = [] }) => [service, keys]));

/** What a request carries of the tags of its resource. */
export interface TagAuthorization {
  /** Whether it carries them at all, as far as the kind decides it. */
  readonly isByTag: boolean;
  /** Whether a setting of the resource switches it on. */
  readonly isSwitched: boolean;
  /** Actions whose requests carry none, all the same. */
  readonly not: readonly string[];
}

/** Whether AWS authorises actions on a kind of resource, or on its parts, by the tags of the resource. */
export function tagAuthorization({ what }: ResourceKind, isInside: boolean): TagAuthorization {
  const limit: Limit = limits.get(what) ?? { what };
  const isByTag = byTag.has(what) && !(isInside && limit.partsHaveOwn === true);
  const not = [...(limit.not ?? []), ...(isInside ? (limit.notOnParts ?? []) : [])];
  return { isByTag, isSwitched: isByTag && limit.switched === true, not: isByTag ? not : [] };
}

/** Actions of S3 whose requests carry the tags of their object. */
export const objectTagActions: readonly string[] = table.objectTags.actions;

const known = new WeakMap<ResourceKind, readonly string[]>();

/** The prefixes, in lowercase, of the condition keys with the tags of resources of a kind. */
export function tagKeysOf(kind: ResourceKind): readonly string[] {
  let keys = known.get(kind);
  if (keys === undefined) {
    const others = kind.actions.flatMap((action) => action.split(":")[0] ?? []);
    const own = [...new Set([kind.service, ...others])].flatMap((each) => ownKeys.get(each) ?? []);
    known.set(kind, (keys = ["aws:ResourceTag", ...own].map((key) => `${key.toLowerCase()}/`)));
  }
  return keys;
}

/** Whether a condition key, in lowercase, is a tag of some resource, or of an object. */
export function isTagKey(key: string): boolean {
  return key.includes(":resourcetag/") || otherTagKeys.some((start) => key.startsWith(start));
}

/** The prefix, in lowercase, of the condition key with a tag of an object of S3. */
export const objectTagKey = "s3:existingobjecttag/";

const otherTagKeys: readonly string[] = [
  ...[...ownKeys.values()].flat().map((key) => `${key.toLowerCase()}/`),
];

/** Of some actions, each possibly a pattern, those that some of a list cover completely. */
export function withinAny(actions: readonly string[], list: readonly string[]): readonly string[] {
  return actions.filter((action) =>
    list.some((each) => covers(each.toLowerCase(), action.toLowerCase())),
  );
}
