import { narrowestFirst } from "./decide";
import { sensitivities, type CallRequest, type Grant } from "./grant";
import { grantId } from "./grant-id";
import { conditionKey, isName, isSeconds, isText, isWhole } from "./request";

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
  readonly numbers: Readonly<Record<string, Range>>;
  readonly flags: Readonly<Record<string, readonly boolean[]>>;
}

/** Whole numbers from the least to the most; none where the least is more. */
interface Range {
  readonly least: number;
  readonly most: number;
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

/** An unused part of a grant is left out, so that no language has to define it. */
function canAllow({ tenant, caller, tool, sensitivity, maxSeconds, conditions }: Grant): boolean {
  return (
    [tenant, caller, tool].every(isName) &&
    sensitivities.includes(sensitivity) &&
    isSeconds(maxSeconds) &&
    conditions.every(
      (one) =>
        conditionKey.test(one.key) &&
        (one.kind !== "between" || [one.least, one.most].every(isWhole)) &&
        (one.kind !== "sum" || isWhole(one.most)),
    )
  );
}

function boundsOf({ conditions }: Grant): Bounds {
  const texts = new Map<string, readonly string[]>();
  const numbers = new Map<string, Range>();
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
      case "sum":
      case "between": {
        const from = one.kind === "sum" ? 0 : one.least;
        const { least, most } = numbers.get(one.key) ?? { least: from, most: one.most };
        numbers.set(one.key, {
          least: Math.max(from, least),
          most: Math.min(one.most, most),
        });
        break;
      }
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
export function byCall<T>(
  grants: readonly T[],
  grantOf: (of: T) => Grant,
): (of: Pick<CallRequest, "caller" | "tool">) => readonly T[] {
  const found = new Map<string, T[]>();
  const key = (...names: readonly string[]): string => JSON.stringify(names);
  for (const each of grants) {
    const { tenant, tool, caller } = grantOf(each);
    const of = key(tenant, tool, caller);
    const others = found.get(of);
    if (others === undefined) found.set(of, [each]);
    else others.push(each);
  }
  return ({ caller, tool }) => found.get(key(tool.tenant, tool.name, caller.name)) ?? [];
}

/** Grants by tenant, tool, caller and intent, each list in the order of the grants. */
export function byIntent<T>(
  grants: readonly T[],
  grantOf: (of: T) => Grant,
): (of: Pick<CallRequest, "caller" | "tool" | "intent">) => readonly T[] {
  const intents = new Map<string, T[]>();
  for (const each of grants) {
    for (const intent of new Set(grantOf(each).intents)) {
      const others = intents.get(intent);
      if (others === undefined) intents.set(intent, [each]);
      else others.push(each);
    }
  }
  const calls = new Map([...intents].map(([intent, of]) => [intent, byCall(of, grantOf)]));
  return (request) => calls.get(request.intent)?.(request) ?? [];
}

/** The answer of a compiled policy: as `decide` answers, without the refusals. */
export type Answer =
  | { readonly kind: "allow" | "ask"; readonly by: string }
  | {
      readonly kind: "deny";
      /** The error that prevented a decision, where there was one. */
      readonly problem?: string;
    };
