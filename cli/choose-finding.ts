import type { Finding } from "../policy-pack/findings/finding";
import { nearest } from "../core/nearest";
import type { Report } from "../policy-pack/views/report";
import { rules } from "../policy-pack/rules/index";
import { names } from "../policy-pack/run/waivers/apply-waivers";
import { neverWaived } from "../policy-pack/run/waivers/waiver";
import { CouldNotRun } from "./failure";

/** How a finding of a report is named: by its fingerprint, or by rule, thing and holder. */
export interface FindingNames {
  readonly fingerprint?: string;
  readonly rule?: string;
  readonly thing?: string;
  readonly holder?: string;
}

/**
 * The findings of reports that one waiver is to cover: one, or those about one thing for each workload that it affects.
 *
 * Refuses, in one sentence, what cannot be waived.
 */
export function findingsToWaive(
  reports: readonly Report[],
  named: FindingNames,
): readonly [Finding, ...Finding[]] {
  const findings = reports.flatMap((report) => report.judgement.findings);
  const found = [
    ...new Map(
      findings
        .filter((finding) => isNamed(finding, named))
        .map((finding) => [finding.fingerprint, finding]),
    ).values(),
  ];
  const [finding, ...more] = found;
  if (finding === undefined) throw new CouldNotRun(notFound(findings, named));
  if (more.length > 0 && (named.holder !== undefined || !isOneFault(found))) {
    const prints = found.map(({ fingerprint }) => `\`${fingerprint}\``).join(", ");
    throw new CouldNotRun(
      `${found.length} findings are called so; name one by \`--fingerprint\`: ${prints}`,
    );
  }
  for (const each of found) refuse(each, reports);
  return [finding, ...more];
}

/** Whether findings are about one thing, each with a workload of its own. */
function isOneFault(findings: readonly Finding[]): boolean {
  const holders = new Set(findings.map(({ holder }) => holder?.label));
  const things = new Set(findings.map(({ about }) => about.name));
  return things.size === 1 && holders.size === findings.length && !holders.has(undefined);
}

function isNamed(finding: Finding, { fingerprint, rule, thing, holder }: FindingNames): boolean {
  if (fingerprint === undefined && (rule === undefined || thing === undefined)) {
    throw new CouldNotRun(
      "give `--fingerprint`, or `--rule` and `--thing`, and `--holder` for one of the affected workloads",
    );
  }
  // Where no workload is named, all that the report lists as affected are meant.
  const affected = holder ?? finding.holder?.label;
  return names(
    {
      rule: rule ?? finding.rule,
      ...(thing !== undefined && { thing }),
      ...(affected !== undefined && { holder: affected }),
      ...(fingerprint !== undefined && { fingerprint }),
    },
    finding,
  );
}

function notFound(findings: readonly Finding[], named: FindingNames): string {
  const { fingerprint, rule, thing = "" } = named;
  if (fingerprint !== undefined)
    return `the report has no finding \`${fingerprint}\` that is named so`;
  const ofRule = findings.filter((finding) => finding.rule === rule);
  if (ofRule.length === 0) return `the report has no finding of \`${rule ?? ""}\``;
  const ofThing = ofRule.filter(({ about }) => about.label === thing || about.name === thing);
  const holders = ofThing.flatMap(({ holder }) => holder?.label ?? []);
  if (ofThing.length > 0) {
    return holders.length === 0
      ? `\`${thing}\` affects no single workload; leave \`--holder\` out`
      : `\`${thing}\` affects \`${[...new Set(holders)].join("`, `")}\`; name one as \`--holder\``;
  }
  const meant = nearest(
    thing,
    ofRule.map(({ about }) => about.label),
  );
  const hint = meant === undefined ? "" : `; did you mean \`${meant}\`?`;
  return `the report has no finding of \`${rule ?? ""}\` about \`${thing}\`${hint}`;
}

/** What a report shows; the judge decides whether controls are met. */
function refuse(finding: Finding, reports: readonly Report[]): void {
  const rule = rules.find(({ id }) => id === finding.rule);
  if (rule === undefined) {
    throw new CouldNotRun(
      `\`${finding.rule}\` reports what could not be judged and cannot be waived; fix what it names`,
    );
  }
  const never = neverWaived(rule, finding.severity);
  if (never !== undefined) throw new CouldNotRun(`${never}; mend the finding`);
  if (finding.verdict === "undetermined") {
    throw new CouldNotRun(
      "the finding is undetermined: an unknown cannot be waived; wait until the finding is certain",
    );
  }
  const workloads = reports
    .flatMap(({ judgement }) => judgement.workloads)
    .filter(({ label }) => label === finding.holder?.label);
  if (workloads.length > 0 && workloads.every(({ is }) => is !== "utility")) {
    const [is = ""] = workloads.map((workload) => workload.is);
    throw new CouldNotRun(
      `\`${finding.holder?.label ?? ""}\` is ${is === "undeclared" ? "not declared a utility" : `of kind \`${is}\``}; only findings of utilities are waived`,
    );
  }
}
