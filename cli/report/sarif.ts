import type {
  Location,
  Log,
  Notification,
  PhysicalLocation,
  ReportingDescriptor,
  Result,
  Run,
  ThreadFlowLocation,
} from "sarif";
import { faultsOf, sourceOf, type Fault } from "../../policy-pack/findings/grouped-finding";
import {
  fingerprintsOf,
  isBlocking,
  openText,
  waiverText,
  type ChainLink,
  type Finding,
  type Subject,
} from "../../policy-pack/findings/finding";
import type { Silenced } from "../../policy-pack/findings/silenced";
import type { Report } from "../../policy-pack/views/report";
import type { Severity } from "../../core/severity";
import { isUnreadable, leavesUnjudged, type SourcePosition } from "../../core/snapshot/resource";
import { json, plain, sarifText } from "./escape";
import { notReadText } from "./not-read";
import type { Reporter, ReportOptions, RuleInfo } from "./reporter";
import { newSetting, settingsOf, silencedKey, silencedLine } from "./silenced";
import { detailsOfOne, headlineOf, positionOf, programOf, unfinishedNote } from "./words";

/**
 * Numbers by which GitHub ranks alerts: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, 0.1 to 3.9 low
 * (docs.github.com, "SARIF support for code scanning").
 */
const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "2.0",
};

/** SARIF 2.1.0, a run for each program, for GitHub code scanning and other viewers. */
export const sarifReporter: Reporter = (reports, options) => {
  const log: Log = {
    version: "2.1.0",
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    runs: reports.map((report) => runOf(report, options)),
  };
  return `${json(log)}\n`;
};

function runOf(report: Report, options: ReportOptions): Run {
  const { findings, notes } = report.judgement;
  const unread = notReadText(report.judgement);
  const { projectFile = "Pulumi.yaml" } = options;
  const faults = faultsOf(findings);
  const rules = rulesOf(findings, options);
  const unjudged = notes.filter(leavesUnjudged);
  const { fresh, others } = settingsOf(report);
  const messages = [
    ...others.map(silencedLine),
    ...(unread === undefined ? [] : [`not read: ${unread}`]),
    ...notes.filter((note) => !leavesUnjudged(note)).map((note) => note.message),
  ];
  return {
    tool: {
      driver: {
        name: report.tool.name,
        version: plain(report.tool.version),
        rules: [
          ...rules.map((rule) => descriptorOf(rule, options)),
          ...(fresh.length === 0 ? [] : [settingDescriptor]),
        ],
      },
    },
    automationDetails: { id: `agentid/${plain(programOf(report))}/` },
    columnKind: "utf16CodeUnits",
    invocations: [
      {
        executionSuccessful: report.unfinished !== true && !notes.some(isUnreadable),
        toolExecutionNotifications: [
          ...(report.unfinished === true ? [notification("error", unfinishedNote)] : []),
          ...unjudged.map(({ message, source }) =>
            notification(
              "error",
              source === undefined ? message : `${positionOf(source)}: ${message}`,
            ),
          ),
          ...messages.map((message) => notification("note", message)),
        ],
      },
    ],
    results: [
      ...fresh.map((one) => settingResult(one, rules.length, projectFile)),
      ...faults.map((fault) =>
        resultOf(
          fault,
          rules.findIndex((rule) => rule.id === fault.first.rule),
          projectFile,
        ),
      ),
    ],
  };
}

const settingDescriptor: ReportingDescriptor = {
  id: "agentid-settings",
  name: "AgentidSettings",
  shortDescription: { text: "A changed setting silences no more than was agreed." },
  help: { text: "Review who asked for the setting, and why." },
  defaultConfiguration: { level: "warning" },
};

/** A setting that was not so before. */
function settingResult(one: Silenced, ruleIndex: number, projectFile: string): Result {
  const key = plain(silencedKey(one));
  return {
    ruleId: settingDescriptor.id,
    ruleIndex,
    ...{ kind: "fail", level: "warning" },
    message: { text: sarifText(`${newSetting}: ${silencedLine(one)}`) },
    locations: [{ physicalLocation: physicalOf(one.source ?? { file: projectFile, line: 1 }) }],
    partialFingerprints: { "agentid/v1": key, primaryLocationLineHash: `${key}:1` },
  };
}

function notification(level: "error" | "note", message: string): Notification {
  return { level, message: { text: sarifText(message) } };
}

/** The name of a rule as SARIF's viewers show it: `NoSharedSecret` (SARIF 2.1.0, 3.49.7: Pascal case). */
function nameOf(rule: string): string {
  return plain(rule).replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The rules, then those of findings without a listed rule, such as failures of our own. */
function rulesOf(findings: readonly Finding[], options: ReportOptions): readonly RuleInfo[] {
  const listed = new Set(options.rules.map((rule) => rule.id));
  const others = findings.filter(
    (finding, index) =>
      !listed.has(finding.rule) && findings.findIndex((f) => f.rule === finding.rule) === index,
  );
  return [
    ...options.rules,
    ...others.map((finding) => ({
      id: finding.rule,
      title: "Everything could be read and judged",
      severity: finding.severity,
      standards: finding.standards,
      remediation: finding.fix,
    })),
  ];
}

function descriptorOf(rule: RuleInfo, { pageOf, urlOf }: ReportOptions): ReportingDescriptor {
  const url = urlOf?.(rule.id);
  const more = `npx --no-install agentid explain ${rule.id}`;
  const text = `To fix it, ${rule.remediation}. More: ${more}`;
  return {
    id: plain(rule.id),
    name: nameOf(rule.id),
    shortDescription: { text: sarifText(`${rule.title}.`) },
    help: { text: plain(text), markdown: pageOf?.(rule.id) ?? plain(text) },
    ...(url !== undefined && { helpUri: url }),
    defaultConfiguration: { level: levelOfSeverity(rule.severity) },
    properties: {
      tags: [...new Set(["security", ...rule.standards.map(plain)])],
      precision: "very-high",
      "security-severity": securitySeverity[rule.severity],
    },
  };
}

function flowOf(
  chain: readonly ChainLink[],
  locationOf: (subject: Subject, source: SourcePosition | undefined) => Location,
): ThreadFlowLocation[] {
  const steps = [...chain.slice(0, 1).map((link) => link.from), ...chain.map((link) => link.to)];
  return steps.map((subject, index) => ({
    location: {
      ...locationOf(subject, subject.source),
      message: { text: sarifText(stepText(subject, chain[index - 1])) },
    },
  }));
}

function resultOf(fault: Fault, ruleIndex: number, projectFile: string): Result {
  const { first: finding, things, affected, related, chains, findings, fixes } = fault;
  const locationOf = (subject: Subject, source: SourcePosition | undefined): Location =>
    locationAt(subject, source ?? { file: projectFile, line: 1 });
  const through = sourceOf(fault)?.through ?? [];
  const around: readonly (readonly [Subject, string, SourcePosition?])[] = [
    ...through.map((inner) => [finding.about, "declared by this call", inner] as const),
    ...things
      .filter(({ name }) => name !== (finding.origin ?? finding.about).name)
      .map((thing) => [thing, `${thing.label} has the same value`] as const),
    ...affected.map((subject) => [subject, `${subject.label} is affected`] as const),
    ...related.map((subject) => [subject, `${subject.label}: ${subject.as}`] as const),
  ];
  const open = findings.flatMap((each) => each.open ?? []);
  const dependsOn = [...new Set(findings.flatMap((each) => each.dependsOn))];
  return {
    ruleId: plain(finding.rule),
    ruleIndex,
    ...weightOf(finding),
    message: {
      text: sarifText(
        `${[headlineOf(fault), ...detailsOfOne(fault)].join("; ")}. To fix it, ${fixes.join("; or ")}. More: npx --no-install agentid explain ${finding.rule}`,
      ),
    },
    locations: [locationOf(finding.origin ?? finding.about, sourceOf(fault))],
    ...(around.length > 0 && {
      relatedLocations: around.map(([subject, text, source = subject.source], index) => ({
        id: index + 1,
        ...locationOf(subject, source),
        message: { text: sarifText(text) },
      })),
    }),
    ...(chains.length > 0 && {
      codeFlows: chains.map((chain) => ({
        threadFlows: [{ locations: flowOf(chain, locationOf) }],
      })),
    }),
    // GitHub identifies alerts by `primaryLocationLineHash`: the same fault stays one alert when its line moves.
    partialFingerprints: {
      "agentid/v1": plain(finding.fingerprint),
      primaryLocationLineHash: `${plain(finding.fingerprint)}:1`,
    },
    ...(finding.known && { baselineState: "unchanged" as const }),
    ...suppressionsOf(finding),
    properties: {
      "security-severity": securitySeverity[finding.severity],
      level: finding.level,
      fingerprints: findings.flatMap(fingerprintsOf).map(plain),
      ...(open.length > 0 && { open: open.map((one) => plain(openText(one))) }),
      ...(dependsOn.length > 0 && { dependsOn: dependsOn.map(plain) }),
    },
  };
}

/** Why a finding does not block that would: it has a waiver, or a baseline lists it. */
function suppressionsOf({ waiver, known }: Finding): Pick<Result, "suppressions"> {
  const justifications = [
    ...(waiver === undefined ? [] : [plain(waiverText(waiver))]),
    ...(known ? ["known to the baseline"] : []),
  ];
  if (justifications.length === 0) return {};
  const accepted = { kind: "external", status: "accepted" } as const;
  return { suppressions: justifications.map((justification) => ({ ...accepted, justification })) };
}

/** An unknown is to be reviewed; SARIF demands level `none` of all but failures (2.1.0, 3.27.10). */
function weightOf(finding: Finding): Pick<Result, "kind" | "level"> {
  if (finding.verdict === "undetermined") return { kind: "review", level: "none" };
  if (finding.known || finding.waiver !== undefined) return { kind: "fail", level: "note" };
  return { kind: "fail", level: isBlocking(finding) ? "error" : "warning" };
}

function stepText(subject: Subject, link: ChainLink | undefined): string {
  return link === undefined ? subject.label : `${link.by} ${subject.label}`;
}

/** GitHub refuses a result without a file, so what has no position points at the project. */
function locationAt(subject: Subject, source: SourcePosition): Location {
  return {
    physicalLocation: physicalOf(source),
    logicalLocations: [
      {
        name: plain(subject.label),
        fullyQualifiedName: plain(subject.urn ?? subject.name),
        kind: "resource",
      },
    ],
  };
}

function physicalOf({ file, line, column }: SourcePosition): PhysicalLocation {
  return {
    artifactLocation: { uri: uriOf(file) },
    region: {
      startLine: Math.max(1, line),
      ...(column !== undefined && { startColumn: Math.max(1, column) }),
    },
  };
}

/** A file's path as a URI reference; a first part with a colon would be a scheme. */
function uriOf(file: string): string {
  const encoded = file
    .replace(/\p{Cs}/gu, "\ufffd")
    .split(/[\\/]/)
    .map(encodeURIComponent)
    .join("/");
  return file.startsWith("/") ? `file://${encoded}` : encoded;
}

function levelOfSeverity(severity: Severity): "error" | "warning" {
  return severity === "critical" || severity === "high" ? "error" : "warning";
}
