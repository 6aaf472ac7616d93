import { authorizedType } from "../../../../core/aws/authorization-reference";
import type { AwsArn } from "../../../../core/aws/aws-type";
import { awsTypes } from "../../../../core/aws/types";
import { covers, hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";

/** The fields of a row that have names of actions. */
type Names =
  | "actions"
  | "notActions"
  | "insideActions"
  | "eitherActions"
  | "partInputs"
  | "listing"
  | "outside"
  | "use";

/** A kind of AWS resource that policies name: an ARN of a row in `core/aws`, in its parts. */
export interface ResourceKind extends Omit<AwsArn, Names> {
  /** Types of the resources that make one. */
  readonly types: readonly string[];
  /** Whether it is another ARN of resources of another kind. */
  readonly also: boolean;
  /** The service in its ARN. */
  readonly service: string;
  /** Whether its ARN has no region. */
  readonly global: boolean;
  /** Whether its ARN has an account. */
  readonly hasAccount: boolean;
  /** What follows the account in its ARN, with `{}` for the name. */
  readonly resource: string;
  /** Whether the name follows a path. */
  readonly hasPath: boolean;
  /** The input with the prefix of its name. */
  readonly parent: string | undefined;
  /** What follows that prefix, with a slash at its end. */
  readonly between: string;
  /** The input with its name. */
  readonly input: string;
  /** Whether AWS makes the whole name. */
  readonly made: boolean;
  /** What AWS adds to the name. */
  readonly end: string;
  readonly arnOutput: string;
  readonly idOutput: string;
  /** The actions about it; none for all of its service but {@link notActions}. */
  readonly actions: readonly string[];
  readonly notActions: readonly string[];
  readonly insideActions: readonly string[];
  readonly eitherActions: readonly string[];
  readonly partInputs: readonly string[];
  readonly listing: readonly string[];
  readonly outside: readonly string[];
  readonly use: readonly string[];
}

/** A path, or another name and what ends in a slash; the name, and what AWS adds to it. */
const nameInBraces =
  /(?:[{](path)[}]|[{](\w{1,40})[}]([^{}]{0,40}[/]))?[{](\w{1,40})([^}\w][^}]{0,40})?[}]/;

/** Every kind of resource that is looked at. */
export const resourceKinds: readonly ResourceKind[] = allKinds();

const byType = byTypeOf(resourceKinds.filter(({ also }) => !also));
const otherByType = byTypeOf(resourceKinds.filter(({ also }) => also));

/** The ARNs of all rows; one that several rows share is one kind. */
function allKinds(): readonly ResourceKind[] {
  const types = new Map<AwsArn, string[]>();
  const further = new Set<AwsArn>();
  for (const [type, { arn, otherArns = [] }] of awsTypes) {
    for (const each of otherArns) further.add(each);
    for (const each of arn === undefined ? otherArns : [arn, ...otherArns]) {
      types.set(each, [...(types.get(each) ?? []), type]);
    }
  }
  return [...types].map(([arn, of]) => kindOf(arn, of, further.has(arn)));
}

function kindOf(row: AwsArn, types: readonly string[], also: boolean): ResourceKind {
  const [, , service = "", region, account, ...rest] = row.arn.split(":");
  const resource = rest.join(":");
  const [, path, parent, between = "", input = "", end = ""] = nameInBraces.exec(resource) ?? [];
  const made = input === "id";
  let actions: readonly string[] | undefined;
  return {
    ...row,
    ...{ types, also, service, parent, between, made, end },
    global: region === "",
    hasAccount: account !== "",
    resource: resource.replace(nameInBraces, "{}"),
    hasPath: path !== undefined,
    input: made ? "name" : input,
    arnOutput: row.arnOutput ?? "arn",
    idOutput: row.idOutput ?? "id",
    // Only when it is needed: the reference is written from these rows.
    get actions() {
      return (actions ??= [
        ...namesIn(row.actions),
        ...(row.authorizedAs ?? []).flatMap(actionsOn),
      ]);
    },
    notActions: namesIn(row.notActions),
    insideActions: namesIn(row.insideActions),
    eitherActions: namesIn(row.eitherActions),
    partInputs: namesIn(row.partInputs),
    listing: namesIn(row.listing),
    outside: namesIn(row.outside),
    use: namesIn(row.use),
  };
}

/** The actions that take a resource type, by its name in the Service Authorization Reference. */
function actionsOn(name: string): readonly string[] {
  const [service = ""] = name.split(":");
  const { actions } = authorizedType(name);
  return Object.values(actions).flatMap((names) => names.map((each) => `${service}:${each}`));
}

/** The names in a text with white space between them. */
export function namesIn(text = ""): readonly string[] {
  return text.split(/\s+/).filter((name) => name !== "");
}

function byTypeOf(kinds: readonly ResourceKind[]): ReadonlyMap<string, readonly ResourceKind[]> {
  const found = new Map<string, ResourceKind[]>();
  for (const kind of kinds) {
    for (const type of kind.types) found.set(type, [...(found.get(type) ?? []), kind]);
  }
  return found;
}

/** The kind of the resources of a type, or undefined where it is not looked at. */
export function kindOfType(type: string): ResourceKind | undefined {
  return byType.get(type)?.[0];
}

/** The kinds of other ARNs that the resources of a type have. */
export function otherKindsOf(type: string): readonly ResourceKind[] {
  return otherByType.get(type) ?? [];
}

/** Whether resources of a kind trigger workloads by what they receive: queues, topics, buckets. */
export function isRelay({ calls }: ResourceKind): boolean {
  return calls !== undefined && calls.as === undefined;
}

/** The actions that a policy is checked for: those about a kind, and some more that {@link isAbout} filters. */
export function actionsAbout({ actions, service }: ResourceKind): readonly string[] {
  return actions.length > 0 ? actions : [`${service}:*`];
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
  { insideActions, eitherActions }: ResourceKind,
  isInside: boolean,
  action: string,
): boolean {
  if (insideActions.length === 0) return true;
  const name = (action.split(":")[1] ?? "*").toLowerCase();
  const fits = (each: string): boolean => patternsOverlap(each.toLowerCase(), name);
  return isInside
    ? insideActions.some(fits) || eitherActions.some(fits)
    : !insideActions.some((each) => covers(each.toLowerCase(), name));
}

/** Whether an action, or every one that a pattern matches, addresses a path above a resource and never the resource. */
export function isListing({ listing }: ResourceKind, action: string): boolean {
  return listing.some((each) => covers(each.toLowerCase(), action.toLowerCase()));
}

/** Whether an action, or every one that a pattern matches, counts only for what configuration names outside the stack. */
export const isOutside = remembered(({ outside, actions }, action) => {
  const fits = (each: string): boolean => patternsOverlap(each.toLowerCase(), action.toLowerCase());
  return outside.some(fits) && !actions.some((each) => !outside.includes(each) && fits(each));
});

/** Whether an action, or one that a pattern matches, is one by which callers share a resource of a kind. */
export function isUse({ use }: ResourceKind, action: string): boolean {
  return use.some((each) => patternsOverlap(each.toLowerCase(), action.toLowerCase()));
}

function isAnyAbout({ actions, notActions, service }: ResourceKind, action: string): boolean {
  if (actions.length > 0) {
    return actions.some((each) => patternsOverlap(each.toLowerCase(), action));
  }
  const [prefix = "", name] = action.split(":");
  if (name === undefined) return /^\*+$/.test(action);
  if (!matches(prefix, service)) return false;
  const others = notActions.map((each) => each.toLowerCase());
  if (!hasWildcard(name)) return !others.some((each) => matches(each, name));
  if (others.some((each) => covers(each, name))) return false;
  // Of `List*` some action is about a resource; `ListAll*` is there for what it takes in of an account.
  return isVerb(name) || !others.some((each) => patternsOverlap(each, name));
}

const verbs = /^\*|^(?:batch|create|delete|describe|get|list|put|tag|untag|update)\*/;

function isVerb(name: string): boolean {
  return verbs.test(name);
}
