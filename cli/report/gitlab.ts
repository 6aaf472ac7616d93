import { faultsOf, sourceOf } from "../../policy-pack/findings/grouped-finding";
import { isBlocking } from "../../policy-pack/findings/finding";
import { leavesUnjudged } from "../../core/snapshot/resource";
import type { Severity } from "../../core/severity";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import { json, plain } from "./escape";
import { notReadText } from "./not-read";
import type { Reporter } from "./reporter";
import { silencedKey, silencedLine } from "./silenced";
import { detailsOfOne, headlineOf } from "./words";

/** Severities of GitLab's code quality, which also has `blocker` (docs.gitlab.com, "Code Quality", report format). */
type GitLabSeverity = "info" | "minor" | "major" | "critical" | "blocker";

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: GitLabSeverity;
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

const severityOf: Readonly<Record<Severity, GitLabSeverity>> = {
  critical: "blocker",
  high: "critical",
  medium: "major",
  low: "minor",
};

/** A report of GitLab's code quality: what blocks or is advised on a merge request, at its line. */
export const gitlabReporter: Reporter = (reports, { projectFile = "Pulumi.yaml" }) => {
  const settingOf = (one: Silenced): Issue => ({
    description: plain(
      `${one.isNew === true ? "Changed setting" : "Setting"}: ${silencedLine(one)}`,
    ),
    check_name: "agentid",
    fingerprint: plain(silencedKey(one)),
    severity: one.isNew === true ? "major" : "info",
    location: locationOf(one.source ?? { file: projectFile, line: 1 }),
  });
  const unreadIn = ({ judgement, strict }: Report): readonly Issue[] => {
    const unread = notReadText(judgement);
    if (unread === undefined) return [];
    return [
      {
        description: plain(`Not read: ${unread}`),
        check_name: "agentid",
        fingerprint: "not-read",
        severity: strict === true ? "blocker" : "info",
        location: locationOf({ file: projectFile, line: 1 }),
      },
    ];
  };
  const issues = reports.flatMap((report): readonly Issue[] => [
    ...(report.silenced ?? []).map(settingOf),
    ...unreadIn(report),
    ...report.judgement.notes.filter(leavesUnjudged).map(({ message, source }): Issue => ({
      description: plain(`Not judged: ${message}`),
      check_name: "agentid",
      fingerprint: plain(`unjudged/${source?.file ?? projectFile}/${source?.line ?? 1}`),
      severity: "blocker",
      location: locationOf(source ?? { file: projectFile, line: 1 }),
    })),
    ...faultsOf(report.judgement.findings).map((fault): Issue => {
      const { first } = fault;
      const isInfo = first.known || first.waiver !== undefined;
      return {
        description: plain(
          `${[headlineOf(fault), ...detailsOfOne(fault)].join("; ")}. Fix: ${fault.fixes.join("; or ")}`,
        ),
        check_name: plain(first.rule),
        fingerprint: plain(first.fingerprint),
        severity: isInfo ? "info" : isBlocking(first) ? severityOf[first.severity] : "minor",
        location: locationOf(sourceOf(fault) ?? { file: projectFile, line: 1 }),
      };
    }),
  ]);
  return `${json(issues)}\n`;
};

function locationOf({
  file,
  line,
}: {
  readonly file: string;
  readonly line: number;
}): Issue["location"] {
  return { path: plain(file), lines: { begin: Math.max(1, line) } };
}
