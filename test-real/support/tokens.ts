import assert from "node:assert/strict";
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from "jose";
import { admits } from "../../core/trust/admits";
import { contextOf } from "../../core/policy/condition/context";
import { parsePolicyDocument } from "../../core/policy/document";
import { noLookups, principalOf } from "../../core/trust/principal";

/** Verifies a token against the keys that its issuer publishes, as AWS does; fails where it is not of them, or expired. */
export async function verified(token: string, keys: JSONWebKeySet): Promise<JWTPayload> {
  return (await jwtVerify(token, createLocalJWKSet(keys))).payload;
}

/**
 * Whether a trust policy lets the bearer of a verified token have its role: `yes`, `no` or `unknown`.
 *
 * @param providerArn the IAM OIDC provider of the token's issuer
 */
export function admitsToken(trustPolicy: string, providerArn: string, claims: JWTPayload): string {
  const parsed = parsePolicyDocument(trustPolicy);
  if (parsed.kind !== "document") assert.fail(parsed.kind);
  const issuer = String(claims.iss).replace(/^https:\/\//, "");
  const audience = Array.isArray(claims.aud) ? claims.aud[0] : claims.aud;
  return admits(parsed.document, {
    principal: principalOf(
      { type: "Federated", value: { kind: "text", text: providerArn, secret: false } },
      noLookups,
    ),
    action: "sts:AssumeRoleWithWebIdentity",
    context: contextOf({
      [`${issuer}:sub`]: String(claims.sub),
      [`${issuer}:aud`]: String(audience),
    }),
  }).kind;
}
