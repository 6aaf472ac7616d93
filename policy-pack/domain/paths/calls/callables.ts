import { grouped } from "../../../../core/grouped";
import { isRelay, namesIn, resourceKinds, type ResourceKind } from "../access/kinds";
import { anyAccountId, isAccountId, parseArn } from "../../../../core/arn";
import type { FactOf } from "../../../facts/fact";
import type { Graph } from "../../../facts/graph";
import { placeOfScope, scopedName, scopeOf, type Name } from "../../../facts/name";
import { covers, hasWildcard, matches, patternsOverlap } from "../../../../core/pattern";
import type { Uncertainty } from "../../../../core/certainty";
import type { Part } from "../../../../core/policy/statement";
import { nameInUrn, typeInUrn } from "../../../../core/snapshot/resource";
import type { Urn } from "../../../../core/snapshot/value";
import { and, fromBoolean, no, or, unknown, yes, type Three } from "../../../../core/three-valued";

/** A kind of thing that is called with the permission of a policy. */
export interface Callable {
  /** The word for it in names; of what triggers other workloads, the kind of its resources. */
  readonly kind: string;
  readonly types: readonly string[];
  /** Actions that call it. Source: service authorization reference. */
  readonly actions: readonly string[];
  /** Its callers where no setting names them. Default: all. */
  readonly usual?: readonly string[];
  readonly service: string;
  /** How the resource of its ARN looks, for a name that the program gives. */
  readonly named: (name: string) => readonly ArnPatternOf[];
  /** How it looks where the program leaves its name to Pulumi. Default: as any of them. */
  readonly unnamed?: (resourceName: string) => ArnPatternOf;
  /** How any of them looks. */
  readonly every: ArnPatternOf;
  /** The readable verb for calling it. Default: `may call`. */
  readonly by?: string;
}

/** How the resource of an ARN looks, and whether every such text is the thing or a part of it, or only one of them is. */
interface ArnPatternOf {
  readonly text: string;
  readonly is: "any of these" | "one of these";
}

const any = (text: string): ArnPatternOf => ({ text, is: "any of these" });
const one = (text: string): ArnPatternOf => ({ text, is: "one of these" });

/** What is called for itself, by the word for it; rows that have one word, such as those of APIs, are one. */
const callables: readonly Callable[] = [
  ...grouped(resourceKinds.flatMap(calledFor), ({ kind }) => kind).values(),
].map(([first, ...others]) => ({
  ...first,
  types: [first, ...others].flatMap(({ types }) => types),
}));

const byRelay: ReadonlyMap<string, Callable> = new Map(
  resourceKinds.filter(isRelay).map((kind) => [kind.what, relayed(kind)]),
);

function calledFor(kind: ResourceKind): readonly Callable[] {
  const { calls, types, service, resource, inside = [], end, made } = kind;
  if (calls?.as === undefined) return [];
  const at = (name: string): string => resource.replace("{}", () => name);
  // What follows a name is made by AWS, such as a hyphen and ten characters of an id; what is inside belongs to it.
  const named = (name: string): readonly ArnPatternOf[] => [
    any(at(name)),
    ...inside.map((each) => any(at(name) + each)),
    ...(end === "" ? [] : [one(at(`${name}-*`))]),
  ];
  // Pulumi names what the program does not name after the resource, with a hyphen and seven characters.
  const unnamed = (resourceName: string): ArnPatternOf => one(at(`${resourceName}-*`));
  return [
    {
      ...{ kind: calls.as, types, service, actions: namesIn(calls.actions) },
      // An id that AWS makes contains nothing of the name: the policy must name the id.
      named: made ? () => [] : named,
      ...(end === "" && !made && { unnamed }),
      every: one(at("*")),
    },
  ];
}

function relayed({ what, calls, types, service, resource, inside = [] }: ResourceKind): Callable {
  // Of a bucket what is in it is written to, of a table the table.
  const text = (name: string): string =>
    resource.replace("{}", () => name) + (what === "bucket" ? inside.join("") : "");
  const usual = namesIn(calls?.actions);
  return {
    ...{ kind: what, types, service, usual },
    actions: [...usual, ...namesIn(calls?.ifConfigured)],
    named: (name) => [any(text(name))],
    every: one(text("*")),
    ...(calls?.by !== undefined && { by: calls.by }),
  };
}

/** A thing that policies may allow principals to call. */
export interface Target {
  readonly thing: Name;
  readonly callable: Callable;
  readonly urns: readonly Urn[];
  readonly scopes: readonly string[];
  readonly looks: readonly ArnPatternOf[];
  /** What its name waits for, where the program gives one that is not known. */
  readonly dependsOn: readonly Urn[];
  /** Actions that call it, of those of its kind. */
  readonly actions: ReadonlySet<string>;
  /** Patterns of names of objects, or sources of events, one of which a call has to have; undefined for any. */
  readonly only?: readonly string[];
  /** Why it is not known whether such a call counts. */
  readonly uncertainty?: Uncertainty;
}

/** What of all that comes to a thing counts. */
export type Counted = Pick<FactOf<"triggers">, "only" | "byActions"> & {
  /** Why it is not known whether just that counts. */
  readonly uncertainty?: Uncertainty;
};

/** A thing as policies name it; undefined where none can allow calls of it. */
export function targetFor(
  graph: Graph,
  thing: Name,
  { only, byActions, uncertainty }: Counted = {},
): Target | undefined {
  const names = graph.namesOf(thing);
  const urns = names.filter((name) => name.startsWith("urn:"));
  const callable =
    callables.find(
      ({ kind, types }) =>
        urns.some((urn) => types.includes(typeInUrn(urn))) ||
        names.some((name) => name.startsWith(`${kind}|`)),
    ) ?? relayOf(graph, thing);
  if (callable === undefined) return undefined;
  const prefix = relayIn(callable.kind) ? /^aws\|[^|]*\|[^|]*\|/ : /^[^|]*\|[^|]*\|/;
  const short = names.filter((name) =>
    relayIn(callable.kind) ? kindIn(name) === callable.kind : name.startsWith(`${callable.kind}|`),
  );
  const given = short
    .flatMap((name) => callable.named(name.replace(prefix, "")))
    .flatMap((look) => narrowed(look, callable, only));
  const own = urns.find((urn) => callable.types.includes(typeInUrn(urn)));
  const arns = graph.facts("resource", "resource", thing).map(({ arn }) => arn);
  // A name that the program gives is known later, whatever its resource is called.
  const dependsOn = arns.flatMap((arn) => arn.dependsOn ?? []);
  const isGiven = arns.some((arn) => arn.dependsOn !== undefined);
  const accounts = arns.flatMap(({ account }) => account ?? []);
  return {
    thing: graph.canonical(thing),
    callable,
    urns,
    scopes: [...new Set([...short.flatMap((name) => scopeOf(name) ?? []), ...accounts])],
    looks: given.length > 0 ? given : [isGiven ? callable.every : patternOfUnnamed(callable, own)],
    dependsOn,
    actions: new Set(byActions ?? callable.usual ?? callable.actions),
    ...(only && { only }),
    ...(uncertainty && { uncertainty }),
  };
}

/** How what is in a bucket looks, where objects of some names alone lead on. */
function narrowed(
  look: ArnPatternOf,
  { kind }: Callable,
  only: readonly string[] | undefined,
): readonly ArnPatternOf[] {
  if (kind !== "bucket" || only === undefined) return [look];
  return only.map((names) => any(look.text.replace(/\*$/, () => names)));
}

function patternOfUnnamed({ unnamed, every }: Callable, own: Urn | undefined): ArnPatternOf {
  return own === undefined ? every : (unnamed?.(nameInUrn(own)) ?? every);
}

function relayOf(graph: Graph, thing: Name): Callable | undefined {
  const [kind = ""] = [
    ...graph.facts("resource", "resource", thing).map(({ is }) => is),
    ...graph.namesOf(thing).flatMap((name) => kindIn(name) ?? []),
  ];
  return byRelay.get(kind);
}

function relayIn(kind: string): boolean {
  return byRelay.has(kind);
}

/** The kind in a name `aws|<account>|<kind>|<name>`. */
function kindIn(name: Name): string | undefined {
  return name.startsWith("aws|") ? name.split("|")[2] : undefined;
}

/** Whether a resource in a policy takes a thing in. */
export function targetMatches(graph: Graph, part: Part, target: Target): Three {
  if (part.kind === "unknown") {
    const named = dependsOnIt(part.dependsOn, target);
    const { behind } = part;
    const isOpen = behind === undefined || target.callable.kind !== "bucket";
    if (isOpen || named.kind === "no" || part.dependsOn.length > 1) return named;
    return or(
      target.looks.map((look) =>
        resourceFits(bucketIn(look) + behind, { ...target, looks: [look] }),
      ),
    );
  }
  if (part.text === "*") return yes;
  const parsed = parseArn(part.text);
  if (!parsed.ok || !matches(parsed.arn.service, target.callable.service)) return no;
  const { account, resource } = parsed.arn;
  if (target.callable.kind === "api" && !hasWildcard(resource.split("/")[0] ?? "")) {
    const id = scopedName("api", account, resource.split("/")[0] ?? "");
    return fromBoolean(graph.same(id, target.thing));
  }
  return and([accountFits(account, target), resourceFits(resource, target)]);
}

/**
 * Whether the resources of a Deny take in all of a thing: of a bucket all that is in it, or all objects of the names that
 * lead on.
 *
 * @param takes whether one takes it in
 */
export function matchesAllTargets(
  graph: Graph,
  parts: readonly Part[],
  target: Target,
  takes: typeof targetMatches = targetMatches,
): Three {
  if (target.callable.kind !== "bucket") {
    return or(parts.map((part) => takes(graph, part, target)));
  }
  return and(
    target.looks.map((look) =>
      or(
        parts.map((part): Three => {
          const taken = takes(graph, part, { ...target, looks: [look] });
          if (taken.kind !== "yes") return taken;
          if (part.kind === "unknown") {
            // What waits for the bucket may be the bucket itself, or a part of what is in it.
            if (part.behind === undefined) return unknown(partUnknown, part.dependsOn);
            return fromBoolean(covers(bucketIn(look) + part.behind, look.text));
          }
          return fromBoolean(covers(part.text.split(":").slice(5).join(":") || "*", look.text));
        }),
      ),
    ),
  );
}

/** The bucket in how what is in it looks: `inbox` of `inbox/approved/*`. */
function bucketIn({ text }: ArnPatternOf): string {
  return text.split("/")[0] ?? "*";
}

const partUnknown = "a resource of a policy is not known yet";

/**
 * Whether a resource in a thing's own policy takes the thing in: such a policy is about nothing else, so that what waits for
 * no other resource of AWS is the thing or a part of it.
 */
export function matchesOwnTarget(graph: Graph, part: Part, target: Target): Three {
  if (part.kind === "text" || part.dependsOn.some((urn) => target.urns.includes(urn))) {
    return targetMatches(graph, part, target);
  }
  const isOther = part.dependsOn.some((urn) => typeInUrn(urn).startsWith("aws:"));
  return isOther ? no : unknown(partUnknown, part.dependsOn);
}

/** A value that waits for other things alone is about these; one that waits for nothing may be about any. */
function dependsOnIt(dependsOn: readonly Urn[], { urns, callable, only }: Target): Three {
  const isMine = dependsOn.some((urn) => urns.includes(urn));
  // A thing outside the stack has its name from outside, as a value of no resource of AWS.
  const mayName = urns.length === 0 && dependsOn.some((urn) => !typeInUrn(urn).startsWith("aws:"));
  if (!isMine && dependsOn.length > 0 && !mayName) return no;
  // Which objects it names is known with the rest of it.
  const isPart = callable.kind === "bucket" && only !== undefined;
  return isMine && dependsOn.length === 1 && !isPart ? yes : unknown(partUnknown, dependsOn);
}

function accountFits(pattern: string, { scopes, urns, callable }: Target): Three {
  // ARNs of buckets have no account.
  if (covers(pattern, anyAccountId) || (pattern === "" && callable.service === "s3")) return yes;
  const known = scopes.map((scope) => placeOfScope(scope).account).filter(isAccountId);
  return known.length === 0
    ? unknown("the account of what is called is not known", urns)
    : fromBoolean(known.some((account) => matches(pattern, account)));
}

function resourceFits(pattern: string, { looks, urns, dependsOn }: Target): Three {
  // Whether an unknown name equals a written one is decided in `policy-pack/run/hypotheses`.
  if (dependsOn.length > 0 && !hasWildcard(pattern)) return no;
  // A name that is not set is generated with the thing.
  const settled = dependsOn.length > 0 ? dependsOn : urns;
  return or(
    looks.map(({ text, is }): Three => {
      if (covers(pattern, text)) return yes;
      if (!patternsOverlap(pattern, text)) return no;
      return is === "any of these"
        ? yes
        : unknown("the name of what is called is not known yet", settled);
    }),
  );
}
