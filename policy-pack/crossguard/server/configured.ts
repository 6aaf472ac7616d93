import { EnforcementLevel, type ConfigureAnalyzerRequest } from "@pulumi/pulumi/proto/analyzer_pb";
import type { Level } from "../../../core/finding";
import type { Configured } from "../collector";
import { failurePolicy } from "../failure-policy";
import type { RulePolicy } from "../rule-policy";

/** Levels on the wire. What is to be remediated can here only be refused. */
const levels: Readonly<Record<EnforcementLevel, Level>> = {
  [EnforcementLevel.ADVISORY]: "advisory",
  [EnforcementLevel.MANDATORY]: "mandatory",
  [EnforcementLevel.DISABLED]: "disabled",
  [EnforcementLevel.REMEDIATE]: "mandatory",
};

/** The level the engine gives to a policy; undefined where it sends none. */
export function levelSent(
  sent: ConfigureAnalyzerRequest | undefined,
  policy: string,
): Level | undefined {
  const config = sent?.getPolicyconfigMap().get(policy);
  return config === undefined ? undefined : levels[config.getEnforcementlevel()];
}

/** What the engine configures. */
export function configuredBy(
  sent: ConfigureAnalyzerRequest | undefined,
  policies: readonly RulePolicy[],
): Configured {
  const own = sent?.getPolicyconfigMap().get(failurePolicy.name);
  const changed = policies.flatMap(({ name, enforcementLevel }) => {
    const level = levelSent(sent, name);
    return level === undefined || level === enforcementLevel ? [] : [[name, level] as const];
  });
  return {
    properties: own?.getProperties()?.toJavaScript() ?? {},
    levels: Object.fromEntries(changed),
  };
}
