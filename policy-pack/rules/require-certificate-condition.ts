import { certificateGuards, certificateService } from "../domain/trust/certificate/certificate";
import type { Principal } from "../domain/trust/principal";
import { plainService } from "../domain/trust/source";
import { defineRule } from "../findings/define-rule";
import { answersToGuards, answersOnPaths } from "./answers/trust";

/** Without conditions any certificate of any trust anchor of the account can assume the role. */
export default defineRule({
  id: "require-certificate-condition",
  title: "IAM Roles Anywhere trust policies name the certificate and its trust anchor",
  severity: "high",
  family: "federation",
  decides: "early",
  because: "a trust policy is whole in one resource, and nothing else adds a condition to it",
  watches: ["trusts"],
  remediation:
    "test the URI or subject of the certificate with `aws:PrincipalTag/x509…`, and the trust anchor with `aws:SourceArn`, as a `Tenant` with `federation: { rolesAnywhere }` does",
  messages: {
    open: "Role `{about}` trusts IAM Roles Anywhere without restricting the {missing}",
    any: "Role `{about}` trusts any certificate of IAM Roles Anywhere",
  },
  check: (fact, graph) =>
    answersOnPaths(fact, graph, isAbout, "any", (way) =>
      answersToGuards(way, certificateGuards(way.conditions, way.variables), fact, graph),
    ),
});

function isAbout(principal: Principal): boolean {
  if (principal.kind === "unknown") return principal.type === "Service";
  return principal.kind === "service" && plainService(principal.service) === certificateService;
}
