import { contextOf, type Context, type ContextValue } from "../../../core/policy/condition/context";
import { commonClaims, issuerOf, plainKey } from "../../../core/trust/issuers";
import type { Principal } from "./principal";

const unsaid: ContextValue = {
  kind: "unknown",
  reason: "it depends on the caller's request",
};
const claimed: ContextValue = {
  kind: "some",
  reason: "it depends on the claims of the token",
};
const absent: ContextValue = { kind: "absent" };

/** Claims that a token always has for STS to take it. Source: IAM user guide, keys for web identity federation. */
const certainClaims = ["sub", "aud"];

/**
 * Keys that are there only where an AWS service calls, most of them on behalf of a resource, and keys of an organisation's
 * members, which services are not. Source: IAM user guide, global condition keys (availability of each).
 */
const keysOfServices = [
  "aws:principalservicename",
  "aws:principalservicenameslist",
  "aws:sourcearn",
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
];
const isServiceKey = "aws:principalisawsservice";
const keysOfMembers = ["aws:principalorgid", "aws:principalorgpaths"];

/** Prefixes of keys that are no issuer's. */
const otherPrefixes = ["aws", "sts", "saml", "iam"];

/**
 * What is known of a request by which a principal assumes a role: above all, which keys it cannot have.
 *
 * A token has only the keys of its own issuer, so a condition on another issuer's key is never met.
 */
export function contextFor(principal: Principal): Context {
  return (key) => {
    // IAM has no key without a prefix.
    if (!key.includes(":")) return absent;
    const issuer = issuerOfKey(key);
    switch (principal.kind) {
      case "federated": {
        if (key.startsWith("saml:")) return absent;
        if (issuer === undefined) return unsaid;
        if (principal.issuer.kind === "unknown") return unsaid;
        if (!isKeyOf(principal.issuer.host, key) || !isEvaluated(key)) return absent;
        return certainClaims.includes(claimIn(key)) ? claimed : unsaid;
      }
      case "everyone":
      case "unknown":
        return unsaid;
      case "saml":
        return issuer === undefined ? unsaid : absent;
      case "account":
      case "role":
      case "user":
      case "session":
        if (key === isServiceKey) return { kind: "present", values: ["false"] };
        return keysOfServices.includes(key) ? absent : ofCaller(key);
      case "service":
        if (key === isServiceKey) return { kind: "present", values: ["true"] };
        return keysOfMembers.includes(key) ? absent : ofCaller(key);
      case "canonical":
      case "other":
        return ofCaller(key);
    }
  };
}

/** A key of a request that no token or assertion sets. */
function ofCaller(key: string): ContextValue {
  return issuerOfKey(key) !== undefined || key.startsWith("saml:") ? absent : unsaid;
}

/** What is known of a request by a role: beside which keys it cannot have, whose it is. */
export function contextOfRole(role: Extract<Principal, { kind: "role" }>): Context {
  const own = contextOf({
    "aws:PrincipalArn": role.arn,
    "aws:PrincipalAccount": role.role.account,
  });
  const rest = contextFor(role);
  return (key) => {
    const value = own(key);
    return value.kind === "absent" ? rest(key) : value;
  };
}

/** Whether a condition key is of an issuer, so that its tokens can have it. */
export function isKeyOf(host: string, key: string): boolean {
  return issuerOfKey(plainKey(key)) === issuerOfKey(plainKey(`${host}:sub`));
}

/** Whether STS has a claim of an issuer as a condition key; one it has not is absent from every request. */
export function isEvaluated(key: string): boolean {
  const claim = claimIn(plainKey(key));
  if (commonClaims.includes(claim)) return true;
  return issuerOf(issuerOfKey(key) ?? "").evaluated?.includes(claim) === true;
}

function claimIn(key: string): string {
  return key.slice(key.lastIndexOf(":") + 1);
}

/** The issuer in a condition key such as `oidc.example/path:sub`, both in lowercase; undefined for other keys. */
export function issuerOfKey(key: string): string | undefined {
  const plain = plainKey(key);
  const prefix = plain.slice(0, Math.max(plain.lastIndexOf(":"), 0));
  const first = prefix.split(":")[0] ?? "";
  return prefix.includes(".") && !otherPrefixes.includes(first) ? prefix : undefined;
}
