import type { Policy } from "@pulumi/policy";
import {
  AnalyzeDiagnostic,
  AnalyzeResponse,
  AnalyzerInfo,
  EnforcementLevel,
  PolicyComplianceFramework,
  PolicyConfigSchema,
  PolicyInfo,
  PolicySeverity,
  PolicyType,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import type { Level } from "../../../core/finding";
import type { Severity } from "../../../core/severity";
import type { Violation } from "../violation";

/** The pack as the engine and Pulumi Cloud show it. */
export interface PackIdentity {
  readonly name: string;
  readonly version: string;
  readonly displayName: string;
  readonly description: string;
}

const levels: Readonly<Record<Level, EnforcementLevel>> = {
  advisory: EnforcementLevel.ADVISORY,
  mandatory: EnforcementLevel.MANDATORY,
  disabled: EnforcementLevel.DISABLED,
};

const severities: Readonly<Record<Severity, PolicySeverity>> = {
  low: PolicySeverity.POLICY_SEVERITY_LOW,
  medium: PolicySeverity.POLICY_SEVERITY_MEDIUM,
  high: PolicySeverity.POLICY_SEVERITY_HIGH,
  critical: PolicySeverity.POLICY_SEVERITY_CRITICAL,
};

/** What a pack and its policies are, with all that the engine is to show of them. */
export function infoOf(pack: PackIdentity, policies: readonly ShownPolicy[]): AnalyzerInfo {
  const info = new AnalyzerInfo();
  info.setName(pack.name);
  info.setVersion(pack.version);
  info.setDisplayname(pack.displayName);
  info.setDescription(pack.description);
  info.setSupportsconfig(true);
  info.setPoliciesList(policies.map(policyInfoOf));
  return info;
}

/** A policy of which its level and severity are told. */
export type ShownPolicy = Omit<Policy, "enforcementLevel" | "severity"> & {
  readonly enforcementLevel: Level;
  readonly severity: Severity;
};

function policyInfoOf(policy: ShownPolicy): PolicyInfo {
  const {
    framework,
    configSchema,
    url,
    tags = [],
    displayName = "",
    remediationSteps = "",
  } = policy;
  const info = new PolicyInfo();
  info.setPolicyType(PolicyType.POLICY_TYPE_RESOURCE);
  info.setName(policy.name);
  info.setDescription(policy.description);
  info.setDisplayname(displayName);
  info.setEnforcementlevel(levels[policy.enforcementLevel]);
  info.setSeverity(severities[policy.severity]);
  info.setRemediationSteps(remediationSteps);
  info.setTagsList([...tags]);
  if (url !== undefined) info.setUrl(url);
  if (framework !== undefined) {
    const shown = new PolicyComplianceFramework();
    shown.setName(framework.name);
    shown.setVersion(framework.version);
    shown.setReference(framework.reference);
    info.setFramework(shown);
  }
  if (configSchema !== undefined) {
    const schema = new PolicyConfigSchema();
    schema.setProperties(Struct.fromJavaScript(configSchema.properties));
    info.setConfigschema(schema);
  }
  return info;
}

/**
 * What is said, in the name of its policy.
 *
 * @param own the policy of what is no rule's
 */
export function responseOf(
  pack: PackIdentity,
  own: Pick<Policy, "name" | "description">,
  violations: readonly Violation[],
): AnalyzeResponse {
  const response = new AnalyzeResponse();
  response.setDiagnosticsList(
    violations.map((violation) => {
      const stated = new AnalyzeDiagnostic();
      stated.setPolicyname(violation.name ?? own.name);
      stated.setDescription(violation.description ?? own.description);
      stated.setPolicypackname(pack.name);
      stated.setPolicypackversion(pack.version);
      stated.setMessage(violation.message);
      stated.setEnforcementlevel(levels[violation.enforcementLevel]);
      stated.setSeverity(severities[violation.severity]);
      stated.setUrn(violation.urn);
      return stated;
    }),
  );
  return response;
}
