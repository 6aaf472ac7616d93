import assert from "node:assert/strict";
import type { Finding, Reached } from "../../../policy-pack/findings/finding";
import { faultsOf } from "../../../policy-pack/findings/grouped-finding";
import type { Severity } from "../../../core/severity";

interface Row {
  readonly name: string;
  readonly severity?: Severity;
  readonly reaches?: readonly Reached[];
  readonly line?: number;
  readonly known?: boolean;
}

function finding({ name, severity = "high", reaches, line, known = false }: Row): Finding {
  return {
    rule: "no-shared-secret",
    verdict: "violated",
    severity,
    level: "mandatory",
    about: { name: `urn:${name}`, label: name },
    at: { urn: `urn:${name}`, property: "value" },
    ...(line !== undefined && { source: { file: "index.ts", line } }),
    message: `Secret \`${name}\` is shared by 2 workloads`,
    fix: "give each workload a credential of its own",
    related: [],
    ...(reaches && { reaches }),
    chain: [],
    dependsOn: [],
    fingerprint: name,
    standards: [],
    known,
  };
}

const reaching = (...harms: readonly string[]): readonly Reached[] => [{ label: "tool", harms }];

describe("the order of faults", () => {
  const orders: readonly (readonly [string, readonly Row[]])[] = [
    [
      "severity comes before what is reached, and that before the place",
      [
        { name: "critical", severity: "critical", line: 9 },
        { name: "payment", reaches: reaching("payment"), line: 8 },
        { name: "first line", line: 1 },
        { name: "second line", line: 2 },
        { name: "no place" },
        { name: "mild", severity: "low", reaches: reaching("restricted data"), line: 1 },
      ],
    ],
    [
      "restricted data, payment and production come before all else, by the worst of each",
      [
        { name: "both", reaches: reaching("restricted data", "payment") },
        { name: "data", reaches: reaching("restricted data") },
        { name: "payment", reaches: reaching("payment") },
        { name: "production", reaches: reaching("production-change") },
        { name: "deletion", reaches: reaching("deletion") },
        { name: "own words", reaches: reaching("wire-transfer") },
        { name: "message", reaches: reaching("external-message") },
        { name: "confidential", reaches: reaching("confidential data") },
        { name: "nothing" },
      ],
    ],
    [
      "what a baseline lists comes last, however bad",
      [
        { name: "open", severity: "low" },
        { name: "known", severity: "critical", reaches: reaching("payment"), known: true },
      ],
    ],
  ];
  for (const [what, rows] of orders) {
    it(what, () => {
      const expected = rows.map(({ name }) => name);
      for (const given of [rows, rows.toReversed()]) {
        const faults = faultsOf(given.map(finding));
        assert.deepEqual(
          faults.map(({ first }) => first.about.label),
          expected,
        );
      }
    });
  }

  it("a fault reaches what each of its findings does, each once, the worst first", () => {
    const { about, message } = finding({ name: "key" });
    const parts: readonly (readonly Reached[])[] = [
      [{ label: "crm", harms: ["confidential data"] }],
      [
        { label: "refunds", harms: ["payment"] },
        { label: "crm", harms: ["confidential data"] },
      ],
    ];
    const [fault] = faultsOf(
      parts.map((reaches, at) => ({ ...finding({ name: `${at}` }), about, message, reaches })),
    );
    assert.deepEqual(fault?.reaches, [
      { label: "refunds", harms: ["payment"] },
      { label: "crm", harms: ["confidential data"] },
    ]);
  });
});
