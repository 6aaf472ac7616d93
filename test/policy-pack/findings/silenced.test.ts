import assert from "node:assert/strict";
import { defaultSettings, type Settings } from "../../../policy-pack/findings/settings";
import { isNewlySilenced, silencedIn, type Silenced } from "../../../policy-pack/findings/silenced";
import { rules } from "../../../policy-pack/rules/index";

const silenced = (settings: Partial<Settings>): readonly Silenced[] =>
  silencedIn({ ...defaultSettings, ...settings }, rules, (setting) => ({ by: setting }));

describe("settings that silence", () => {
  const cases: readonly {
    readonly what: string;
    readonly settings: Partial<Settings>;
    readonly expected: readonly Silenced[];
  }[] = [
    { what: "the defaults", settings: {}, expected: [] },
    {
      what: "a disabled rule",
      settings: { levels: { "no-public-trust": "disabled" } },
      expected: [{ kind: "disabled", subject: "no-public-trust", by: "levels.no-public-trust" }],
    },
    {
      what: "a mandatory rule that is made advisory",
      settings: { levels: { "no-public-trust": "advisory" } },
      expected: [{ kind: "advisory", subject: "no-public-trust", by: "levels.no-public-trust" }],
    },
    {
      what: "a rule at its own level",
      settings: { levels: { "no-public-trust": "mandatory", "no-dead-condition": "advisory" } },
      expected: [],
    },
    {
      what: "an advisory rule that is disabled",
      settings: { levels: { "no-dead-condition": "disabled" } },
      expected: [
        { kind: "disabled", subject: "no-dead-condition", by: "levels.no-dead-condition" },
      ],
    },
    {
      what: "unknowns that are advisory",
      settings: { undetermined: "advisory" },
      expected: [{ kind: "unknown", subject: "undetermined", by: "undetermined" }],
    },
    { what: "unknowns that are mandatory", settings: { undetermined: "mandatory" }, expected: [] },
    {
      what: "only declared workloads",
      settings: { scope: "declared" },
      expected: [{ kind: "scope", subject: "scope", by: "scope" }],
    },
    {
      what: "longer sessions and tokens",
      settings: { maxSessionSeconds: 7200, maxTokenSeconds: 3601 },
      expected: [
        { kind: "limit", subject: "maxSession", count: 7200, by: "maxSession" },
        { kind: "limit", subject: "maxToken", count: 3601, by: "maxToken" },
      ],
    },
    {
      what: "shorter sessions and tokens",
      settings: { maxSessionSeconds: 3600, maxTokenSeconds: 600 },
      expected: [],
    },
  ];
  for (const { what, settings, expected } of cases) {
    it(`are ${expected.length === 0 ? "none" : "listed"}: ${what}`, () => {
      assert.deepEqual(silenced(settings), expected);
    });
  }
});

describe("a setting that silences", () => {
  const one = (kind: Silenced["kind"], count?: number, subject: string = kind): Silenced => ({
    kind,
    subject,
    by: "agentid.yaml",
    ...(count !== undefined && { count }),
  });

  const moved = (line: number): Silenced => ({
    ...one("disabled"),
    source: { file: "agentid.yaml", line },
  });

  for (const { what, now, before, isNew } of [
    { what: "without others", now: one("disabled"), before: [], isNew: true },
    {
      what: "of another rule",
      now: one("disabled", 0, "a"),
      before: [one("disabled", 0, "b")],
      isNew: true,
    },
    { what: "on another line", now: moved(3), before: [moved(1)], isNew: false },
    {
      what: "that disables what was advisory",
      now: one("disabled", 0, "a"),
      before: [one("advisory", 0, "a")],
      isNew: true,
    },
    {
      what: "that makes advisory what was disabled",
      now: one("advisory", 0, "a"),
      before: [one("disabled", 0, "a")],
      isNew: false,
    },
    { what: "with a higher limit", now: one("limit", 2), before: [one("limit", 1)], isNew: true },
    { what: "with a lower limit", now: one("limit", 1), before: [one("limit", 2)], isNew: false },
    { what: "with more answers", now: one("answers", 2), before: [one("answers", 1)], isNew: true },
    {
      what: "with fewer answers",
      now: one("answers", 1),
      before: [one("answers", 2)],
      isNew: false,
    },
    {
      what: "of a baseline with another name",
      now: one("baseline", 2, "new.json"),
      before: [one("baseline", 2, "old.json")],
      isNew: false,
    },
  ]) {
    it(`is ${isNew ? "new" : "as before"}: one ${what}`, () => {
      assert.equal(isNewlySilenced(now, before), isNew);
    });
  }

  it("is new where what it contains is other, and only in files", () => {
    for (const kind of ["answers", "baseline"] as const) {
      assert.ok(isNewlySilenced(one(kind, 1), [one(kind, 1)], () => false));
    }
    assert.ok(!isNewlySilenced(one("disabled"), [one("disabled")], () => false));
  });
});
