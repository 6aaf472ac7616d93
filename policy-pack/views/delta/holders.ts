import { sensitivities } from "../../../core/grants/grant";
import type { SourcePosition } from "../../../core/snapshot/resource";
import type { Authority, CallGrant, IdentityAuthority } from "./authority";
import { isUnknown, shownPattern, type Permission, type Test } from "./permission";

/** A workload with all that its identities may do, or an identity that no workload has. */
export interface Holder {
  readonly key: string;
  readonly label: string;
  readonly what: string;
  readonly tenant?: string;
  /** Whether it is not known which identity it is: `key` is that of the binding that names it. Default: it is known. */
  readonly isOpen?: true;
  readonly may: readonly Permission[];
  readonly denied: readonly Permission[];
  readonly usedBy: readonly Permission[];
  readonly denies: readonly Permission[];
  readonly calls: readonly Permission[];
  /** Digests of what a report left out. */
  readonly leftOut: readonly string[];
  readonly source?: SourcePosition;
}

/** The same holder before and after; undefined where it is absent. */
export type MatchedHolder = readonly [before: Holder | undefined, after: Holder | undefined];

/**
 * The holders of two reports, each with its counterpart: by key, and the rest by name.
 *
 * An identity that a workload has on either side counts as that workload's. An unknown one on one side is the one that the same
 * binding names on the other.
 */
export function matchedHolders(before: Authority, after: Authority): readonly MatchedHolder[] {
  const owned = new Set(
    [before, after].flatMap(({ workloads }) => workloads.flatMap(({ identities }) => identities)),
  );
  const others = new Map(holdersOf(before, owned).map((one) => [keyIn(one), one]));
  const unmatched: Holder[] = [];
  const matched: MatchedHolder[] = [];
  for (const one of holdersOf(after, owned)) {
    const other = others.get(keyIn(one));
    if (other === undefined) unmatched.push(one);
    else {
      others.delete(keyIn(one));
      matched.push([other, one]);
    }
  }
  const byLabel = new Map<string, Holder | undefined>();
  for (const other of others.values()) {
    const label = labelKey(other);
    byLabel.set(label, byLabel.has(label) ? undefined : other);
  }
  for (const one of unmatched) {
    const other = byLabel.get(labelKey(one));
    byLabel.delete(labelKey(one));
    if (other !== undefined) others.delete(keyIn(other));
    matched.push(other === undefined ? [undefined, one] : [other, one]);
  }
  for (const other of others.values()) matched.push([other, undefined]);
  return settled(matched);
}

/** What an identity that is not known has on one side as that of those who have it by the same binding on the other alone. */
function settled(matched: readonly MatchedHolder[]): readonly MatchedHolder[] {
  const open = matched.flatMap(([old, now]) => {
    const one = old ?? now;
    const isOne = one?.isOpen === true && (old === undefined || now === undefined);
    return isOne ? [{ one, side: old === undefined ? 1 : 0 }] : [];
  });
  if (open.length === 0) return matched;
  const named = new Set<Holder>();
  const settledIn = (pair: MatchedHolder): MatchedHolder =>
    open.reduce(([old, now], { one, side }) => {
      const [own, known] = side === 0 ? [old, now] : [now, old];
      if (known === undefined || known.isOpen || !isOf(known, one) || isOf(own, one))
        return [old, now];
      named.add(one);
      const { may, ...rest } = own ?? { ...known, ...nothing };
      const more = { ...rest, may: [...may, ...one.may] };
      return side === 0 ? [more, now] : [old, more];
    }, pair);
  return matched
    .map(settledIn)
    .filter(([old, now]) => ![old, now].some((each) => each !== undefined && named.has(each)));
}

const nothing = { may: [], denied: [], usedBy: [], denies: [], calls: [], leftOut: [] };

/** Whether a holder's permission is through something that names another. */
function isOf(holder: Holder | undefined, { key }: Holder): boolean {
  return holder?.may.some(({ of }) => of?.includes(key)) === true;
}

/** A function is a workload, and a resource that has a policy. */
function keyIn({ what, key }: Holder): string {
  return JSON.stringify([what === workload, key]);
}

function labelKey({ what, label }: Holder): string {
  return JSON.stringify([what === workload, label]);
}

const workload = "workload";

function holdersOf(
  { identities, workloads, calls }: Authority,
  owned: ReadonlySet<string>,
): readonly Holder[] {
  const byKey = new Map(identities.map((one) => [one.key, one]));
  const byCaller = new Map<string, Permission[]>();
  for (const grant of calls) {
    const list = byCaller.get(grant.caller) ?? [];
    list.push(asPermission(grant));
    byCaller.set(grant.caller, list);
  }
  const ofWorkloads = workloads.map(({ key, label, tenant, identities: keys, of, source }) => {
    const own = keys.flatMap((each) => byKey.get(each) ?? []);
    const all = (aspect: "may" | "denied" | "usedBy"): readonly Permission[] =>
      own.flatMap((each) => each[aspect]);
    const holder: Holder = {
      key,
      label,
      what: workload,
      ...(tenant !== undefined && { tenant }),
      may: [...all("may"), ...(of === undefined ? [] : [notKnown(of)])],
      denied: all("denied"),
      usedBy: all("usedBy"),
      denies: own.flatMap(({ denies = [] }) => denies),
      calls: byCaller.get(key) ?? [],
      leftOut: own.flatMap(({ leftOut }) => (leftOut === undefined ? [] : [leftOut.digest])),
      ...(source && { source }),
    };
    return holder;
  });
  const only = identities.filter(({ key }) => !owned.has(key)).map(holderOf);
  return [...ofWorkloads, ...only];
}

function holderOf(identity: IdentityAuthority): Holder {
  const { leftOut, denies = [], ...rest } = identity;
  return { ...rest, denies, calls: [], leftOut: leftOut === undefined ? [] : [leftOut.digest] };
}

/** What an identity that is not known may do. */
function notKnown(of: readonly string[]): Permission {
  const open = { label: "an identity that is not known", of };
  return { actions: [open], objects: [open], of };
}

/** A grant as a permission: its limits are tests that each call has to pass. */
function asPermission(grant: CallGrant): Permission {
  const { tool, intents, sensitivity, approval, maxSeconds, conditions = [], of, source } = grant;
  const level = isUnknown(sensitivity)
    ? -1
    : sensitivities.findIndex((each) => each === shownPattern(sensitivity));
  const tests: readonly Test[] = [
    // A level that is not known may be any.
    ...(level < 0 ? [] : [{ operator: "at-most", key: "sensitivity", values: [`${level}`] }]),
    ...(shownPattern(approval) === "none"
      ? []
      : [{ operator: "is", key: "approval", values: [approval] }]),
    ...(maxSeconds === undefined
      ? []
      : [{ operator: "at-most", key: "seconds", values: [`${maxSeconds}`] }]),
    // What is unknown may turn out to be nothing.
    ...(grant.decidedBy === "none" || grant.decidedBy === "unknown"
      ? []
      : [{ operator: "is", key: "decided", values: ["yes"] }]),
    ...conditions,
  ];
  return {
    actions: intents,
    objects: [tool],
    conditions: tests,
    ...(of && { of }),
    ...(source && { source }),
  };
}
