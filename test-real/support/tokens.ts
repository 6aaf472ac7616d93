import assert from "node:assert/strict";
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { trusts } from "../../policy-pack/domain/trust/trusts";
import { contextOf } from "../../core/policy/condition/context";
import { parsePolicyDocument } from "../../core/policy/document";
import { noLookups, principalOf } from "../../policy-pack/domain/trust/principal";

/** Verifies a token against the keys that its issuer publishes, as AWS does; fails where it is not of them, or expired. */
export async function verified(token: string, keys: JSONWebKeySet): Promise<JWTPayload> {
  return (await jwtVerify(token, createLocalJWKSet(keys))).payload;
}

/**
 * Whether a trust policy gives the bearer of a verified token its role: `yes`, `no` or `unknown`.
 *
 * @param providerArn the IAM OIDC provider of the token's issuer
 */
export function admitsToken(trustPolicy: string, providerArn: string, claims: JWTPayload): string {
  const issuer = String(claims.iss).replace(/^https:\/\//, "");
  const audience = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  return admitted(trustPolicy, {
    principal: { type: "Federated", value: providerArn },
    action: "sts:AssumeRoleWithWebIdentity",
    keys: { [`${issuer}:sub`]: String(claims.sub), [`${issuer}:aud`]: String(audience) },
  });
}

/** What IAM Roles Anywhere sends STS for a certificate. Source: AWS, IAM Roles Anywhere trust model. */
export interface ShownCertificate {
  /** The URI among its subject alternative names. */
  readonly uri: string;
  /** ARN of the trust anchor that it was checked against. */
  readonly anchor: string;
}

/** Whether a trust policy gives the bearer of a certificate its role: `yes`, `no` or `unknown`. */
export function admitsCertificate(trustPolicy: string, { uri, anchor }: ShownCertificate): string {
  return admitted(trustPolicy, {
    principal: { type: "Service", value: "rolesanywhere.amazonaws.com" },
    action: "sts:AssumeRole",
    keys: {
      "aws:PrincipalTag/x509SAN/URI": uri,
      "aws:SourceArn": anchor,
      "aws:SourceAccount": anchor.split(":")[4] ?? "",
    },
  });
}

/** A request for a role's credentials. */
interface Request {
  readonly principal: { readonly type: "Federated" | "Service"; readonly value: string };
  readonly action: string;
  readonly keys: Readonly<Record<string, string>>;
}

function admitted(trustPolicy: string, { principal, action, keys }: Request): string {
  const parsed = parsePolicyDocument(trustPolicy);
  if (parsed.kind !== "document") assert.fail(parsed.kind);
  const value = { kind: "text", text: principal.value, secret: false } as const;
  return trusts(parsed.document, {
    principal: principalOf({ type: principal.type, value }, noLookups),
    action,
    context: contextOf(keys),
  }).kind;
}
