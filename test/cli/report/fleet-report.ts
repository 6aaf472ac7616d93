import { comparedWith } from "../../../cli/against/compare";
import type { Finding } from "../../../policy-pack/findings/finding";
import type { StackState, Update } from "../../../policy-pack/views/fleet/updates";
import { reportOf, type Report } from "../../../policy-pack/views/report";
import { hostileName } from "./sample-report";

function update(version: number, time: string, more: Partial<Update> = {}): Update {
  return {
    ...{ version, kind: "update", result: "succeeded", uncommitted: "no" },
    ...{ started: `2026-11-29T${time}:00.000Z`, ended: `2026-11-29T${time}:10.000Z` },
    ...{ author: "platform@acme.example", revision: "1a2b3c4d5e6f", message: "use the common key" },
    ...more,
  };
}

function stateOf(stack: string, updates: readonly Update[], digest = "1"): StackState {
  return { stack, digest, updated: updates[0]?.ended ?? "2026-11-29T20:00:00.000Z", updates };
}

function part(thing: string, stack: string, more: Partial<Finding> = {}): Finding {
  return {
    ...{ rule: "no-shared-secret", verdict: "violated", severity: "critical", level: "mandatory" },
    about: { name: thing, label: thing },
    holder: { name: `urn of ${stack}`, label: `desk in ${stack}` },
    ...{ at: { urn: "", property: "" }, related: [], chain: [], dependsOn: [] },
    message: `AWS secret \`${thing}\` is shared by 2 workloads in 2 stacks`,
    fix: "give each workload a credential of its own",
    ...{ fingerprint: `${thing} in ${stack}`, standards: ["NHI9:2025"], known: false },
    ...{ stacks: [stack], thing },
    ...more,
  };
}

function shared(thing: string, stacks: readonly string[], more: Partial<Finding> = {}) {
  return stacks.map((stack) => part(thing, stack, more));
}

function auditOf(stacks: readonly StackState[], findings: readonly Finding[]): Report {
  const judgement = { findings, workloads: [], notRead: [], notes: [], resources: 900, rules: 41 };
  const report = reportOf({ project: "30 stacks", stack: "", version: "0.1.0" }, judgement);
  return { ...report, stacks };
}

const lasting = [
  ...shared("acme/mail-key", ["acme/mail", "globex/mail"]),
  part("acme/ci-key", "acme/ci", { severity: "high", known: true }),
];
const [old, common] = [update(40, "09:00"), update(41, "21:14")];
const hostile = update(0, "22:00", {
  ...{ author: hostileName, message: hostileName, result: "failed", uncommitted: "yes" },
});

const before = auditOf(
  [
    stateOf("acme/refunds", [old]),
    stateOf("globex/refunds", []),
    stateOf("globex/old", []),
    stateOf("evil/desk", [update(0, "08:00")]),
  ],
  [...lasting, ...shared("globex/old-key", ["globex/old", "globex/refunds"])],
);

/** A report of an audit, compared with an earlier one: new, gone and still there, and a hostile author. */
export const fleetReport: Report = comparedWith(
  auditOf(
    [
      stateOf(
        "acme/refunds",
        [update(42, "22:30", { author: "tools@acme.example" }), common, old],
        "2",
      ),
      stateOf("globex/refunds", []),
      stateOf("evil/desk", [hostile, update(0, "08:00")], "2"),
    ],
    [
      ...lasting,
      ...shared("acme/common-key", ["acme/refunds", "globex/refunds"]),
      part(hostileName, "evil/desk", { severity: "high", message: hostileName }),
    ],
  ),
  { what: "yesterday.json", report: before },
  false,
);

/** The same with so many changes and findings that are still there that not all are shown. */
export const largeFleetReport: Report = (() => {
  const many = (count: number, prefix: string): readonly Finding[] =>
    Array.from({ length: count }, (_, index) => part(`${prefix}-${index}`, "acme/refunds"));
  const kept = many(12, "kept");
  return comparedWith(
    auditOf([stateOf("acme/refunds", [common, old], "2")], [...many(60, "new"), ...kept]),
    { what: "yesterday.json", report: auditOf([stateOf("acme/refunds", [old])], kept) },
    false,
  );
})();
