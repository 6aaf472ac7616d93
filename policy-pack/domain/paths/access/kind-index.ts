import { compareText } from "../../../../core/compare-text";
import { covers, hasWildcard } from "../../../../core/pattern";
import type { ContextValue } from "../../../../core/policy/condition/context";
import type { RequestedTags } from "./requested-tags";
import type { TenantResource } from "./tenant-resource";
import { arnsOfPattern, arnMatches, type ArnPattern } from "./known-arn";
import type { ResourceKind } from "./kinds";
import { valueIn } from "./tag-values";

/** Resources that no policy of one tenant distinguishes: equal in region, account and some tags. */
export interface Group {
  /** Everything that distinguishes them from others. */
  readonly key: string;
  /** The same without the texts of their tags. */
  readonly place: string;
  /** The texts of their tags. */
  readonly texts: readonly string[];
  /** By tenant the first of its resources. */
  readonly byTenant: ReadonlyMap<string, TenantResource>;
}

/** Longest list of tenants that a group keeps: enough to find one that is not the caller's. */
const mostTenants = 10;

/**
 * The resources of one kind, found by the start of their names.
 *
 * A policy that names something finds it among few, and one that takes in all of a kind looks at each group once: so what
 * a policy costs does not grow with the stack.
 */
export class KindIndex {
  readonly kind: ResourceKind;
  /** What takes in every name of the kind. */
  readonly #widest: readonly string[];
  /** In the order of what is written of them, those of one tenant or another. */
  readonly #sorted: readonly TenantResource[];
  readonly #starts: readonly string[];
  /** For each place the next one with a resource of another tenant. */
  readonly #next: readonly number[];
  /** Those whose ARNs can be longer than what is written of them. */
  readonly #open = new Map<string, TenantResource[]>();
  readonly #lengths: readonly number[];
  readonly #groups = new Map<string, readonly Group[]>();
  readonly #scanned = new Map<string, readonly TenantResource[]>();
  /** Those of no tenant. */
  readonly untenanted: readonly TenantResource[];
  /** Those of tenants that a policy of their own guards: no two of them are alike. */
  readonly guarded: readonly TenantResource[];

  constructor(kind: ResourceKind, all: readonly TenantResource[]) {
    this.kind = kind;
    this.#widest = arnsOfPattern(kind, "*").widest;
    const keyed = all.map((held) => ({ held, start: startOf(held.arn.widest[0] ?? "") }));
    keyed.sort((a, b) => compareText(a.start, b.start) || compareText(a.held.key, b.held.key));
    const ofTenants = keyed.filter(({ held }) => held.tenant !== undefined);
    this.untenanted = keyed.filter(({ held }) => held.tenant === undefined).map(({ held }) => held);
    this.#sorted = ofTenants.map(({ held }) => held);
    this.guarded = this.#sorted.filter(({ isGuarded }) => isGuarded);
    this.#starts = ofTenants.map(({ start }) => start);
    this.#next = nextOthers(this.#sorted);
    for (const { held, start } of ofTenants) {
      if (kind.inside === undefined && !hasWildcard(held.arn.widest[0] ?? "")) continue;
      const list = this.#open.get(start);
      if (list === undefined) this.#open.set(start, [held]);
      else list.push(held);
    }
    this.#lengths = [...new Set([...this.#open.keys()].map(({ length }) => length))].sort(
      (a, b) => a - b,
    );
  }

  /** Those of the stack, of any tenant. */
  declared(): readonly TenantResource[] {
    return [...this.#sorted, ...this.untenanted].filter(({ name }) => name !== undefined);
  }

  /** Whether a pattern takes in every name of the kind. */
  isWide({ resource }: ArnPattern): boolean {
    return this.#widest.some((each) => covers(resource, each));
  }

  /** Whether there is any resource of another tenant. */
  hasOther(own: ReadonlySet<string>): boolean {
    for (let at = 0; at < this.#sorted.length; at = this.#next[at] ?? this.#sorted.length) {
      if (!own.has(this.#sorted[at]?.tenant ?? "")) return true;
    }
    return false;
  }

  /** The resources of other tenants that a pattern may take in, in an order that stays the same. */
  *others(pattern: ArnPattern, own: ReadonlySet<string>): Iterable<TenantResource> {
    const start = startOf(pattern.resource);
    if (start === "" && hasWildcard(pattern.resource) && !this.isWide(pattern)) {
      yield* this.#scan(pattern).filter(({ tenant = "" }) => !own.has(tenant));
      return;
    }
    for (const length of this.#lengths) {
      if (length >= start.length) break;
      for (const held of this.#open.get(start.slice(0, length)) ?? []) {
        if (!own.has(held.tenant ?? "")) yield held;
      }
    }
    let at = this.#firstAt(start);
    while (this.#starts[at]?.startsWith(start) === true) {
      const held = this.#sorted[at];
      if (held === undefined) return;
      if (own.has(held.tenant ?? "")) at = this.#next[at] ?? this.#sorted.length;
      else {
        yield held;
        at += 1;
      }
    }
  }

  /**
   * All resources of tenants that have no policy of their own, by what distinguishes them for a policy that tests these tags.
   */
  groups({ keys, aliases }: RequestedTags): readonly Group[] {
    const key = JSON.stringify([keys, aliases]);
    let groups = this.#groups.get(key);
    if (groups === undefined) this.#groups.set(key, (groups = this.#group(keys, aliases)));
    return groups;
  }

  #group(tags: readonly string[], byAlias: boolean): readonly Group[] {
    const groups = new Map<string, Group & { readonly byTenant: Map<string, TenantResource> }>();
    for (const held of this.#sorted) {
      if (held.isGuarded) continue;
      const { region, account } = held.arn;
      const owner = held.fact?.account;
      const values = tags.map((tag) => tagOf(held, tag));
      const aliases = byAlias && likeness(held.aliases);
      const rest = [
        held.isAccount ?? false,
        aliases,
        held.fact?.authorizedOtherwise,
        held.isByTag?.kind,
      ];
      const place = JSON.stringify([
        region,
        account,
        owner,
        rest,
        values.map((value) => value.kind),
      ]);
      const key = JSON.stringify([place, values.map(likeness)]);
      let group = groups.get(key);
      if (group === undefined) {
        const texts = values.flatMap((value) => (value.kind === "present" ? value.values : []));
        group = { key, place, texts, byTenant: new Map<string, TenantResource>() };
        groups.set(key, group);
      }
      const tenant = held.tenant ?? "";
      if (group.byTenant.size < mostTenants && !group.byTenant.has(tenant)) {
        group.byTenant.set(tenant, held);
      }
    }
    return [...groups.values()];
  }

  /** For a pattern that starts with a wildcard: found by looking at all, once. */
  #scan(pattern: ArnPattern): readonly TenantResource[] {
    const { partition, service, region, account, resource } = pattern;
    const key = [partition, service, region, account, resource].join("\n");
    let found = this.#scanned.get(key);
    if (found === undefined) {
      found = this.#sorted.filter(({ arn }) => arnMatches(pattern, arn).kind !== "no");
      this.#scanned.set(key, found);
    }
    return found;
  }

  #firstAt(start: string): number {
    let low = 0;
    let high = this.#starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? "") < start) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** What a tag of a resource is known to be; keys in lowercase. */
export function tagOf(held: TenantResource, key: string): ContextValue {
  return valueIn(held.tags, key);
}

/** Everything that a policy can distinguish, without the dependencies of an unknown value. */
function likeness(value: ContextValue): readonly string[] {
  return [value.kind, ...(value.kind === "present" ? value.values : [])];
}

/** What precedes the first wildcard. */
function startOf(text: string): string {
  const end = text.search(/[*?]/);
  return end < 0 ? text : text.slice(0, end);
}

function nextOthers(sorted: readonly TenantResource[]): readonly number[] {
  const next = new Array<number>(sorted.length).fill(sorted.length);
  for (let at = sorted.length - 2; at >= 0; at -= 1) {
    const isOther = sorted[at]?.tenant !== sorted[at + 1]?.tenant;
    next[at] = isOther ? at + 1 : (next[at + 1] ?? sorted.length);
  }
  return next;
}
