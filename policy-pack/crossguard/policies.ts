import type { Policies, Policy } from "@pulumi/policy";
import { dayOf, type Day } from "../../core/day";
import type { Rule } from "../define-rule";
import type { Reader } from "../readers/reader";
import { rules as allRules } from "../rules";
import { Collector } from "./collector";
import type { Configuration } from "./configuration";
import { packageFacts } from "./package-facts";
import { ReportFile } from "./report-file";
import { rulePolicy } from "./rule-policy";

/** What policies are made of; all of it has a default. */
export interface PolicyParts {
  readonly configuration?: Configuration;
  readonly rules?: readonly Rule[];
  readonly readers?: readonly Reader[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly today?: () => Day;
}

/** The collector and a policy for each rule, in the order in which the SDK must come to them. */
export function createPolicies(parts: PolicyParts = {}): Policies {
  const { configuration = {}, rules = allRules, readers, environment = process.env } = parts;
  const { today = () => dayOf(new Date()) } = parts;
  const { version, homepage } = packageFacts();
  const rulePolicies = rules.map((rule) => rulePolicy(rule, pageOf(rule, homepage)));
  const file = environment["AGENTID_REPORT"];
  const dryRun = environment["PULUMI_DRY_RUN"];
  const collector = new Collector(
    {
      configuration,
      rules,
      today,
      ...(dryRun && { preview: dryRun === "true" }),
      ...(readers && { readers }),
      ...(file && { report: new ReportFile(file, version) }),
    },
    rulePolicies,
  );
  const policies: readonly Policy[] = [collector, ...rulePolicies];
  return policies as Policies;
}

function pageOf(rule: Rule, homepage: string | undefined): string | undefined {
  return homepage === undefined ? undefined : new URL(`docs/rules/${rule.id}.md`, homepage).href;
}
