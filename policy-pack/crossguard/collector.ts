import type { Policy, PolicyResource, ResourceValidationArgs } from "@pulumi/policy";
import type { Day } from "../../core/day";
import type { Level } from "../findings/finding";
import type { Urn } from "../../core/snapshot/value";
import {
  refuseOutside,
  settingsFrom,
  silencedBy,
  waiversFrom,
  type Configuration,
} from "./configuration";
import { failureViolation } from "./failure";
import type { ReportFile } from "./report-file";
import { resourceToValidate } from "./resources";
import { Run, type RunOptions, type ReportedFinding } from "./run";
import { violationOf, type Violation } from "./violation";

/** The parts of a collector; its settings come from the engine. */
export interface CollectorOptions extends Omit<RunOptions, "settings" | "silenced" | "waivers"> {
  /** The default without configuration by the engine. */
  readonly configuration: Configuration;
  readonly report?: ReportFile;
  /** Resolves once all that judges is loaded. */
  readonly ready: Promise<void>;
  /** Where files may lie that the engine's configuration names. */
  readonly places: readonly string[];
  /** The day it is, in UTC. */
  readonly today: () => Day;
}

/** What the engine configures: properties of the policy `agentid`, and levels where they differ from the policies' own. */
export interface Configured {
  readonly properties: Readonly<Record<string, unknown>>;
  readonly levels: Readonly<Record<string, Level>>;
}

/** The resource that the engine hands first in each preview and update. */
const stackType = "pulumi:pulumi:Stack";

/** The engine's configuration. */
type Configuring = () => Configured | Promise<Configured>;

/** A violation of a resource or of the stack. */
type Report = (violation: Violation) => void;

/**
 * Judges the resources of the engine, and reports what the rules find, in the name of each.
 *
 * It reports a failure of the pack, its configuration or a resource by itself; that always blocks.
 */
export class Collector {
  readonly #options: CollectorOptions;
  readonly #policies: ReadonlyMap<string, Policy>;
  #run: Promise<Run> | undefined;
  #failed = false;
  #sawStack = false;

  /** @param policies one for each rule, in the order in which they are to speak */
  constructor(options: CollectorOptions, policies: readonly Policy[]) {
    this.#options = options;
    this.#policies = new Map(policies.map((policy) => [policy.name, policy]));
  }

  /**
   * Reports what a resource completes, before it is created.
   *
   * @param configured runs only before the first resource of a run
   */
  async validate(
    args: ResourceValidationArgs,
    configured: Configuring,
    add: Report,
  ): Promise<void> {
    const { urn, type } = args;
    await this.#guarded(urn, add, async () => {
      if (type === stackType) {
        // A preview that broke off was never listed to its end.
        if (this.#sawStack) this.#startAnew();
        this.#sawStack = true;
      }
      const run = await this.#start(configured);
      const reportedFindings = await run.validate(resourceToValidate(args));
      this.#addAll(reportedFindings, urn, add);
      // Last, so that findings are reported also where the report cannot be written.
      this.#options.report?.begun();
      if (reportedFindings.length > 0) this.#options.report?.write(run.soFar(urn));
    });
  }

  /** Reports the findings once all resources are known. */
  async validateAll(
    listed: readonly PolicyResource[],
    configured: Configuring,
    add: Report,
  ): Promise<void> {
    const urn = listed[0]?.urn ?? "";
    await this.#guarded(urn, add, async () => {
      const run = await this.#start(configured);
      const { reportedFindings, reported } = await run.validateAll(listed);
      this.#addAll(reportedFindings, urn, add);
      // Where something could not be judged, what was judged proves nothing.
      this.#options.report?.write(this.#failed ? { ...reported, unfinished: true } : reported);
    });
    this.#startAnew();
  }

  /** Forgets the run: one process may serve several previews, of which each is judged by itself. */
  #startAnew(): void {
    this.#run = undefined;
    this.#failed = false;
    this.#sawStack = false;
    this.#options.report?.startAnew();
  }

  async #start(configured: Configuring): Promise<Run> {
    this.#run ??= this.#newRun(configured);
    return this.#run;
  }

  async #newRun(configured: Configuring): Promise<Run> {
    await this.#options.ready;
    const { properties, levels } = await configured();
    refuseOutside(properties, this.#options.places);
    const given = { ...this.#options.configuration, ...properties };
    const settings = settingsFrom(given, levels);
    const waivers = waiversFrom(given, this.#options.today());
    const silenced = silencedBy(given, settings, this.#options.rules);
    return new Run({ ...this.#options, settings, silenced, ...(waivers && { waivers }) });
  }

  /**
   * Reports findings as those of their rules' policies, in the order of these.
   *
   * @param otherwise URN of the resource on which is shown what is about no resource, such as a waiver
   */
  #addAll(reportedFindings: readonly ReportedFinding[], otherwise: Urn, add: Report): void {
    const order = ["", ...this.#policies.keys()];
    const placeOf = ({ finding }: ReportedFinding): number =>
      Math.max(0, order.indexOf(finding.rule));
    for (const one of [...reportedFindings].sort((a, b) => placeOf(a) - placeOf(b))) {
      add(violationOf(one.finding, one.level, otherwise, this.#policies.get(one.finding.rule)));
    }
  }

  async #guarded(urn: Urn, add: Report, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#failed = true;
      add(failureViolation(error, urn));
    }
  }
}
