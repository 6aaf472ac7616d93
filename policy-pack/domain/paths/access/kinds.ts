import { covers, hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";
import table from "./kinds.json";

/** A kind of AWS resource that policies name. */
export interface ResourceKind {
  /** The readable name: `bucket`. */
  readonly what: string;
  /** Types of the resources that make one. */
  readonly types: readonly string[];
  /** The service in its ARN. */
  readonly service: string;
  /** What follows the account in its ARN, with `{}` for the name. */
  readonly resource: string;
  /** What is added to its ARN for what is a part of it. */
  readonly inside?: readonly string[];
  /** The actions that are about the parts alone, where all others are about the whole alone. */
  readonly insideActions?: readonly string[];
  /** The actions on a path above it that cover everything below. Default: none. */
  readonly listing?: readonly string[];
  /** What AWS adds to the name. */
  readonly end?: string;
  /** The input with its name. Default: `name`. */
  readonly input?: string;
  /** The output that is its ARN. Default: `arn`. */
  readonly arnOutput?: string;
  /** The input with the prefix of its name, followed by a slash. */
  readonly parent?: string;
  /** What that is where the input is left out. */
  readonly parentDefault?: string;
  /** The one that is not written. */
  readonly parentLeftOut?: string;
  /** Whether it is another ARN of resources of another kind. */
  readonly also?: boolean;
  /** The input that has to be true for there to be any. */
  readonly needs?: string;
  /** Whether AWS makes the whole name. */
  readonly made?: boolean;
  /** Whether its ARN has no region. */
  readonly global?: boolean;
  /** Whether its ARN has an account. Default: where it has a region. */
  readonly hasAccount?: boolean;
  /** Whether the name follows a path. */
  readonly hasPath?: boolean;
  readonly actions: { readonly only?: readonly string[]; readonly not?: readonly string[] };
  /**
   * Actions that count only for what configuration names outside the stack; another rule reports the stack's own. Default:
   * none.
   */
  readonly outside?: readonly string[];
  /** The actions by which callers share a resource that is no tenant's. Default: none. */
  readonly use?: readonly string[];
  /** What an input has to be for the resource to be shared by use. Default: it is, whatever it is. */
  readonly usedAs?: { readonly input: string; readonly is: string };
}

/** Every kind of resource that is looked at. */
export const resourceKinds: readonly ResourceKind[] = table.kinds;

const byType = byTypeOf(resourceKinds.filter(({ also }) => also !== true));
const otherByType = byTypeOf(resourceKinds.filter(({ also }) => also === true));

function byTypeOf(kinds: readonly ResourceKind[]): ReadonlyMap<string, readonly ResourceKind[]> {
  const found = new Map<string, ResourceKind[]>();
  for (const kind of kinds) {
    for (const type of kind.types) found.set(type, [...(found.get(type) ?? []), kind]);
  }
  return found;
}

/** Whether ARNs of a kind have an account. */
export function hasAccount({ hasAccount: stated, global }: ResourceKind): boolean {
  return stated ?? global !== true;
}

/** The kind of the resources of a type, or undefined where it is not looked at. */
export function kindOfType(type: string): ResourceKind | undefined {
  return byType.get(type)?.[0];
}

/** The kinds of other ARNs that the resources of a type have. */
export function otherKindsOf(type: string): readonly ResourceKind[] {
  return otherByType.get(type) ?? [];
}

/** The actions that a policy is checked for: those about a kind, and some more that {@link isAbout} filters. */
export function actionsAbout({ actions, service }: ResourceKind): readonly string[] {
  return actions.only ?? [`${service}:*`];
}

/** Whether an action, or one that a pattern matches, is about resources of a kind. */
export const isAbout = remembered((kind, action) => isAnyAbout(kind, action.toLowerCase()));

/** How many answers are cached; a stack has a few hundred questions. */
const mostRemembered = 20_000;

type Question = (kind: ResourceKind, action: string) => boolean;

/** A repeated question about kinds and actions. */
function remembered(question: Question): Question {
  const answered = new Map<string, boolean>();
  return (kind, action) => {
    const key = `${kind.what}\n${action}`;
    const known = answered.get(key);
    if (known !== undefined) return known;
    const found = question(kind, action);
    if (answered.size < mostRemembered) answered.set(key, found);
    return found;
  };
}

/** Whether an action, or one that a pattern matches, is about the resource itself, or about its parts. */
export function isAboutPlace(
  { insideActions }: ResourceKind,
  isInside: boolean,
  action: string,
): boolean {
  if (insideActions === undefined) return true;
  const name = (action.split(":")[1] ?? "*").toLowerCase();
  const inside = insideActions.map((each) => each.toLowerCase());
  return isInside
    ? inside.some((each) => patternsOverlap(each, name))
    : !inside.some((each) => covers(each, name));
}

/** Whether an action, or every one that a pattern matches, addresses a path above a resource and never the resource. */
export function isListing({ listing = [] }: ResourceKind, action: string): boolean {
  return listing.some((each) => covers(each.toLowerCase(), action.toLowerCase()));
}

/** Whether an action, or every one that a pattern matches, counts only for what configuration names outside the stack. */
export const isOutside = remembered(({ outside = [], actions }, action) => {
  const fits = (each: string): boolean => patternsOverlap(each.toLowerCase(), action.toLowerCase());
  return outside.some(fits) && !actions.only?.some((each) => !outside.includes(each) && fits(each));
});

/** Whether an action, or one that a pattern matches, is one by which callers share a resource of a kind. */
export function isUse({ use = [] }: ResourceKind, action: string): boolean {
  return use.some((each) => patternsOverlap(each.toLowerCase(), action.toLowerCase()));
}

function isAnyAbout({ actions, service }: ResourceKind, action: string): boolean {
  const { only, not = [] } = actions;
  if (only !== undefined) return only.some((each) => patternsOverlap(each.toLowerCase(), action));
  const [prefix = "", name] = action.split(":");
  if (name === undefined) return /^\*+$/.test(action);
  if (!matches(prefix, service)) return false;
  const others = not.map((each) => each.toLowerCase());
  if (!hasWildcard(name)) return !others.some((each) => matches(each, name));
  if (others.some((each) => covers(each, name))) return false;
  // Of `List*` some action is about a resource; `ListAll*` is there for what it takes in of an account.
  return isVerb(name) || !others.some((each) => patternsOverlap(each, name));
}

const verbs = /^\*|^(?:batch|create|delete|describe|get|list|put|tag|untag|update)\*/;

function isVerb(name: string): boolean {
  return verbs.test(name);
}
