import type { PolicyResource } from "@pulumi/policy";
import type { Finding, Level } from "../findings/finding";
import type { Silenced } from "../findings/silenced";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { Rule } from "../findings/define-rule";
import { createDetector } from "../read/credentials";
import { mergeFindings, wasReported } from "../run/findings";
import { IncrementalJudge, judgeSnapshot, type Judging } from "../run/judge";
import { mayBeWaived } from "../run/waivers/apply-waivers";
import { hasUnknown } from "./plain-values";
import type { Reported } from "./report-file";
import { snapshotOf } from "./resources";
import { settledLater } from "./settled-later";

/** The inputs of a run. */
export interface RunOptions extends Judging {
  readonly rules: readonly Rule[];
  /** Settings that silence. Default none. */
  readonly silenced?: readonly Silenced[];
  /** Whether the engine only previews; where that is not stated, a run with an unknown is a preview. */
  readonly preview?: boolean;
}

/** A finding with the level at which the engine gets it. */
export interface ReportedFinding {
  readonly finding: Finding;
  readonly level: Level;
}

/** What is reported at the end, and the complete judgement behind it. */
export interface End {
  readonly reportedFindings: readonly ReportedFinding[];
  readonly reported: Reported;
}

/** One preview or update: its resources, findings and reports. */
export class Run {
  readonly #options: RunOptions;
  #judge: IncrementalJudge | undefined;
  readonly #handed = new Map<Urn, Resource>();
  readonly #reportedFindings = new Map<string, Finding>();

  constructor(options: RunOptions) {
    // One detector for the whole run: at the end it need not look again at what it has seen.
    this.#options = { detector: createDetector(), ...options, areMarksLost: true };
  }

  /** Judges a resource before it is created: the findings that it completes, each reported once in a run. */
  async validate(resource: Resource): Promise<readonly ReportedFinding[]> {
    this.#handed.set(resource.urn, resource);
    this.#judge ??= new IncrementalJudge(this.#options);
    const found = await this.#judge.add(resource);
    const { waivers, rules } = this.#options;
    // Whether controls are met is known at the end: until then a finding that a waiver may lift is not reported.
    const certain = found.filter(
      (finding) => waivers === undefined || !mayBeWaived(finding, waivers, rules),
    );
    return this.#notice(certain, levelOf);
  }

  /** Judges all that is listed at the end, and returns what was not reported before. */
  async validateAll(listed: readonly PolicyResource[]): Promise<End> {
    const { rules, settings, silenced = [], preview } = this.#options;
    const snapshot = snapshotOf(listed, this.#handed);
    const judge = this.#judge;
    // The engine hands no more resources.
    this.#judge = undefined;
    const judgement = await (judge?.finish(snapshot) ?? judgeSnapshot(snapshot, this.#options));
    const reportedFindings = [...this.#reportedFindings.values()];
    const previewed = preview ?? snapshot.resources.some(({ inputs }) => hasUnknown(inputs));
    const lenient = previewed && settings.undetermined === "rule";
    const settled = lenient ? settledLater(rules, snapshot.resources) : () => false;
    const fresh = this.#notice(judgement.findings, (finding) =>
      settled(finding) ? "advisory" : levelOf(finding),
    );
    const findings = mergeFindings([...reportedFindings, ...judgement.findings]);
    const { project, stack } = snapshot;
    return {
      reportedFindings: fresh,
      reported: {
        ...{ project, stack, silenced },
        ...(settings.strict && { strict: true }),
        judgement: { ...judgement, findings },
      },
    };
  }

  /**
   * What is known so far: a run that is stopped or breaks off never comes to its end, so that this is written meanwhile.
   *
   * @param urn of a resource of the stack
   */
  soFar(urn: Urn): Reported {
    const [, , stack = "", project = ""] = urn.split(/::?/u);
    const judgement = {
      findings: mergeFindings(this.#reportedFindings.values()),
      workloads: [],
      notRead: [],
      notes: [],
      resources: this.#handed.size,
      rules: this.#options.rules.length,
    };
    const { silenced = [] } = this.#options;
    return { project, stack, silenced, unfinished: true, judgement };
  }

  #notice(
    findings: readonly Finding[],
    level: (finding: Finding) => Level,
  ): readonly ReportedFinding[] {
    const fresh = findings.filter((finding) => !wasReported(finding, this.#reportedFindings));
    for (const finding of fresh) this.#reportedFindings.set(finding.fingerprint, finding);
    return fresh.map((finding) => ({ finding, level: level(finding) }));
  }
}

/** What is known to a baseline, or waived, does not block. */
function levelOf(finding: Finding): Level {
  return finding.known || finding.waiver !== undefined ? "advisory" : finding.level;
}
