import type {
  Policy,
  ReportViolation,
  ResourceValidationArgs,
  StackValidationArgs,
} from "@pulumi/policy";
import type { Day } from "../../core/day";
import type { Urn } from "../../core/snapshot/value";
import { failureRule } from "../findings";
import {
  configurationSchema,
  settingsFrom,
  waiversFrom,
  type Configuration,
} from "./configuration";
import { failureViolation } from "./failure";
import { configuredLevels } from "./levels";
import type { ReportFile } from "./report-file";
import { resourceToValidate } from "./resources";
import type { RulePolicy } from "./rule-policy";
import { Run, type RunOptions, type Told } from "./run";
import { say, violationOf } from "./violation";

/** What a collector goes by; its settings come from the engine. */
export interface CollectorOptions extends Omit<RunOptions, "settings" | "waivers"> {
  /** What holds where the engine configures nothing. */
  readonly configuration: Configuration;
  readonly report?: ReportFile;
  /** The day it is, in UTC. */
  readonly today: () => Day;
}

/**
 * The first policy of the pack: it alone reads resources, judges them, and says what rules find, in the name of each.
 *
 * It speaks for itself where the pack, its configuration or a resource fails; that always blocks, since the SDK would
 * pass over a policy that throws.
 */
export class Collector implements Policy {
  readonly name = failureRule;
  readonly description = "Every resource can be read and judged";
  readonly displayName = "agentid";
  readonly enforcementLevel = "mandatory";
  readonly severity = "critical";
  readonly remediationSteps =
    "mend the configuration or the property named, or report the failure with what shows it";
  readonly configSchema = configurationSchema;
  readonly #options: CollectorOptions;
  readonly #policies: ReadonlyMap<string, RulePolicy>;
  #run: Promise<Run> | undefined;
  #failed = false;

  constructor(options: CollectorOptions, policies: readonly RulePolicy[]) {
    this.#options = options;
    this.#policies = new Map(policies.map((policy) => [policy.name, policy]));
  }

  readonly validateResource = async (
    args: ResourceValidationArgs,
    report: ReportViolation,
  ): Promise<void> => {
    await this.#guarded(args.urn, report, async () => {
      const run = await this.#start(args);
      const told = await run.validate(resourceToValidate(args));
      this.#sayAll(told, args.urn, report);
      // Last, so that what was found is said also where it cannot be written.
      this.#options.report?.begun();
      if (told.length > 0) this.#options.report?.write(run.soFar(args.urn));
    });
  };

  readonly validateStack = async (
    args: StackValidationArgs,
    report: ReportViolation,
  ): Promise<void> => {
    await this.#guarded(args.resources[0]?.urn ?? "", report, async () => {
      const run = await this.#start(args);
      const { told, reported } = await run.validateAll(args.resources);
      this.#sayAll(told, args.resources[0]?.urn ?? "", report);
      // Where something could not be judged, what was judged proves nothing.
      this.#options.report?.write(this.#failed ? { ...reported, unfinished: true } : reported);
    });
  };

  /** The engine configures a pack once, before the first resource. */
  async #start(args: ResourceValidationArgs | StackValidationArgs): Promise<Run> {
    this.#run ??= this.#newRun(args.getConfig());
    return this.#run;
  }

  async #newRun(configuration: Configuration): Promise<Run> {
    const own = [...this.#policies.values()].map((p) => [p.name, p.enforcementLevel] as const);
    const levels = await configuredLevels(Object.fromEntries(own));
    const given = { ...this.#options.configuration, ...configuration };
    const settings = settingsFrom(given, levels);
    const waivers = waiversFrom(given, this.#options.today());
    return new Run({ ...this.#options, settings, ...(waivers && { waivers }) });
  }

  /**
   * Says findings in the name of their rules' policies, in the order of these.
   *
   * @param otherwise URN of the resource on which is shown what is about no resource, such as a waiver
   */
  #sayAll(told: readonly Told[], otherwise: Urn, report: ReportViolation): void {
    const order = ["", ...this.#policies.keys()];
    const placeOf = ({ finding }: Told): number => Math.max(0, order.indexOf(finding.rule));
    for (const one of [...told].sort((a, b) => placeOf(a) - placeOf(b))) {
      const policy = this.#policies.get(one.finding.rule);
      say(violationOf(one.finding, one.level, otherwise, policy), report);
    }
  }

  async #guarded(urn: Urn, report: ReportViolation, action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.#failed = true;
      say(failureViolation(error, urn), report);
    }
  }
}
