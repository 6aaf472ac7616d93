import assert from "node:assert/strict";
import type { Finding, FindingWaiver } from "../../policy-pack/findings/finding";
import { changeText } from "../../policy-pack/views/fleet/change-text";
import {
  fleetDelta,
  stillThere,
  type Audited,
  type FleetChange,
  type FleetDelta,
} from "../../policy-pack/views/fleet/over-time";
import {
  recentOf,
  updatesBetween,
  updatesUpTo,
  type StackState,
  type Update,
} from "../../policy-pack/views/fleet/updates";

/** An update of 29 November that began at a time of day and took ten seconds. */
function update(version: number, time: string, more: Partial<Update> = {}): Update {
  return {
    ...{ version, kind: "update", result: "succeeded", uncommitted: "no" },
    ...{ started: `2026-11-29T${time}:00.000Z`, ended: `2026-11-29T${time}:10.000Z` },
    ...{ author: "platform@acme.example", revision: "1a2b3c4d5e6f", message: "use the common key" },
    ...more,
  };
}

const none: readonly Update[] = [];

/** A stack whose state was written by the newest of its updates. */
function state(stack: string, updates: readonly Update[], more: Partial<StackState> = {}) {
  const [newest] = updates;
  const updated = newest?.ended ?? "2026-11-01T08:00:00.000Z";
  return { stack, digest: `${stack} at ${updated}`, updated, updates, ...more };
}

/** A stack of which only the time of its state is known. */
const at = (stack: string, time: string): StackState =>
  state(stack, none, { updated: `2026-11-29T${time}:00.000Z`, digest: time });

function part(thing: string, stack: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ rule: "no-shared-secret", verdict: "violated", severity: "critical", level: "mandatory" },
    ...{ about: { name: thing, label: thing }, at: { urn: "", property: "" }, fix: "" },
    ...{ message: `AWS secret \`${thing}\` is shared`, related: [], chain: [], dependsOn: [] },
    ...{ fingerprint: `${thing} in ${stack}`, standards: [], known: false },
    ...{ stacks: [stack], thing },
    ...more,
  };
}

const audited = (
  stacks: readonly StackState[] | undefined,
  findings: readonly Finding[],
  more: Partial<Audited> = {},
): Audited => ({ findings, isPartial: false, ...(stacks && { stacks }), ...more });

/** The delta of two audits, in which findings are new whose fingerprint was not there. */
function compared(before: Audited, after: Audited): FleetDelta {
  const old = new Set(before.findings.map(({ fingerprint }) => fingerprint));
  const fresh = after.findings.filter(({ fingerprint }) => !old.has(fingerprint));
  return fleetDelta(before, after, new Set(fresh.map(({ fingerprint }) => fingerprint)));
}

/** Each change in a line: `new crm in acme/dev (globex/dev): by whom`. */
const lines = ({ changes }: FleetDelta): readonly string[] =>
  changes.map((one) => {
    const { change, sentence, stacks, others } = one;
    const also = others.length === 0 ? "" : ` (${others.join(", ")})`;
    return `${change}: ${sentence}: ${stacks.join(", ")}${also}: ${changeText(one)}`;
  });

const u40 = update(40, "09:00");
const u41 = update(41, "21:14");
const acme = state("acme/dev", [u40]);
const acmeNow = state("acme/dev", [u41, u40]);
const globex = state("globex/dev", [update(7, "08:00")]);
const other = state("other/dev", [update(1, "07:00")]);
const otherNow = state("other/dev", [update(2, "20:00"), update(1, "07:00")]);
const shared = [part("crm", "acme/dev"), part("crm", "globex/dev")];

describe("two audits", () => {
  it("name the update of the one stack that changed, and none of the stack that shares with it", () => {
    const delta = compared(audited([acme, globex], []), audited([acmeNow, globex], shared));
    assert.deepEqual(delta, {
      changes: [
        {
          ...{ change: "new", rule: "no-shared-secret", severity: "critical" },
          sentence: "AWS secret `crm` is shared",
          ...{ stacks: ["acme/dev", "globex/dev"], others: [] },
          by: [
            {
              ...{ stack: "acme/dev", how: "updated", updated: "2026-11-29T21:14:10.000Z" },
              updates: [u41],
            },
          ],
          fingerprints: ["crm in acme/dev", "crm in globex/dev"],
        },
      ],
      same: 0,
    });
    assert.deepEqual(lines(delta), [
      "new: AWS secret `crm` is shared: acme/dev, globex/dev: update 41 of stack `acme/dev`, 2026-11-29 21:14 UTC, " +
        'by platform@acme.example (git author), commit 1a2b3c4, message "use the common key"',
    ]);
  });

  it("blame no stack that was updated and is no part of the finding", () => {
    const delta = compared(
      audited([acme, globex, other], []),
      audited([acmeNow, globex, otherNow], shared),
    );
    assert.deepEqual(
      delta.changes.map(({ by }) => by.map(({ stack }) => stack)),
      [["acme/dev"]],
    );
    const unchanged = compared(
      audited([acme, globex, other], []),
      audited([acme, globex, otherNow], shared),
    );
    assert.deepEqual(lines(unchanged), [
      "new: AWS secret `crm` is shared: acme/dev, globex/dev: " +
        "no stack of it changed: another stack, other settings, or another version",
    ]);
  });

  it("name a stack that joins those that share already, else the one of them that changed", () => {
    const joined = [...shared, part("crm", "other/dev")];
    assert.deepEqual(
      lines(
        compared(
          audited([acme, globex, other], shared),
          audited([acmeNow, globex, otherNow], joined),
        ),
      ),
      [
        "new: AWS secret `crm` is shared: other/dev (acme/dev, globex/dev): update 2 of stack `other/dev`, " +
          '2026-11-29 20:00 UTC, by platform@acme.example (git author), commit 1a2b3c4, message "use the common key"',
      ],
    );
    const [change] = compared(
      audited([acme, globex, other], shared),
      audited([acmeNow, globex, other], joined),
    ).changes;
    assert.deepEqual(
      change?.by.map(({ stack }) => stack),
      ["acme/dev"],
    );
  });

  it("name each stack of several that changed", () => {
    const names = ["a/dev", "b/dev", "c/dev", "d/dev", "e/dev", "f/dev"];
    const before = names.map((stack) => at(stack, "09:00"));
    const after = names.map((stack) => at(stack, "10:00"));
    const text = (count: number): readonly string[] => {
      const findings = names.slice(0, count).map((stack) => part("crm", stack));
      return compared(audited(before, []), audited(after, findings)).changes.map(changeText);
    };
    assert.deepEqual(text(2), [
      "one or more of these: stack `a/dev`, updated 2026-11-29 10:00 UTC; stack `b/dev`, updated 2026-11-29 10:00 UTC",
    ]);
    assert.match(
      text(6)[0] ?? "",
      /stack `d\/dev`, updated 2026-11-29 10:00 UTC; 2 more that changed$/,
    );
  });

  it("report that no stack changed, that an exception ended, and that a report lists no stacks", () => {
    const texts = (before: Audited, after: Audited): readonly string[] =>
      compared(before, after).changes.map(changeText);
    const [stacks, moved] = [
      [acme, globex],
      [acmeNow, globex],
    ];
    const settings = "no stack changed: other settings, or another version";
    assert.deepEqual(texts(audited(stacks, []), audited(stacks, shared)), [settings]);
    assert.deepEqual(texts(audited(stacks, shared), audited(stacks, [])), [settings]);
    const waiver = { owner: "team-crm", expires: "2026-11-29" } as FindingWaiver;
    const ended = "an exception ended: a waiver or a baseline lifted it before";
    for (const lifted of [{ waiver }, { known: true }]) {
      const before = shared.map((one): Finding => ({ ...one, ...lifted }));
      assert.deepEqual(texts(audited(stacks, before), audited(moved, shared)), [ended]);
      // What an exception lifts now is still there.
      assert.deepEqual(compared(audited(stacks, shared), audited(moved, before)), {
        ...{ changes: [], same: 1 },
      });
      assert.deepEqual(compared(audited(stacks, before), audited(moved, before)).changes, []);
    }
    const unlisted = "not known: a report lists no stacks";
    assert.deepEqual(texts(audited(undefined, []), audited(moved, shared)), [unlisted]);
  });

  it("report for what is gone which stack changed or is no longer among the inputs", () => {
    const gone = (after: Audited): readonly string[] =>
      lines(compared(audited([acme, globex], shared), after));
    const head = "gone: AWS secret `crm` is shared: acme/dev, globex/dev: ";
    assert.deepEqual(gone(audited([acmeNow, globex], [])), [
      `${head}update 41 of stack \`acme/dev\`, 2026-11-29 21:14 UTC, by platform@acme.example (git author), ` +
        'commit 1a2b3c4, message "use the common key"',
    ]);
    assert.deepEqual(gone(audited([acme], [])), [
      `${head}stack \`globex/dev\` is no longer among the inputs`,
    ]);
    assert.deepEqual(gone(audited([acme], [], { isPartial: true })), [
      `${head}stack \`globex/dev\` was not read, as some input could not be`,
    ]);
  });

  it("report a part as gone once its stack has no part of the finding", () => {
    const third = part("crm", "other/dev");
    const second = part("crm", "acme/dev", { fingerprint: "another workload" });
    const before = audited([acme, globex, other], [...shared, second, third]);
    const after = audited([acmeNow, globex, otherNow], shared);
    assert.deepEqual(lines(compared(before, after)), [
      "gone: AWS secret `crm` is shared: other/dev (acme/dev, globex/dev): update 2 of stack `other/dev`, " +
        '2026-11-29 20:00 UTC, by platform@acme.example (git author), commit 1a2b3c4, message "use the common key"',
    ]);
  });

  it("take a finding of one stack that becomes one over several, and back, for the same in that stack", () => {
    const own = part("crm", "globex/dev", { fingerprint: "own", about: { name: "x", label: "x" } });
    const [only, together] = [audited([acme, globex], [own]), audited([acmeNow, globex], shared)];
    const head = "AWS secret `crm` is shared: acme/dev (globex/dev)";
    const by =
      "update 41 of stack `acme/dev`, 2026-11-29 21:14 UTC, by platform@acme.example (git author), " +
      'commit 1a2b3c4, message "use the common key"';
    assert.deepEqual(lines(compared(only, together)), [`new: ${head}: ${by}`]);
    const reverted = state("acme/dev", [update(42, "22:00"), u41], { digest: "reverted" });
    assert.deepEqual(lines(compared(together, audited([reverted, globex], [own]))), [
      `gone: ${head}: ${by.replace("41", "42").replace("21:14", "22:00")}`,
    ]);
    // A stack that changed may have a further part of it, and one that became worse is new.
    const changed = state("globex/dev", [update(8, "20:00"), update(7, "08:00")]);
    assert.deepEqual(
      compared(only, audited([acmeNow, changed], shared)).changes.map(({ stacks }) => stacks),
      [["acme/dev", "globex/dev"]],
    );
    const worse = fleetDelta(together, together, new Set(["crm in globex/dev"]));
    assert.deepEqual(
      worse.changes.map(({ stacks, cause }) => [stacks, cause]),
      [[["globex/dev"], "no stack"]],
    );
  });

  it("keep findings of two stacks separate that only each stack can name", () => {
    const about = { name: "urn:desk", label: "desk" };
    const ofOne = (stack: string): Finding =>
      part(stack, stack, { about, message: "no owner", thing: undefined as never });
    const delta = compared(
      audited([acme, globex], [ofOne("globex/dev")]),
      audited([acmeNow, globex], [ofOne("acme/dev"), ofOne("globex/dev")]),
    );
    assert.deepEqual(
      delta.changes.map(({ change, stacks, others }) => [change, stacks, others]),
      [["new", ["acme/dev"], []]],
    );
    assert.equal(delta.same, 1);
  });

  it("are in the order of new and gone, each worst first", () => {
    const low = (thing: string): Finding => part(thing, "acme/dev", { severity: "low" });
    const before = audited([acme], [low("a"), part("b", "acme/dev")]);
    const after = audited([acmeNow], [low("c"), part("e", "acme/dev"), part("d", "acme/dev")]);
    assert.deepEqual(
      compared(before, after).changes.map(({ change, sentence }) => `${change} ${sentence}`),
      ["new", "new", "new", "gone", "gone"].map(
        (change, index) => `${change} AWS secret \`${"decba"[index]}\` is shared`,
      ),
    );
  });

  it("list what is still there once for each thing, worst first", () => {
    const low = part("log", "acme/dev", { severity: "low" });
    const unstated: Finding = { ...part("ci", "acme/dev"), stacks: undefined as never };
    const now = [low, ...shared, unstated, part("new", "acme/dev")];
    const delta = compared(
      audited([acme], [low, ...shared, unstated, part("old", "acme/dev")]),
      audited([acmeNow], now),
    );
    assert.equal(delta.same, 3);
    assert.deepEqual(
      stillThere(now, delta).map(({ finding, stacks }) => [finding.about.label, stacks]),
      [
        ["ci", []],
        ["crm", ["acme/dev", "globex/dev"]],
        ["log", ["acme/dev"]],
      ],
    );
  });
});

describe("who introduced a finding", () => {
  /** The text for a stack that changed from one state to another. */
  const textOf = (before: StackState | undefined, after: StackState): string => {
    const findings = [part("crm", "acme/dev")];
    const delta = compared(audited(before ? [before] : [], []), audited([after], findings));
    return delta.changes.map((one: FleetChange) => changeText(one)).join();
  };

  it("is a range of several updates, with their authors", () => {
    const u42 = update(42, "22:00", { author: "tools@acme.example" });
    const u43 = update(43, "23:05");
    assert.equal(
      textOf(acme, state("acme/dev", [u43, u42, u41, u40])),
      "updates 41 to 43 of stack `acme/dev`, 2026-11-29 21:14 to 2026-11-29 23:05 UTC, " +
        "by platform@acme.example and tools@acme.example (git authors)",
    );
    const many = ["a", "b", "c", "d", "e"].map((author, index) =>
      update(45 - index, "21:14", { author }),
    );
    assert.equal(
      textOf(acme, state("acme/dev", [...many, u40])),
      "updates 41 to 45 of stack `acme/dev`, 2026-11-29 21:14 UTC, by a and b and c and 2 more (git authors)",
    );
  });

  it("is a number of updates where the backend numbers none", () => {
    const [a, b, c] = ["09:00", "21:14", "22:00"].map((time) => update(0, time, { author: "" }));
    assert.equal(
      textOf(state("acme/dev", [a!]), state("acme/dev", [c!, b!, a!])),
      "2 updates of stack `acme/dev`, 2026-11-29 21:14 to 2026-11-29 22:00 UTC",
    );
    assert.equal(
      textOf(state("acme/dev", [a!]), state("acme/dev", [b!, a!])),
      'the update of stack `acme/dev`, 2026-11-29 21:14 UTC, commit 1a2b3c4, message "use the common key"',
    );
  });

  it("may be earlier updates too where none of before is known", () => {
    const u42 = update(42, "22:00", { author: "tools@acme.example" });
    assert.equal(
      textOf(acme, state("acme/dev", [u42, u41])),
      "updates up to 42 of stack `acme/dev`, the last 2026-11-29 22:00 UTC, by tools@acme.example (git author)",
    );
    const unnumbered = [update(0, "22:00", { author: "" })];
    assert.equal(
      textOf(state("acme/dev", [update(0, "09:00")]), state("acme/dev", unnumbered)),
      "updates of stack `acme/dev`, the last 2026-11-29 22:00 UTC",
    );
  });

  it("is marked where the update failed, was none of the program, or had changes without a commit", () => {
    const failed = update(41, "21:14", { result: "failed", uncommitted: "yes", message: "" });
    assert.equal(
      textOf(acme, state("acme/dev", [failed, u40])),
      "update 41 (failed) of stack `acme/dev`, 2026-11-29 21:14 UTC, by platform@acme.example (git author), " +
        "commit 1a2b3c4 with changes that were not committed",
    );
    const running = update(41, "21:14", {
      ...{ kind: "refresh", result: "in-progress", ended: "" },
      ...{ author: "", revision: "", message: "" },
    });
    assert.equal(
      textOf(acme, state("acme/dev", [running, u40], { digest: "x" })),
      "update 41 (refresh, in-progress) of stack `acme/dev`, 2026-11-29 21:14 UTC",
    );
  });

  it("is not ended by what an author wrote", () => {
    const message = 'x", by boss@acme.example (git author), in stack `globex/dev`';
    const hostile = update(41, "21:14", { author: "`<script>`", message, revision: "" });
    assert.equal(
      textOf(acme, state("acme/dev", [hostile, u40])),
      "update 41 of stack `acme/dev`, 2026-11-29 21:14 UTC, by '<script>' (git author), " +
        "message \"x', by boss@acme.example (git author), in stack 'globex/dev'\"",
    );
  });

  it("is the time of the state alone where no history is known, or a report of a run has none", () => {
    assert.equal(
      textOf(at("acme/dev", "09:00"), at("acme/dev", "21:14")),
      "stack `acme/dev`, updated 2026-11-29 21:14 UTC",
    );
    const reported = (digest: string) => state("acme/dev", none, { updated: "", digest });
    assert.equal(textOf(reported("1"), reported("2")), "stack `acme/dev`, which changed");
  });

  it("is no update where a stack is new among the inputs, or its state was edited", () => {
    assert.equal(textOf(undefined, acme), "stack `acme/dev`, new among the inputs");
    const edited = { ...acme, digest: "edited" };
    assert.equal(textOf(acme, edited), "stack `acme/dev`, whose state differs without an update");
    // A stack that was updated is named before one whose export only has other bytes.
    const written = { ...globex, digest: "packed" };
    const delta = compared(audited([acme, globex], []), audited([acmeNow, written], shared));
    assert.deepEqual(
      delta.changes.map(({ by }) => by.map(({ stack }) => stack)),
      [["acme/dev"]],
    );
  });
});

describe("updates of a stack", () => {
  const numbers = (updates: readonly Update[]): readonly number[] =>
    updates.map(({ version }) => version);

  it("are those up to its state, by number before time", () => {
    // The clock of the machine that ran update 41 was ahead.
    const ahead = update(41, "23:00");
    const next = update(42, "21:20");
    const later = update(43, "21:30");
    assert.deepEqual(
      numbers(updatesUpTo("2026-11-29T21:20:05.123Z", [u40, later, ahead, next])),
      [42, 41, 40],
    );
    assert.deepEqual(numbers(updatesUpTo("", [u40, later])), [43, 40]);
    assert.deepEqual(numbers(updatesUpTo("2026-11-29T08:00:00.000Z", [u40, u41])), []);
  });

  it("are the newest twenty, by time where the backend numbers none", () => {
    const all = Array.from({ length: 25 }, (_, minute) =>
      update(0, `21:${String(minute).padStart(2, "0")}`),
    );
    const kept = updatesUpTo("", all);
    assert.equal(kept.length, 20);
    assert.deepEqual([kept[0], kept[19]], [all[24], all[5]]);
  });

  it("count as those of the same second that the earlier report does not have", () => {
    const first = update(0, "21:14", { ended: "2026-11-29T21:14:00.100Z", message: "one" });
    const second = update(0, "21:14", { ended: "2026-11-29T21:14:00.900Z", message: "two" });
    const between = (before: readonly Update[], after: readonly Update[]) =>
      updatesBetween(state("acme/dev", before), state("acme/dev", after));
    assert.deepEqual(between([first], [second, first]), { updates: [second], isCut: false });
    // Only their number distinguishes these.
    const same = update(0, "21:14", { ended: "2026-11-29T21:14:00.000Z" });
    assert.deepEqual(between([same], [same, same]), { updates: [same], isCut: false });
  });

  it("do not count where they began before the earlier state was written", () => {
    const before = state("acme/dev", none, { updated: u41.ended });
    const after = state("acme/dev", [update(42, "22:00"), u41, u40]);
    assert.deepEqual(numbers(updatesBetween(before, after).updates), [42]);
  });

  it("are in a report as those of a month, and one before", () => {
    const month = (number: number): Update =>
      update(number, "09:00", { started: `2026-0${number}-01T09:00:00.000Z` });
    const [busy, quiet, unknown] = recentOf([
      state("busy/dev", [month(9), month(8), month(7), month(6)]),
      state("quiet/dev", [month(4), month(3)]),
      state("unknown/dev", none),
    ]);
    assert.deepEqual(numbers(busy?.updates ?? none), [9, 8, 7]);
    assert.deepEqual(numbers(quiet?.updates ?? none), [4]);
    assert.deepEqual(unknown?.updates, none);
  });
});
