import { daysBetween } from "../../../core/day";
import type { Finding, FindingWaiver } from "../../findings/finding";
import type { FactOf } from "../../facts/fact";
import type { WaiverFault } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { waiverName, type Name } from "../../facts/name";
import type { Rule } from "../../findings/define-rule";
import { controls, type ControlId } from "./controls";
import type { Proof } from "./controls/control";
import {
  isExpired,
  isTooLong,
  longestWaiver,
  neverWaived,
  type Waiver,
  type Waivers,
} from "./waiver";
import { isWaivable, workloadsOf } from "./workload-class";

/** What came of waivers: all findings, those lifted with who answers for them, and a fact for each waiver. */
export interface Applied {
  readonly findings: readonly Finding[];
  readonly facts: readonly FactOf<"waiver">[];
}

/**
 * Lifts the findings that waivers name and may lift.
 *
 * @param rules the rules that ran
 */
export function applyWaivers(
  findings: readonly Finding[],
  waivers: Waivers,
  rules: readonly Rule[],
  faultsIn: FaultsIn,
): Applied {
  const byName = new Map<string, Finding[]>();
  for (const finding of findings) {
    for (const name of namesOf(finding)) push(byName, name, finding);
  }
  const lifted = new Map<Finding, FindingWaiver>();
  const facts = waivers.entries.map((waiver) => {
    const named = (byName.get(nameIn(waiver)) ?? []).filter((finding) => names(waiver, finding));
    const rule = rules.find(({ id }) => id === waiver.rule);
    const faults = named.some((finding) => lifted.has(finding))
      ? [fault("another waiver before it waives the same finding; keep one")]
      : faultsOf(waiver, named, rule, waivers.today, faultsIn);
    if (faults.length === 0) for (const finding of named) lifted.set(finding, shownOf(waiver));
    return factOf(waiver, named, faults, waivers.today);
  });
  return {
    findings: findings.map((finding) => {
      const waiver = lifted.get(finding);
      return waiver === undefined ? finding : { ...finding, waiver };
    }),
    facts,
  };
}

/** Whether a waiver may lift a finding, as far as the waiver itself and its day decide it. */
export function mayBeWaived(finding: Finding, waivers: Waivers, rules: readonly Rule[]): boolean {
  const rule = rules.find(({ id }) => id === finding.rule);
  if (rule === undefined || neverWaived(rule, finding.severity) !== undefined) return false;
  const { today } = waivers;
  return [...namesOf(finding)]
    .flatMap((name) => entriesByName(waivers).get(name) ?? [])
    .some(
      (waiver) => names(waiver, finding) && !isExpired(waiver, today) && !isTooLong(waiver, today),
    );
}

const indexed = new WeakMap<Waivers, ReadonlyMap<string, readonly Waiver[]>>();

function entriesByName(waivers: Waivers): ReadonlyMap<string, readonly Waiver[]> {
  const known = indexed.get(waivers);
  if (known !== undefined) return known;
  const byName = new Map<string, Waiver[]>();
  for (const waiver of waivers.entries) push(byName, nameIn(waiver), waiver);
  indexed.set(waivers, byName);
  return byName;
}

/** What a waiver names, except its holder: an index, so that not all waivers are compared with all findings. */
function nameIn({ rule, thing, fingerprint }: Named): string {
  return `${rule}\n${fingerprint ?? thing ?? ""}`;
}

/** All that a waiver can name a finding by. */
function namesOf({ rule, fingerprint, about: { label, name } }: Finding): ReadonlySet<string> {
  return new Set([fingerprint, label, name].map((each) => `${rule}\n${each}`));
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** What a waiver names a finding by. */
type Named = Pick<Waiver, "rule" | "thing" | "holder" | "fingerprint">;

/** Whether a waiver names a finding: by all its properties, and by a holder only one with a holder. */
export function names(waiver: Named, finding: Finding): boolean {
  const { rule, thing, holder, fingerprint } = waiver;
  if (rule !== finding.rule) return false;
  if (fingerprint !== undefined && fingerprint !== finding.fingerprint) return false;
  if (thing !== undefined && !isCalled(thing, finding.about)) return false;
  if (holder !== undefined) return finding.holder !== undefined && isCalled(holder, finding.holder);
  return fingerprint !== undefined || finding.holder === undefined;
}

function isCalled(text: string, { name, label }: Finding["about"]): boolean {
  return text === label || text === name;
}

function shownOf({ owner, reason, ticket, expires, controls: ids }: Waiver): FindingWaiver {
  return { owner, reason, ticket, expires, controls: ids };
}

function factOf(
  waiver: Waiver,
  named: readonly Finding[],
  faults: readonly WaiverFault[],
  today: string,
): FactOf<"waiver"> {
  const { rule, fingerprint, thing, holder, expires, owner } = waiver;
  const name = waiverName(rule, ...[thing, holder, fingerprint].flatMap((part) => part ?? []));
  return {
    kind: "waiver",
    at: { urn: name, property: "" },
    waiver: name,
    about: named.map((finding) => finding.about.name),
    faults,
    expires,
    daysLeft: daysBetween(today, expires),
    owner,
  };
}

function faultsOf(
  waiver: Waiver,
  named: readonly Finding[],
  rule: Rule | undefined,
  today: string,
  faultsIn: FaultsIn,
): readonly WaiverFault[] {
  const [finding, ...more] = named;
  const never = rule === undefined ? undefined : neverWaived(rule, finding?.severity);
  if (never !== undefined) return [fault(never)];
  const { expires } = waiver;
  const faults: WaiverFault[] = [];
  if (isTooLong(waiver, today)) {
    const days = daysBetween(today, expires);
    faults.push(
      fault(`it expires on ${expires}, ${days} days away; at most ${longestWaiver} are allowed`),
    );
  }
  // A waiver that is over and names nothing has served its time: it is unused, no more.
  if (finding === undefined) return faults;
  if (isExpired(waiver, today)) faults.push(fault(`it expired on ${expires}`));
  if (more.length > 0) {
    faults.push(
      fault(
        `it names ${named.length} findings alike; add the \`fingerprint\` of the one that is meant`,
      ),
    );
    return faults;
  }
  return [...faults, ...faultsIn(finding, waiver.controls)];
}

/** What about a finding's workload, or the controls that a waiver names, keeps it from being waived. */
export type FaultsIn = (finding: Finding, ids: readonly ControlId[]) => readonly WaiverFault[];

/**
 * By the graph of the finding's stack.
 *
 * @param graph complete: controls rest on what else there is, and on what there is not
 */
export function faultsByGraph(graph: Graph): FaultsIn {
  return (finding, ids) => graphFaults(finding, ids, graph);
}

function graphFaults(
  finding: Finding,
  ids: readonly ControlId[],
  graph: Graph,
): readonly WaiverFault[] {
  const open =
    finding.verdict === "undetermined"
      ? [
          {
            certain: false,
            text: "the finding itself cannot be verified yet",
            dependsOn: finding.dependsOn,
          },
        ]
      : [];
  const about: Name = finding.about.name;
  const workloads = workloadsOf(graph, {
    about,
    ...(finding.holder && { holder: finding.holder.name }),
  });
  if (workloads.length === 0) {
    return [
      ...open,
      fault("the finding is of no workload in the stack, so that nothing restricts one"),
    ];
  }
  return [
    ...open,
    ...workloads.flatMap((workload) => [
      ...isWaivable(graph, workload).flatMap((proof) => faultIn(proof, "")),
      ...[...new Set(ids)].flatMap((id) =>
        faultIn(controls[id].prove({ graph, workload, thing: about }), `control \`${id}\`: `),
      ),
    ]),
  ];
}

function faultIn(proof: Proof, start: string): readonly WaiverFault[] {
  if (proof.kind === "proven") return [];
  const certain = proof.kind === "missing";
  const dependsOn = proof.kind === "unknown" ? proof.dependsOn : [];
  return [{ certain, text: `${start}${proof.reason}`, dependsOn }];
}

function fault(text: string): WaiverFault {
  return { certain: true, text, dependsOn: [] };
}
