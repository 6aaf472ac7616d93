import type { PolicyResource } from "@pulumi/policy";
import type { Finding, Level } from "../../core/finding";
import type { Judgement } from "../../core/report";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { Rule } from "../define-rule";
import { createDetector } from "../credentials";
import { mergeFindings, wasTold } from "../findings";
import { IncrementalJudge, judgeSnapshot, type Judging } from "../judge";
import { mayBeWaived } from "../waivers/apply-waivers";
import { hasUnknown } from "./plain-values";
import type { ReportFile } from "./report-file";
import { snapshotOf } from "./resources";
import { settledLater } from "./settled-later";

/** What a run goes by. */
export interface RunOptions extends Judging {
  readonly rules: readonly Rule[];
  /** Whether the engine only previews; where it does not say, a preview is what leaves something unknown. */
  readonly preview?: boolean;
  readonly report?: ReportFile;
}

/** A finding with the level at which the engine is told of it. */
export interface Told {
  readonly finding: Finding;
  readonly level: Level;
}

/** One preview or update: what was handed, what was found, what was told. */
export class Run {
  readonly #options: RunOptions;
  #judge: IncrementalJudge | undefined;
  readonly #handed = new Map<Urn, Resource>();
  readonly #told = new Map<string, Finding>();

  constructor(options: RunOptions) {
    // One detector for the whole run: at the end it need not look again at what it has seen.
    this.#options = { detector: createDetector(), ...options };
    options.report?.begin();
  }

  /** Judges a resource before it is made: the findings that it completes, each told once in a run. */
  async validate(resource: Resource): Promise<readonly Told[]> {
    this.#handed.set(resource.urn, resource);
    this.#judge ??= new IncrementalJudge(this.#options);
    const found = await this.#judge.add(resource);
    const { waivers, rules } = this.#options;
    // Whether controls hold is known at the end: till then nothing is said of what a waiver may lift.
    const certain = found.filter(
      (finding) => waivers === undefined || !mayBeWaived(finding, waivers, rules),
    );
    const fresh = this.#tell(certain, levelOf);
    if (fresh.length > 0) this.#writeWhatIsKnown(resource.urn);
    return fresh;
  }

  /** Judges all that is listed at the end, and answers what was not told before. */
  async validateAll(listed: readonly PolicyResource[]): Promise<readonly Told[]> {
    const { rules, settings, preview, report } = this.#options;
    const snapshot = snapshotOf(listed, this.#handed);
    // Its graph is as large as the one that is now built of the whole list, and the engine hands no more resources.
    this.#judge = undefined;
    const judgement = await judgeSnapshot(snapshot, this.#options);
    const told = [...this.#told.values()];
    const previewed = preview ?? snapshot.resources.some(({ inputs }) => hasUnknown(inputs));
    const lenient = previewed && settings.undetermined === "rule";
    const settled = lenient ? settledLater(rules, snapshot.resources) : () => false;
    const fresh = this.#tell(judgement.findings, (finding) =>
      settled(finding) ? "advisory" : levelOf(finding),
    );
    const findings = mergeFindings([...told, ...judgement.findings]);
    report?.write(snapshot.project, snapshot.stack, { ...judgement, findings });
    return fresh;
  }

  #tell(findings: readonly Finding[], level: (finding: Finding) => Level): readonly Told[] {
    const fresh = findings.filter((finding) => !wasTold(finding, this.#told));
    for (const finding of fresh) this.#told.set(finding.fingerprint, finding);
    return fresh.map((finding) => ({ finding, level: level(finding) }));
  }

  /** An update that is stopped never comes to its end, so what is known by then is written as it is found. */
  #writeWhatIsKnown(urn: Urn): void {
    const { report, rules } = this.#options;
    const judgement: Judgement = {
      findings: mergeFindings(this.#told.values()),
      workloads: [],
      notRead: [],
      notes: [],
      resources: this.#handed.size,
      rules: rules.length,
    };
    const [, , stack = "", project = ""] = urn.split(/::?/u);
    report?.write(project, stack, judgement);
  }
}

/** What is known to a baseline, or waived, does not block. */
function levelOf(finding: Finding): Level {
  return finding.known || finding.waiver !== undefined ? "advisory" : finding.level;
}
