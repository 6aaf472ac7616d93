import { compareText } from "../../../core/compare-text";
import { grouped } from "../../../core/grouped";
import { fingerprintOf, type Finding, type Level } from "../../findings/finding";
import type { Severity } from "../../../core/severity";
import { nameInUrn, type SourcePosition } from "../../../core/snapshot/resource";

/** A row that a rule in SQL finds; rows with the same `thing` are one finding. */
export interface FleetRow {
  /** What is shared or reached. */
  readonly thing: string;
  readonly label: string;
  readonly what: string;
  /** The stack of this part of the finding. */
  readonly stack: string;
  /** Who uses, assumes or declares it. */
  readonly holder: string;
  readonly holder_label: string;
  /** The tenant of the workload; empty where it has none. */
  readonly tenant: string;
  readonly detail: string;
  readonly urn: string;
  /** `file:line:column`; empty where it is not known. */
  readonly source: string;
}

/** The definition of a rule over several stacks. */
export interface FleetRule {
  readonly id: string;
  /** One sentence on the state that the rule requires. */
  readonly title: string;
  readonly severity: Severity;
  readonly remediation: string;
  readonly standards: readonly string[];
  /** What is wrong, in one sentence without a period. */
  readonly sentence: (parts: Parts) => string;
  /** What is reported instead of a workload of one tenant where the thing has workloads of several. Default: the same. */
  readonly overTenants?: Omit<FleetRule, "overTenants">;
}

/** What a sentence is made of. Labels come from programs: hostile wherever they are shown. */
export interface Parts {
  readonly what: string;
  readonly label: string;
  readonly detail: string;
  /** Each once; only their number is to be shown. */
  readonly holders: readonly string[];
  readonly stacks: readonly string[];
  readonly tenants: readonly string[];
}

/** Findings of a rule: one for each thing and workload, in their order, with one sentence for each thing. */
export function fleetFindings(
  rule: FleetRule,
  rows: readonly FleetRow[],
  levelOf: (rule: Pick<FleetRule, "id" | "severity">) => Level,
): readonly Finding[] {
  return [...grouped(rows, ({ thing }) => thing)].flatMap(([thing, all]) => {
    const tenants = distinct(all.map(({ tenant }) => tenant).filter((tenant) => tenant !== ""));
    const label = distinct(all.map((row) => row.label))[0] ?? thing;
    const parts = {
      ...{ what: all[0].what, label, detail: all[0].detail },
      holders: distinct(all.map(({ holder, stack }) => JSON.stringify([holder, stack]))),
      stacks: distinct(all.map(({ stack }) => stack)),
      tenants,
    };
    const byHolder = grouped(all, ({ holder, stack }) => JSON.stringify([holder, stack]));
    return [...byHolder.values()].flatMap((ofHolder) => {
      const isOfTenant = ofHolder.some(({ tenant }) => tenant !== "");
      const stated = (tenants.length > 1 && isOfTenant && rule.overTenants) || rule;
      const level = levelOf(stated);
      if (level === "disabled") return [];
      return [findingOf(stated, { name: thing, label }, stated.sentence(parts), ofHolder, level)];
    });
  });
}

function findingOf(
  rule: Omit<FleetRule, "overTenants">,
  about: Finding["about"],
  message: string,
  rows: readonly [FleetRow, ...FleetRow[]],
  level: Level,
): Finding {
  const [first] = rows;
  const { holder, stack, urn } = first;
  const source = positionOf(first.source);
  const isAbout = holder === about.name;
  const evidenceParts = distinct(
    rows.map(({ detail }) => detail).filter((detail) => detail !== ""),
  );
  return {
    rule: rule.id,
    verdict: "violated",
    severity: rule.severity,
    level,
    about,
    ...(!isAbout && {
      holder: {
        ...{ name: holder, label: `${holderText(first)} in ${stack}` },
        ...(urn !== "" && { urn }),
        ...(source && { source }),
      },
    }),
    at: { urn, property: "" },
    ...(source && { source }),
    message,
    fix: rule.remediation,
    related: [],
    chain: [],
    dependsOn: [],
    fingerprint: fingerprintOf(rule.id, about.name, isAbout ? undefined : `${holder} in ${stack}`),
    ...(evidenceParts.length > 0 && { evidenceParts: evidenceParts.map((each) => [each]) }),
    standards: rule.standards,
    known: false,
  };
}

/** The readable name of a holder: a URN by its last part, a name of several stacks unchanged. */
function holderText({ holder_label: label }: FleetRow): string {
  if (label.startsWith("urn:pulumi:")) return nameInUrn(label);
  return label.split("|").at(-1) ?? label;
}

function positionOf(text: string): SourcePosition | undefined {
  const [, file, line, column] = /^(.+?):(\d+)(?::(\d+))?$/.exec(text) ?? [];
  if (file === undefined || line === undefined) return undefined;
  return { file, line: Number(line), ...(column !== undefined && { column: Number(column) }) };
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)].sort(compareText);
}
