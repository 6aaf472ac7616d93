import { delimiter } from "node:path";
import type { Policies } from "@pulumi/policy";
import { dayOf, type Day } from "../../core/day";
import type { Rule } from "../findings/define-rule";
import { repositoryOf } from "../files/repository";
import type { Reader } from "../read/resource/reader";
import { rules as allRules } from "../rules/index";
import { Collector } from "./collector";
import { collectorPolicy } from "./collector-policy";
import type { Configuration } from "./configuration";
import { packageFacts } from "../files/package-facts";
import { rulePageUrl } from "../files/rule-page-url";
import { loadReaders } from "./load-readers";
import { ReportFile } from "./report-file";
import { rulePolicy } from "./rule-policy";

/** What a pack is made of; all of it has a default. */
export interface PackOptions {
  readonly configuration?: Configuration;
  readonly rules?: readonly Rule[];
  readonly readers?: readonly Reader[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly today?: () => Day;
}

/** The collector and a policy for each rule, in the order in which the SDK must come to them. */
export function createPolicies(options: PackOptions = {}): Policies {
  const { configuration = {}, rules = allRules, readers, environment = process.env } = options;
  const { today = () => dayOf(new Date()) } = options;
  const { version } = packageFacts();
  const rulePolicies = rules.map((rule) => rulePolicy(rule, rulePageUrl(rule.id)));
  const file = environment["AGENTID_REPORT"];
  const given = (environment["AGENTID_FILES"] ?? "").split(delimiter).filter((one) => one !== "");
  const dryRun = environment["PULUMI_DRY_RUN"];
  const ready = loadReaders();
  // A failure is reported by the collector, which waits for it.
  ready.catch(() => undefined);
  const collector = new Collector(
    {
      configuration,
      rules,
      ready,
      today,
      places: [repositoryOf(process.cwd()), ...given],
      ...(dryRun && { preview: dryRun === "true" }),
      ...(readers && { readers }),
      ...(file && { report: new ReportFile(file, version) }),
    },
    rulePolicies,
  );
  return [collectorPolicy(collector, rulePolicies), ...rulePolicies];
}
