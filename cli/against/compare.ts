import { withCrossings, type Against, type GoneFinding } from "../../policy-pack/views/against";
import type { Authority } from "../../policy-pack/views/delta/authority";
import { deltaOf } from "../../policy-pack/views/delta/delta";
import { fingerprintsOf, type Finding } from "../../policy-pack/findings/finding";
import { fleetDelta, type Audited } from "../../policy-pack/views/fleet/over-time";
import { verdictOf, type Report } from "../../policy-pack/views/report";
import { isUnreadable } from "../../core/snapshot/resource";
import { mask } from "../../core/snapshot/value";
import { failureRule } from "../../policy-pack/run/findings";
import { isKnown, joined, type Baseline, type Known } from "../../policy-pack/findings/known";
import { isNewlySilenced, type Silenced } from "../../policy-pack/findings/silenced";
import { rules } from "../../policy-pack/rules/index";

/** What came before, and the report of it; undefined where the program was not there. */
export interface Before {
  readonly what: string;
  readonly report: Report | undefined;
  /** Whether a setting of now silences more than those of before. Default: what the earlier report has is compared. */
  readonly isNewSetting?: (one: Silenced) => boolean;
}

const nothing: Authority = { identities: [], workloads: [], calls: [] };

/**
 * A report with what is new, known and gone against an earlier one, and how authority changed.
 *
 * @param newOnly whether what was there before is known, so that it does not block
 */
export function comparedWith(
  report: Report,
  { what, report: old, isNewSetting }: Before,
  newOnly: boolean,
): Report {
  const before = old?.judgement.findings ?? [];
  const now = report.judgement.findings;
  const [violated, all] = [before.filter(({ verdict }) => verdict === "violated"), before].map(
    baselineOf,
  );
  const wasThere = (finding: Finding): boolean =>
    isKnown((finding.verdict === "violated" ? violated : all) ?? new Map(), finding);
  const fresh = now.filter((finding) => !wasThere(finding));
  const names = new Set(now.flatMap(fingerprintsOf));
  const authority = authorityDelta(old, report, fresh);
  const fleet = fleetDeltaOf(old, report, fresh);
  const against: Against = {
    before: what,
    ...(old === undefined && { isNewProgram: true }),
    new: fresh.map(({ fingerprint }) => fingerprint),
    known: now.filter(wasThere).map(({ fingerprint }) => fingerprint),
    gone: before.filter((one) => !fingerprintsOf(one).some((name) => names.has(name))).map(goneOf),
    ...(authority && { authority }),
    ...(fleet && { fleet }),
  };
  const silenced = markedNew(report, isNewSetting ?? newSince(old));
  if (!newOnly) return { ...report, ...silenced, against };
  const findings = now.map((finding) =>
    wasThere(finding) && mayBeKnown(finding) ? { ...finding, known: true } : finding,
  );
  const judgement = { ...report.judgement, findings };
  const verdict = verdictOf({ ...report, judgement });
  return { ...report, ...silenced, judgement, against, verdict };
}

/** Settings that silence more than those of before are marked, and come first. */
function markedNew(
  { silenced = [] }: Report,
  isNew: (one: Silenced) => boolean,
): Pick<Report, "silenced"> {
  if (silenced.length === 0) return {};
  // Which stacks are judged is no setting, but how the command is run.
  const fresh = silenced.filter((one) => one.kind !== "stacks" && isNew(one));
  const rest = silenced.filter((one) => !fresh.includes(one));
  return { silenced: [...fresh.map((one) => ({ ...one, isNew: true as const })), ...rest] };
}

/** Against an earlier report; one without a program had no settings. */
function newSince(old: Report | undefined): (one: Silenced) => boolean {
  return (one) => isNewlySilenced(one, old?.silenced ?? []);
}

/** What changed in an audit of several stacks; undefined for a report of one program. */
function fleetDeltaOf(
  old: Report | undefined,
  report: Report,
  fresh: readonly Finding[],
): Against["fleet"] {
  if (report.stacks === undefined) return undefined;
  const audited = ({ judgement, stacks }: Pick<Report, "judgement" | "stacks">): Audited => ({
    findings: judgement.findings,
    ...(stacks && { stacks }),
    isPartial: judgement.notes.some(isUnreadable),
  });
  const before = old === undefined ? { findings: [], isPartial: false } : audited(old);
  return fleetDelta(before, audited(report), new Set(fresh.map(({ fingerprint }) => fingerprint)));
}

function authorityDelta(
  old: Report | undefined,
  report: Report,
  fresh: readonly Finding[],
): Against["authority"] {
  const before = old === undefined ? nothing : old.judgement.authority;
  const after = report.judgement.authority ?? nothing;
  // Reports of an earlier version have none: from that nothing follows.
  if (before === undefined && old !== undefined && old.judgement.workloads.length > 0)
    return undefined;
  return withCrossings(deltaOf(before ?? nothing, after), after, fresh);
}

function baselineOf(findings: readonly Finding[]): Baseline {
  const baseline = new Map<string, Known>();
  for (const finding of findings) {
    const known = {
      severity: finding.severity,
      evidenceParts: new Set(finding.evidenceParts?.flat()),
    };
    for (const name of fingerprintsOf(finding)) {
      baseline.set(name, joined(baseline.get(name), known));
    }
  }
  return baseline;
}

function goneOf({ fingerprint, rule, about, holder, message }: Finding): GoneFinding {
  return {
    fingerprint,
    rule,
    about: about.label,
    ...(holder && { holder: holder.label }),
    message,
  };
}

/** As for a baseline: not what this tool failed at, what is wrong with a waiver, or what has no name but a masked one. */
function mayBeKnown({ rule, about, holder }: Finding): boolean {
  const family = rules.find(({ id }) => id === rule)?.family;
  const isMasked = [about, holder].some((one) => one?.name.includes(mask) === true);
  return rule !== failureRule && family !== "waivers" && !isMasked;
}
