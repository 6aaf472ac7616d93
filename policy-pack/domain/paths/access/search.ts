import type { Policy } from "../../iam/authority/authority";
import type { Graph } from "../../../facts/graph";
import { covers, patternsOverlap } from "../../../../core/pattern";
import type { Part, Selection } from "../../../../core/policy/statement";
import { typeInUrn } from "../../../../core/snapshot/resource";
import {
  requiredOf,
  authorizesOutsideOnly,
  patternsIn,
  type Authentication,
  type Named,
} from "./authorization";
import { requestedTags, type RequestedTags } from "./requested-tags";
import type { Caller } from "./caller";
import { decide, type Reached } from "./decide";
import type { TenantResource } from "./tenant-resource";
import type { ResourceKind } from "./kinds";
import type { Group, KindIndex } from "./kind-index";
import { arnsOfPattern, writtenOut, type ArnPattern } from "./known-arn";
import type { Resources } from "./resources";

/** The caller, the policy and the resources. */
export interface Search {
  readonly graph: Graph;
  readonly resources: Resources;
  readonly caller: Caller;
  /** The tenants the caller is of, or that call as it. */
  readonly own: ReadonlySet<string>;
  /** One of the caller's, with conditions as far as they are decided. */
  readonly policy: Policy;
}

/** What a policy allows a caller on resources of other tenants. */
export interface Found {
  /** Up to a few certain ones, else up to a few unknown ones. */
  readonly reached: readonly Reached[];
  /** A value that may name anything; undefined where each is known. */
  readonly open: Extract<Part, { kind: "unknown" }> | undefined;
}

/** How many are reported; more add nothing about a policy. */
const enough = 3;

/** The resources of other tenants that a policy allows a caller to act on. */
export function searchOthers(search: Search): Found {
  const { policy } = search;
  const certain: Reached[] = [];
  const possible: Reached[] = [];
  let open: Found["open"];
  if (policy.content.kind === "unknown") return { reached: [], open };
  const seen = new Set<TenantResource>();
  const { document } = policy.content;
  for (const statement of document.statements) {
    if (statement.kind === "unknown" || statement.effect === "Deny") continue;
    const asking: SearchBy = { ...search, statement, variables: document.variables };
    for (const named of patternsIn(asking)) {
      const { part } = named;
      for (const held of lookedAt(asking, named)) {
        if (seen.has(held)) continue;
        const reached = decide({ ...search, ...named, held });
        if (reached === undefined) continue;
        seen.add(held);
        (reached.uncertainty === undefined ? certain : possible).push(reached);
        if (certain.length >= enough) return { reached: reported(certain), open };
        if (possible.length >= mostPossible) break;
      }
      if (part.kind === "unknown" && namesAnything(asking, part)) open ??= part;
    }
  }
  return { reached: reported(certain.length > 0 ? certain : possible), open };
}

/** The resources of the stack; only where there are none, what configuration names. */
function reported(reached: readonly Reached[]): readonly Reached[] {
  const ofStack = reached.filter(({ resource: held }) => held.name !== undefined);
  return (ofStack.length > 0 ? ofStack : reached).slice(0, enough);
}

/** How many are looked at that may be reached, where none is for certain. */
const mostPossible = 64;

type SearchBy = Search & Authentication;

/**
 * What a statement may name: resources of the stack, then what configuration assigns to a tenant. Where it names only one of
 * the stack's resources, that one decides.
 */
function* lookedAt(asking: SearchBy, named: Named): Iterable<TenantResource> {
  const configured: TenantResource[] = [];
  const decided = new Set<ResourceKind>();
  for (const held of candidates(asking, named)) {
    if (held.name === undefined) {
      configured.push(held);
      continue;
    }
    if (isWithin(named, held)) decided.add(held.kind);
    yield held;
  }
  yield* configured.filter(({ kind }) => !decided.has(kind));
}

/** Whether all that a statement names is a resource, or a part of it. */
function isWithin({ part, pattern }: Named, { arn }: TenantResource): boolean {
  if (part.kind === "unknown" || arn.region === undefined || arn.account === undefined)
    return false;
  return arn.widest.some((each) =>
    covers(writtenOut(arn, each, pattern?.partition ?? "aws"), part.text),
  );
}

function* candidates(search: SearchBy, { part, pattern }: Named): Iterable<TenantResource> {
  if (part.kind === "unknown") {
    yield* namedBy(search, part);
    return;
  }
  if (pattern === undefined) return;
  for (const [kind, index] of search.resources.kinds) {
    if (!patternsOverlap(pattern.service, kind.service) || !requiredOf(search.statement, kind))
      continue;
    const isOutside = authorizesOutsideOnly(search.statement, kind);
    for (const held of othersIn(index, pattern, search)) {
      if (!isOutside || held.name === undefined) yield held;
    }
  }
}

/** Candidates of a kind: by their names, or of each group of those that are alike one that no other decides for. */
function* othersIn(
  index: KindIndex,
  pattern: ArnPattern,
  asking: SearchBy,
): Iterable<TenantResource> {
  if (!index.isWide(pattern) || !areAlike(index, asking)) {
    yield* index.others(pattern, asking.own);
    return;
  }
  const tags = requestedTags(asking.caller);
  const looked = new Set<string>();
  for (const group of index.groups(tags)) {
    const likeness = likenessOf(group, tags);
    if (looked.has(likeness)) continue;
    const held = otherIn(group, asking.own);
    if (held === undefined) continue;
    looked.add(likeness);
    yield held;
  }
  for (const held of index.guarded) {
    if (!asking.own.has(held.tenant ?? "")) yield held;
  }
}

function otherIn({ byTenant }: Group, own: ReadonlySet<string>): TenantResource | undefined {
  for (const [tenant, held] of byTenant) {
    if (!own.has(tenant)) return held;
  }
  return undefined;
}

/** What the policies can distinguish of a group: tags with values that they do not contain are equal. */
function likenessOf(group: Group, { texts }: RequestedTags): string {
  const isReported = texts === undefined || group.texts.some((text) => texts.has(text));
  return isReported ? group.key : group.place;
}

/** Whether what a statement and the caller's limits name takes in all resources of a kind or none. */
function areAlike({ kind }: KindIndex, { caller, statement }: SearchBy): boolean {
  if (statement.resources?.negated === true && !isEven(statement.resources, kind)) return false;
  // Objects carry their tenant for a tag, so that those of two tenants differ.
  if (kind.service === "s3" && requestedTags(caller).objects) return false;
  let known = even.get(caller);
  if (known === undefined) even.set(caller, (known = new Map<ResourceKind, boolean>()));
  let found = known.get(kind);
  if (found === undefined)
    known.set(kind, (found = narrowings(caller).every((each) => isEven(each, kind))));
  return found;
}

const even = new WeakMap<Caller, Map<ResourceKind, boolean>>();

/** What Deny statements of a caller are about, and what its limits allow. */
function narrowings({ authority }: Caller): readonly Selection[] {
  const { policies, limits } = authority;
  const of = (all: readonly Policy[], isLimit: boolean): readonly Selection[] =>
    all.flatMap(({ content }) =>
      content.kind === "unknown"
        ? []
        : content.document.statements.flatMap((each) =>
            each.kind === "unknown" || (each.effect === "Allow" && !isLimit)
              ? []
              : (each.resources ?? []),
          ),
    );
  return [...of(policies, false), ...of(limits.flat(), true)];
}

function isEven({ values }: Selection, kind: ResourceKind): boolean {
  const arn = arnsOfPattern(kind, "*");
  const wide = arn.widest.map((each) => writtenOut(arn, each, "aws"));
  return values.every(
    (part) =>
      part.kind === "text" &&
      !part.text.includes("${") &&
      wide.every((each) => covers(part.text, each) || !patternsOverlap(part.text, each)),
  );
}

/** Resources of other tenants that a value can name which waits for them, or for what their names wait for. */
function namedBy(
  search: SearchBy,
  part: Extract<Part, { kind: "unknown" }>,
): readonly TenantResource[] {
  const { graph, resources, own } = search;
  const things = part.dependsOn.flatMap((urn) => {
    const held = resources.byThing.get(graph.idOf(urn));
    return [
      ...(held === undefined ? [] : [held, ...namedOtherwise(search, part, held)]),
      ...(resources.byName.get(urn) ?? []),
    ];
  });
  return [...new Set(things)].flatMap((held) =>
    held.tenant === undefined || own.has(held.tenant) ? [] : [held],
  );
}

/** A resource by its other ARNs, where no action is about it by its own, and the value is not that. */
function namedOtherwise(
  { graph, resources, statement }: SearchBy,
  { output }: Extract<Part, { kind: "unknown" }>,
  { name, kind }: TenantResource,
): readonly TenantResource[] {
  if (name === undefined || output === kind.arnOutput || requiredOf(statement, kind)) return [];
  return resources.othersByThing.get(graph.idOf(name)) ?? [];
}

/** Whether a value that waits for nothing of the stack's own may name what is another tenant's. */
function namesAnything(
  asking: SearchBy,
  { dependsOn }: Extract<Part, { kind: "unknown" }>,
): boolean {
  const { resources, own, statement } = asking;
  const isReported = dependsOn.some(
    (urn) => typeInUrn(urn).startsWith("aws:") || resources.byName.has(urn),
  );
  if (isReported) return false;
  return [...resources.kinds].some(
    ([kind, index]) => requiredOf(statement, kind) && index.hasOther(own),
  );
}
