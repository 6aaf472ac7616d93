import assert from "node:assert/strict";
import { faultsOf, sourceOf } from "../../../policy-pack/findings/grouped-finding";
import type { Finding, Subject } from "../../../policy-pack/findings/finding";
import { sentenceOf } from "../../../policy-pack/findings/finding-text";

const subject = (label: string): Subject => ({
  name: `urn:${label}`,
  label,
  source: { file: "index.ts", line: label.length },
});

function finding(changes: Partial<Finding>): Finding {
  return {
    rule: "no-shared-secret",
    verdict: "violated",
    severity: "critical",
    level: "mandatory",
    about: subject("acme/key"),
    at: { urn: "urn:acme/key", property: "value" },
    message: "Secret `acme/key` is shared by 2 workloads",
    fix: "give each workload a credential of its own",
    related: [],
    chain: [],
    dependsOn: [],
    fingerprint: "0".repeat(32),
    standards: [],
    known: false,
    ...changes,
  };
}

const desk = finding({
  holder: subject("acme/desk"),
  related: [{ ...subject("acme/triage"), as: "uses this secret too" }],
});
const triage = finding({
  holder: subject("acme/triage"),
  related: [{ ...subject("acme/desk"), as: "uses this secret too" }],
  fingerprint: "1".repeat(32),
});

describe("faults", () => {
  it("join the findings of all consumers of one thing, and leave affected ones out of the related ones", () => {
    const faults = faultsOf([desk, triage]);
    assert.deepEqual(faults, [
      {
        first: desk,
        findings: [desk, triage],
        things: [subject("acme/key")],
        also: [],
        affected: [subject("acme/desk"), subject("acme/triage")],
        unnamed: 0,
        related: [],
        reaches: [],
        chains: [],
        fixes: ["give each workload a credential of its own"],
        replacements: [],
      },
    ]);
  });

  for (const [what, other] of [
    ["another rule", { rule: "no-literal-secret" }],
    ["another thing", { about: subject("acme/other") }],
    ["another sentence", { message: "The value of secret `acme/key` is shared by 2 workloads" }],
    ["another verdict", { verdict: "undetermined" }],
    ["another severity", { severity: "high" }],
    ["another level", { level: "advisory" }],
  ] as const) {
    it(`are two for ${what}`, () => {
      assert.equal(faultsOf([desk, { ...triage, ...other }]).length, 2);
    });
  }

  it("are two where a baseline lists one consumer, which comes last", () => {
    const [first, second, ...others] = faultsOf([{ ...desk, known: true }, triage]);
    assert.deepEqual([first?.first.holder?.label, second?.first.known], ["acme/triage", true]);
    assert.deepEqual(others, []);
  });

  it("name what a finding affects beside its holder, and count what it does not name", () => {
    const related = [
      { ...subject("acme/triage"), as: "uses this secret too", isAffected: true },
      { ...subject("acme/role"), as: "can read this secret" },
    ] as const;
    const [fault] = faultsOf([{ ...desk, related, affectedCount: 9 }]);
    assert.deepEqual(fault?.affected, [subject("acme/desk"), subject("acme/triage")]);
    assert.equal(fault.unnamed, 7);
    assert.deepEqual(fault.related, [related[1]]);
    const both = faultsOf([{ ...desk, related, affectedCount: 2 }, triage]);
    assert.deepEqual([both[0]?.affected.length, both[0]?.unnamed], [2, 0]);
  });

  it("join things with one origin, whatever they are called, and are shown where that is", () => {
    const origin = subject("acme/key");
    const other = { about: subject("globex/key"), message: "Secret `globex/key` is shared" };
    const [fault, ...others] = faultsOf([
      { ...triage, ...other, origin },
      { ...desk, origin },
    ]);
    assert.deepEqual(others, []);
    assert.equal(fault?.first.about.label, "acme/key");
    assert.deepEqual(
      fault.things.map(({ label }) => label),
      ["globex/key", "acme/key"],
    );
    assert.deepEqual(sourceOf(fault), origin.source);
    assert.equal(
      faultsOf([
        { ...triage, ...other, origin: other.about },
        { ...desk, origin },
      ]).length,
      2,
    );
  });

  describe("have what a more general rule reports of the same uses", () => {
    const origin = subject("acme/key");
    const general = [desk, triage].map((one) => ({ ...one, origin }));
    const specific = general.map((one) => ({
      ...one,
      rule: "no-cross-tenant-secret",
      message: "Secret `acme/key` is shared by two tenants: acme, globex",
      fix: "give each tenant one",
    }));
    const rulesIn = (findings: readonly Finding[]) =>
      faultsOf(findings).map(({ first }) => first.rule);

    it("with all fingerprints, and its own fix alone", () => {
      const [fault, ...others] = faultsOf([...specific, ...general]);
      assert.deepEqual(others, []);
      assert.ok(fault !== undefined);
      assert.deepEqual(fault.first, specific[0]);
      assert.deepEqual(
        fault.also.map(({ message }) => message),
        [desk.message],
      );
      assert.equal(fault.findings.length, 4);
      assert.deepEqual(fault.fixes, ["give each tenant one"]);
    });

    it("not where that names a use more, is waived alone, or has another weight", () => {
      const two = ["no-cross-tenant-secret", "no-shared-secret"];
      assert.deepEqual(rulesIn([...specific.slice(1), ...general]), two);
      assert.deepEqual(
        rulesIn([...specific.map((one) => ({ ...one, known: true })), ...general]),
        two.toReversed(),
      );
      assert.deepEqual(
        rulesIn([...specific, ...general.map((one) => ({ ...one, severity: "high" as const }))]),
        two,
      );
    });

    it("not of things without a common origin", () => {
      const bare = [desk, triage].map((one) => ({ ...one }));
      assert.equal(faultsOf([...specific, ...bare]).length, 2);
    });
  });

  it("split a chain where a link does not go on from the one before, and have each path once", () => {
    const [a, b, c] = [subject("a"), subject("b"), subject("c")];
    const chain = [
      { from: a, to: b, by: "runs as" },
      { from: b, to: c, by: "assumes" },
      { from: a, to: c, by: "assumes" },
    ];
    const [fault] = faultsOf([
      { ...desk, chain },
      { ...triage, chain: chain.slice(0, 2) },
    ]);
    assert.deepEqual(fault?.chains, [chain.slice(0, 2), chain.slice(2)]);
  });

  it("are shown where the first finding is that has a place, or else where the thing is", () => {
    const source = { file: "a.yaml", line: 3, column: 5 };
    const [placed] = faultsOf([desk, { ...triage, source }]);
    assert.deepEqual(placed && sourceOf(placed), source);
    const [unplaced] = faultsOf([desk]);
    assert.deepEqual(unplaced && sourceOf(unplaced), subject("acme/key").source);
  });
});

describe("the sentence of a finding", () => {
  const urn = (name: string, type = "aws:iam/role:Role"): string =>
    `urn:pulumi:dev::desk::${type}::${name}`;
  const open = finding({ verdict: "undetermined" });

  for (const [what, given, prefix] of [
    ["is its message where it is certain", { verdict: "violated" }, ""],
    ["says no reason where there is none", {}, "Cannot verify: "],
    [
      "names what creates what is not known",
      { dependsOn: [urn("role")] },
      "Cannot verify yet (known after `role` is created): ",
    ],
    [
      "names a stack that is read",
      { dependsOn: [urn("platform", "pulumi:pulumi:StackReference")] },
      "Cannot verify yet (known after `platform` is read): ",
    ],
    [
      "counts of many creators all but two",
      { dependsOn: ["a", "b", "c", "d"].map((name) => urn(name)) },
      "Cannot verify yet (known after `a`, `b` and 2 more are created): ",
    ],
    [
      "names the property that is not known, and what creates it",
      { open: [{ urn: urn("desk"), property: "name" }], dependsOn: [urn("role")] },
      "Cannot verify yet (not known: `name` of `desk`; known after `role` is created): ",
    ],
    [
      "gives a reason of its own in place of the property",
      { open: [{ urn: urn("desk"), property: "name" }], reason: "`name` of `desk` may be `acme`" },
      "Cannot verify (`name` of `desk` may be `acme`): ",
    ],
  ] as const satisfies readonly (readonly [string, Partial<Finding>, string])[]) {
    it(what, () => {
      assert.equal(sentenceOf({ ...open, ...given }), `${prefix}${open.message}`);
    });
  }
});
