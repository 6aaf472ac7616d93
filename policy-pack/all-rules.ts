import type { Rule } from "./define-rule";
import noAccessKey from "./rules/no-access-key";
import noAutomountedToken from "./rules/no-automounted-token";
import noBroadSubject from "./rules/no-broad-subject";
import noCrossTenantAccess from "./rules/no-cross-tenant-access";
import noCrossTenantBinding from "./rules/no-cross-tenant-binding";
import noCrossTenantSecret from "./rules/no-cross-tenant-secret";
import noCrossTenantTrust from "./rules/no-cross-tenant-trust";
import noDeadCondition from "./rules/no-dead-condition";
import noDefaultIdentity from "./rules/no-default-identity";
import noFailOpenCondition from "./rules/no-fail-open-condition";
import noLegacyTokenSecret from "./rules/no-legacy-token-secret";
import noLiteralSecret from "./rules/no-literal-secret";
import noNodeIdentityFallback from "./rules/no-node-identity-fallback";
import noOpenGateway from "./rules/no-open-gateway";
import noPrivilegeEscalation from "./rules/no-privilege-escalation";
import noPublicTrust from "./rules/no-public-trust";
import noSharedIdentity from "./rules/no-shared-identity";
import noSharedNamespace from "./rules/no-shared-namespace";
import noSharedSecret from "./rules/no-shared-secret";
import noSpiffeIdCollision from "./rules/no-spiffe-id-collision";
import noStaticModelKey from "./rules/no-static-model-key";
import noStaticToolCredential from "./rules/no-static-tool-credential";
import noUnusedWaiver from "./rules/no-unused-waiver";
import noWildcardAuthority from "./rules/no-wildcard-authority";
import requireAudienceCondition from "./rules/require-audience-condition";
import requireCertificateCondition from "./rules/require-certificate-condition";
import requireHumanApproval from "./rules/require-human-approval";
import requireImmutableSubject from "./rules/require-immutable-subject";
import requireIssuerMatch from "./rules/require-issuer-match";
import requirePodIdentityCondition from "./rules/require-pod-identity-condition";
import requireRuntimePolicy from "./rules/require-runtime-policy";
import requireShortSession from "./rules/require-short-session";
import requireShortToken from "./rules/require-short-token";
import requireSourceCondition from "./rules/require-source-condition";
import requireSourceIdentity from "./rules/require-source-identity";
import requireSubjectCondition from "./rules/require-subject-condition";
import requireTenant from "./rules/require-tenant";
import requireUserBoundToken from "./rules/require-user-bound-token";
import requireValidWaiver from "./rules/require-valid-waiver";

/** Every rule, in the order in which they are listed. */
export const rules: readonly Rule[] = [
  noAccessKey,
  noAutomountedToken,
  noBroadSubject,
  noCrossTenantAccess,
  noCrossTenantBinding,
  noCrossTenantSecret,
  noCrossTenantTrust,
  noDeadCondition,
  noDefaultIdentity,
  noFailOpenCondition,
  noLegacyTokenSecret,
  noLiteralSecret,
  noNodeIdentityFallback,
  noOpenGateway,
  noPrivilegeEscalation,
  noPublicTrust,
  noSharedIdentity,
  noSharedNamespace,
  noSharedSecret,
  noSpiffeIdCollision,
  noStaticModelKey,
  noStaticToolCredential,
  noUnusedWaiver,
  noWildcardAuthority,
  requireAudienceCondition,
  requireCertificateCondition,
  requireHumanApproval,
  requireImmutableSubject,
  requireIssuerMatch,
  requirePodIdentityCondition,
  requireRuntimePolicy,
  requireShortSession,
  requireShortToken,
  requireSourceCondition,
  requireSourceIdentity,
  requireSubjectCondition,
  requireTenant,
  requireUserBoundToken,
  requireValidWaiver,
];
