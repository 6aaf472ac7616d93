import { certificateGuards, certificateService } from "../../core/trust/certificate";
import type { Principal } from "../../core/trust/principal";
import { plainService } from "../../core/trust/source";
import { defineRule } from "../define-rule";
import { answersToGuards, answersToWays } from "./trust-answers";

/** Without conditions any certificate of any trust anchor of the account can assume the role. */
export default defineRule({
  id: "require-certificate-condition",
  title: "IAM Roles Anywhere trust policies name the certificate and its trust anchor",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  standards: [
    "NHI4:2025",
    "NHI6:2025",
    "ASI03:2026",
    "MITRE-ATLAS-5.6.0:AML.T0091",
    "NIST-800-53r5:IA-9",
  ],
  remediation:
    "test the URI or subject of the certificate with `aws:PrincipalTag/x509…`, and the trust anchor with `aws:SourceArn`",
  messages: {
    open: "Role `{role}` trusts IAM Roles Anywhere without restricting the {missing}",
    any: "Role `{role}` trusts any certificate of IAM Roles Anywhere",
  },
  check: (fact, graph) =>
    answersToWays(fact, graph, isAbout, "any", (way) =>
      answersToGuards(way, certificateGuards(way.conditions, way.variables), fact, graph),
    ),
});

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  return principal.kind === "service" && plainService(principal.service) === certificateService;
}
