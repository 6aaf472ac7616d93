import { compareText } from "../../../core/compare-text";
import type { Authority } from "./authority";
import type { Aspect, Change, DeltaRow, Stated } from "./change";
import { gainedIn, type Gain } from "./gained";
import { matchedHolders, type Holder, type MatchedHolder } from "./holders";
import { gives, isUnknown, mayMeet, shownPattern, type Pair, type Permission } from "./permission";
import { sentenceOf, shownObject } from "./sentence";

/** The changes of one identity, or of several that changed alike. */
export interface HolderDelta {
  /** Labels of the workloads or identities. */
  readonly holders: readonly string[];
  /** Their keys. */
  readonly keys: readonly string[];
  readonly what: string;
  readonly tenant?: string;
  /** Whether they are there on one side alone. */
  readonly state: "new" | "gone" | "changed";
  readonly rows: readonly DeltaRow[];
}

/** How authority changed from one report to another. */
export interface AuthorityDelta {
  /** Those that changed, by label. */
  readonly changed: readonly HolderDelta[];
  /** How many workloads and other identities have the same authority. */
  readonly same: number;
}

interface Changed extends Omit<HolderDelta, "rows"> {
  readonly changes: readonly Stated[];
}

/** How authority changed, by what is permitted: order and spelling of policies make no difference. */
export function deltaOf(before: Authority, after: Authority): AuthorityDelta {
  const matched = matchedHolders(before, after);
  const changed = matched.flatMap((pair): readonly Changed[] => {
    const [old, now] = pair;
    const changes = changesOf(old ?? without, now ?? without);
    const one = now ?? old;
    if (changes.length === 0 || one === undefined) return [];
    const { key, label, what, tenant } = one;
    return [
      {
        holders: [label],
        keys: [key],
        what,
        ...(tenant !== undefined && { tenant }),
        state: stateOf(pair),
        changes,
      },
    ];
  });
  return {
    changed: joined(changed)
      .map(({ changes, ...holder }) => ({ ...holder, rows: rowsOf(changes, holder.holders) }))
      .sort((a, b) => compareText(sortKey(a), sortKey(b))),
    same: matched.length - changed.length,
  };
}

type Compared = Pick<Holder, Aspect | "leftOut">;

const without: Compared = { may: [], denied: [], usedBy: [], denies: [], calls: [], leftOut: [] };

function stateOf([old, now]: MatchedHolder): HolderDelta["state"] {
  if (old === undefined) return "new";
  return now === undefined ? "gone" : "changed";
}

function changesOf(old: Compared, now: Compared): readonly Stated[] {
  if (old.leftOut.join() !== now.leftOut.join()) return stated("wider", "may", [tooMuch]);
  return [
    ...allowedChanges(old, now, "may", "denied"),
    ...deniedChanges(old, now, "denied", (gain, { may }) => concerns(gain, may)),
    ...allowedChanges(old, now, "usedBy", "denies"),
    // It also denies those whose own policies allow it; a new resource denies nothing that existed.
    ...deniedChanges(old, now, "denies", (_, side) => side === now || old !== without),
    ...allowedChanges(old, now, "calls"),
  ];
}

function allowedChanges(
  old: Compared,
  now: Compared,
  aspect: Aspect,
  denying?: Aspect,
): readonly Stated[] {
  return both(old, now, aspect).flatMap(({ change, gains, side }) => {
    const denied = denying === undefined ? [] : side[denying];
    return stated(
      change,
      aspect,
      gains.map((gain) => unlessDenied(gain, denied)),
    );
  });
}

/** What is denied no longer is wider. */
function deniedChanges(
  old: Compared,
  now: Compared,
  aspect: Aspect,
  isNews: (gain: Gain, side: Compared) => boolean,
): readonly Stated[] {
  return both(now, old, aspect).flatMap(({ change, gains, side }) => {
    const other = side === old ? now : old;
    return stated(
      change,
      aspect,
      gains.filter((gain) => isNews(gain, other)),
    );
  });
}

/** What a side has that the other has not. */
function both(old: Compared, now: Compared, aspect: Aspect) {
  return [
    { change: "wider", gains: gainsIn(old[aspect], now[aspect]), side: now },
    { change: "narrower", gains: gainsIn(now[aspect], old[aspect]), side: old },
  ] as const;
}

/** What a Deny may take away that is not known is not certain. */
function unlessDenied(gain: Gain, denied: readonly Permission[]): Gain {
  const { actions, objects, of } = gain;
  const isOpen = actions.every((action) =>
    objects.every((object) => denied.some((deny) => mayDeny(deny, { action, object, of }))),
  );
  return isOpen ? { ...gain, instead: { kind: "nothing" }, isUnknown: true } : gain;
}

function mayDeny(deny: Permission, pair: Pair): boolean {
  const open = [...deny.actions, ...deny.objects].some(isUnknown);
  return open && gives(deny, pair, { conditions: true, unknownIsAny: true });
}

function gainsIn(before: readonly Permission[], after: readonly Permission[]): readonly Gain[] {
  if (before === after || JSON.stringify(before) === JSON.stringify(after)) return [];
  const gains = gainedIn(before, after);
  return gains === "too many" ? [tooMuch] : gains;
}

const everything: Permission = { actions: ["*"], objects: ["*"] };

/** The replacement for all permissions of an identity, where that is more than is compared. */
const tooMuch: Gain = {
  ...everything,
  of: everything,
  instead: { kind: "nothing" },
  isUnknown: true,
};

function stated(
  change: "wider" | "narrower",
  aspect: Aspect,
  gains: readonly Gain[],
): readonly Stated[] {
  return gains.map((gain) => ({ change: gain.isUnknown ? "unknown" : change, aspect, gain }));
}

function concerns({ actions, objects }: Gain, may: readonly Permission[]): boolean {
  return may.some(
    (each) =>
      each.actions.some((one) => actions.some((other) => mayMeet(one, other, true))) &&
      each.objects.some((one) => objects.some((other) => mayMeet(one, other, false))),
  );
}

/** Holders that changed alike as one, as those do that share an identity. */
function joined(all: readonly Changed[]): readonly Changed[] {
  const groups = new Map<string, Changed>();
  for (const one of all) {
    const { what, tenant, state, changes } = one;
    const key = JSON.stringify([what, tenant, state, changes]);
    const known = groups.get(key);
    groups.set(
      key,
      known === undefined
        ? one
        : {
            ...known,
            holders: [...known.holders, ...one.holders].sort(compareText),
            keys: [...known.keys, ...one.keys].sort(compareText),
          },
    );
  }
  return [...groups.values()];
}

const changesInOrder: readonly Change[] = ["wider", "unknown", "narrower"];

function rowsOf(changes: readonly Stated[], holders: readonly string[]): readonly DeltaRow[] {
  const rows = changes.map((one): DeltaRow => {
    const { change, aspect, gain } = one;
    const { source } = gain.of;
    return {
      change,
      aspect,
      sentence: sentenceOf(one, holders),
      actions: gain.actions.map(shownPattern),
      objects: gain.objects.map(shownObject),
      ...(source && { source }),
    };
  });
  // What is not known is the same whichever side it is looked at from.
  const each = [...new Map(rows.map((row) => [`${row.change} ${row.sentence}`, row])).values()];
  return each.sort(
    (a, b) =>
      changesInOrder.indexOf(a.change) - changesInOrder.indexOf(b.change) ||
      compareText(a.sentence, b.sentence),
  );
}

function sortKey({ holders, keys }: Pick<HolderDelta, "holders" | "keys">): string {
  return JSON.stringify([holders, keys]);
}
