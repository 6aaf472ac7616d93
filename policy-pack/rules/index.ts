import type { Rule } from "../findings/define-rule";
import noAccessKey from "./no-access-key";
import noAutomountedToken from "./no-automounted-token";
import noBroadSubject from "./no-broad-subject";
import noCrossTenantAccess from "./no-cross-tenant-access";
import noCrossTenantBinding from "./no-cross-tenant-binding";
import noCrossTenantSecret from "./no-cross-tenant-secret";
import noCrossTenantTrust from "./no-cross-tenant-trust";
import noDeadCondition from "./no-dead-condition";
import noDefaultIdentity from "./no-default-identity";
import noFailOpenCondition from "./no-fail-open-condition";
import noLegacyTokenSecret from "./no-legacy-token-secret";
import noLiteralSecret from "./no-literal-secret";
import noNodeIdentityFallback from "./no-node-identity-fallback";
import noOpenGateway from "./no-open-gateway";
import noPrivilegeEscalation from "./no-privilege-escalation";
import noPublicTrust from "./no-public-trust";
import noSharedIdentity from "./no-shared-identity";
import noSharedNamespace from "./no-shared-namespace";
import noSharedSecret from "./no-shared-secret";
import noSpiffeIdCollision from "./no-spiffe-id-collision";
import noStaticModelKey from "./no-static-model-key";
import noStaticToolCredential from "./no-static-tool-credential";
import noUnusedWaiver from "./no-unused-waiver";
import noWildcardAuthority from "./no-wildcard-authority";
import requireAudienceCondition from "./require-audience-condition";
import requireCertificateCondition from "./require-certificate-condition";
import requireHumanApproval from "./require-human-approval";
import requireImmutableSubject from "./require-immutable-subject";
import requireIssuerMatch from "./require-issuer-match";
import requirePodIdentityCondition from "./require-pod-identity-condition";
import requireRuntimePolicy from "./require-runtime-policy";
import requireShortSession from "./require-short-session";
import requireShortToken from "./require-short-token";
import requireSourceCondition from "./require-source-condition";
import requireSourceIdentity from "./require-source-identity";
import requireSubjectCondition from "./require-subject-condition";
import requireTenant from "./require-tenant";
import requireUserBoundToken from "./require-user-bound-token";
import requireValidWaiver from "./require-valid-waiver";

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
