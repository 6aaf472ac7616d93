import { faultsOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import { fingerprintsOf } from "../../policy-pack/findings/finding";
import { nearest } from "../../core/nearest";
import { visible } from "../../core/visible";
import { failureRule } from "../../policy-pack/run/findings";
import { catalogues } from "../../policy-pack/findings/standards";
import { rules } from "../../policy-pack/rules/index";
import { write } from "../console";
import { exitCodes } from "../exit-code";
import { CouldNotRun } from "../failure";
import { readText } from "../files";
import { parseReports } from "../report-file";
import { faultText } from "../report/text";
import { rulePage } from "../rule-pages";
import { showingOf } from "./report-options";

/** Options of `agentid explain`, as commander gives them. */
export interface ExplainFlags {
  /** A report with the finding of a fingerprint. */
  readonly from?: string;
}

/** `agentid explain`: prints the page of a rule, what a standard is and which rules and pages serve it, or one finding of a report with all its evidence and the page of its rule. */
export async function explain(what: string, flags: ExplainFlags): Promise<number> {
  const isFingerprint = /^[0-9a-f]{8,32}$/.test(what);
  if (isFingerprint) await explainFinding(what, flags.from);
  else await write(process.stdout, `${standardText(what) ?? pageOf(what)}\n`);
  return exitCodes.passed;
}

async function explainFinding(fingerprint: string, from: string | undefined): Promise<void> {
  if (from === undefined) {
    throw new CouldNotRun(
      `\`${fingerprint}\` is a fingerprint; name the report that has it: \`npx --no-install agentid explain ${fingerprint} --from report.json\``,
    );
  }
  const parsed = parseReports(readText(from, "the report"));
  if (parsed.kind === "problem") throw new CouldNotRun(`\`${visible(from)}\` ${parsed.problem}`);
  for (const report of parsed.reports) {
    const fault = faultsOf(report.judgement.findings).find((each) => has(each, fingerprint));
    if (fault === undefined) continue;
    const { options } = showingOf({}, "Pulumi.yaml");
    const page = fault.first.rule === failureRule ? "" : `\n${pageOf(fault.first.rule)}\n`;
    await write(process.stdout, `${faultText(fault, options)}${page}`);
    return;
  }
  throw new CouldNotRun(
    `\`${visible(from)}\` has no finding with the fingerprint \`${fingerprint}\``,
  );
}

function has({ findings }: Fault, fingerprint: string): boolean {
  return findings.some((finding) =>
    fingerprintsOf(finding).some((each) => each.startsWith(fingerprint)),
  );
}

/** What a standard is and which rules serve it; undefined for what is none. Its version may be left out. */
function standardText(what: string): string | undefined {
  const wanted = what.toLowerCase();
  const called = (id: string): boolean =>
    id.toLowerCase() === wanted || id.toLowerCase().replace(/:\d{4}$/, "") === wanted;
  for (const { title: list, source, standards } of catalogues()) {
    const standard = standards.find(({ id }) => called(id));
    if (standard === undefined) continue;
    const lines = [
      ...rules
        .filter(({ id }) => standard.rules.includes(id))
        .map(({ id, title }) => `- ${id}: ${title}`),
      ...standard.pages.map(({ title, path }) => `- docs/${path}: ${title}`),
    ];
    const none = `Not covered: ${standard.notCovered ?? "no rule or page"}.`;
    return [
      `# ${standard.id}: ${standard.title}`,
      "",
      `${list}. Source: ${source}.`,
      "",
      ...(lines.length === 0 ? [none] : ["Rules and pages that serve it:", "", ...lines]),
    ].join("\n");
  }
  return undefined;
}

function pageOf(rule: string): string {
  const ids = rules.map(({ id }) => id);
  const known = ids.find((id) => id === rule);
  const page = known === undefined ? undefined : rulePage(known);
  if (page !== undefined) return page;
  const meant = nearest(rule, ids);
  const hint =
    meant === undefined
      ? "`npx --no-install agentid rules` lists the rules"
      : `did you mean \`${meant}\`?`;
  throw new CouldNotRun(`no rule or standard is called \`${visible(rule)}\`; ${hint}`);
}
