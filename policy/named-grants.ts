import { narrowestFirst } from "../core/grants/decide";
import { sensitivities, type Grant } from "../core/grants/grant";
import { grantId } from "../core/grants/grant-id";
import { conditionKey, isName, isSeconds, isText, isWhole } from "../core/grants/request";

/** A grant as policies have it: by its name, with one bound for each kind and key of its conditions. */
export interface NamedGrant {
  readonly id: string;
  readonly grant: Grant;
  /** The intents that a request can have: a text that is none keeps Cedar from reading any of a grant. */
  readonly intents: readonly string[];
  readonly bounds: Bounds;
}

/** What conditions come to: where several are on one key, what all of them allow. */
interface Bounds {
  readonly texts: Readonly<Record<string, readonly string[]>>;
  readonly numbers: Readonly<Record<string, number>>;
  readonly flags: Readonly<Record<string, readonly boolean[]>>;
}

/** The kinds of bounds. */
export type BoundKind = keyof Bounds;

/** The grants that can allow anything, each once, in the order in which they are tried. */
export function namedGrants(grants: readonly Grant[]): readonly NamedGrant[] {
  const named = grants
    .filter(canAllow)
    .sort(narrowestFirst)
    .map((grant) => [grantId(grant), grant] as const);
  return [...new Map(named)].map(([id, grant]) => ({
    id,
    grant,
    intents: grant.intents.filter(isText),
    bounds: boundsOf(grant),
  }));
}

/** What a grant is never used for is left out, so that no language has to say what it means. */
function canAllow({ tenant, caller, tool, sensitivity, maxSeconds, conditions }: Grant): boolean {
  return (
    [tenant, caller, tool].every(isName) &&
    sensitivities.includes(sensitivity) &&
    isSeconds(maxSeconds) &&
    conditions.every(
      (one) => conditionKey.test(one.key) && (one.kind !== "at-most" || isWhole(one.limit)),
    )
  );
}

function boundsOf({ conditions }: Grant): Bounds {
  const texts = new Map<string, readonly string[]>();
  const numbers = new Map<string, number>();
  const flags = new Map<string, readonly boolean[]>();
  for (const one of conditions) {
    switch (one.kind) {
      case "one-of": {
        const before = texts.get(one.key) ?? one.values;
        texts.set(
          one.key,
          [...new Set(one.values)].filter((text) => isText(text) && before.includes(text)),
        );
        break;
      }
      case "at-most":
        numbers.set(one.key, Math.min(one.limit, numbers.get(one.key) ?? one.limit));
        break;
      case "is": {
        const before = flags.get(one.key) ?? [one.value];
        flags.set(one.key, before.includes(one.value) ? [one.value] : []);
        break;
      }
    }
  }
  return {
    texts: Object.fromEntries(texts),
    numbers: Object.fromEntries(numbers),
    flags: Object.fromEntries(flags),
  };
}

/** Grants by tenant, tool and caller: a call is decided by those of its three alone. */
export function byCall(grants: readonly NamedGrant[]): ReadonlyMap<string, readonly NamedGrant[]> {
  const found = new Map<string, NamedGrant[]>();
  for (const named of grants) {
    const { tenant, tool, caller } = named.grant;
    const key = callKey(tenant, tool, caller);
    const others = found.get(key);
    if (others === undefined) found.set(key, [named]);
    else others.push(named);
  }
  return found;
}

/** Key of {@link byCall}. */
export function callKey(tenant: string, tool: string, caller: string): string {
  return JSON.stringify([tenant, tool, caller]);
}

/** The answer of a compiled policy: as `decide` answers, without what stands against a call. */
export type Answer =
  | { readonly kind: "allow" | "ask"; readonly by: string }
  | {
      readonly kind: "deny";
      /** What kept the policy from deciding, where something did. */
      readonly problem?: string;
    };
