import { notKnown, type NotKnown } from "../../../core/certainty";
import {
  accountRoot,
  iamRole,
  iamUser,
  isAccountId,
  oidcIssuer,
  parseArn,
  roleSession,
  type IamName,
  type RoleSession,
} from "../../../core/arn";
import { hasWildcard } from "../../../core/pattern";
import type { PrincipalPart } from "../../../core/policy/statement";
import type { Urn } from "../../../core/snapshot/value";

/** Where an OIDC provider's tokens come from: its issuer, host and path without scheme. */
export type IssuerHost = { readonly kind: "known"; readonly host: string } | NotKnown;

/** An OIDC provider as a trust policy names it. */
export type Provider = { readonly kind: "named"; readonly text: string } | NotKnown;

/** Who a trust policy names. */
export type Principal =
  | { readonly kind: "everyone" }
  /** All of an account, as far as its own policies allow them. */
  | { readonly kind: "account"; readonly account: string }
  | { readonly kind: "role"; readonly arn: string; readonly role: IamName }
  | { readonly kind: "user"; readonly arn: string; readonly user: IamName }
  | { readonly kind: "session"; readonly arn: string; readonly session: RoleSession }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "federated"; readonly provider: Provider; readonly issuer: IssuerHost }
  | { readonly kind: "saml"; readonly provider: string }
  | { readonly kind: "canonical"; readonly id: string }
  /** The id of a role or user that is gone, a federated user, and what IAM would refuse. */
  | { readonly kind: "other"; readonly text: string }
  | {
      readonly kind: "unknown";
      readonly type: "AWS" | "Service" | "CanonicalUser" | "any";
      readonly dependsOn: readonly Urn[];
    };

/** What a trust policy alone does not contain. */
export interface Lookups {
  /** The issuer of a provider whose name does not contain it; called only then. */
  readonly issuer: (provider: Provider) => IssuerHost;
}

/** Look-ups that use only the policy. */
export const noLookups: Lookups = {
  issuer: (provider) => ({
    kind: "unknown",
    dependsOn: provider.kind === "unknown" ? provider.dependsOn : [],
  }),
};

/** Reads one value of `Principal`. */
export function principalOf(part: PrincipalPart, lookups: Lookups): Principal {
  const { type, value } = part;
  switch (type) {
    case "*":
      return { kind: "everyone" };
    case "unknown":
      return { kind: "unknown", type: "any", dependsOn: dependsOnOf(value) };
    case "Federated":
      return value.kind === "text"
        ? federated(value.text, lookups)
        : oidc(notKnown(value), lookups);
    case "AWS":
      return value.kind === "text" ? awsPrincipal(value.text) : unknownOf(type, value.dependsOn);
    case "Service":
      return value.kind === "text"
        ? { kind: "service", service: value.text }
        : unknownOf(type, value.dependsOn);
    case "CanonicalUser":
      return value.kind === "text"
        ? { kind: "canonical", id: value.text }
        : unknownOf(type, value.dependsOn);
  }
}

/** Whether a principal is a provider whose ARN has the scheme of its URL, which IAM leaves out, so no principal matches. */
export function hasScheme(principal: Principal): boolean {
  if (principal.kind !== "federated" || principal.issuer.kind === "unknown") return false;
  return principal.provider.kind === "named" && /^https?:\/\//i.test(principal.issuer.host);
}

/** Whether another principal includes all that one includes, as in a Deny statement. */
export function principalCovers(general: Principal, specific: Principal): boolean {
  if (general.kind === "everyone") return true;
  switch (specific.kind) {
    case "role":
      return isAccount(general, specific.role.account) || sameText(general, specific);
    case "user":
      return isAccount(general, specific.user.account) || sameText(general, specific);
    case "session": {
      const { account, roleName } = specific.session;
      const isItsRole =
        general.kind === "role" &&
        general.role.account === account &&
        general.role.name === roleName;
      return isAccount(general, account) || isItsRole || sameText(general, specific);
    }
    case "account":
      return isAccount(general, specific.account);
    case "service":
      return general.kind === "service" && general.service === specific.service;
    case "federated":
      return general.kind === "federated" && sameProvider(general.provider, specific.provider);
    case "saml":
      return general.kind === "saml" && general.provider === specific.provider;
    case "canonical":
      return general.kind === "canonical" && general.id === specific.id;
    case "other":
      return general.kind === "other" && general.text === specific.text;
    case "everyone":
    case "unknown":
      return false;
  }
}

/** The account that a principal is of, or is; undefined for one that is of no account. */
export function accountOf(principal: Principal): string | undefined {
  switch (principal.kind) {
    case "role":
      return principal.role.account;
    case "user":
      return principal.user.account;
    case "session":
      return principal.session.account;
    case "account":
      return principal.account;
    case "everyone":
    case "service":
    case "federated":
    case "saml":
    case "canonical":
    case "other":
    case "unknown":
      return undefined;
  }
}

function isAccount(principal: Principal, account: string): boolean {
  return principal.kind === "account" && principal.account === account;
}

function sameText(a: Principal, b: { readonly kind: string; readonly arn: string }): boolean {
  return a.kind === b.kind && "arn" in a && a.arn === b.arn;
}

function sameProvider(a: Provider, b: Provider): boolean {
  return a.kind === "named" && b.kind === "named" && a.text === b.text;
}

function unknownOf(
  type: "AWS" | "Service" | "CanonicalUser",
  dependsOn: readonly Urn[],
): Principal {
  return { kind: "unknown", type, dependsOn };
}

function dependsOnOf(value: PrincipalPart["value"]): readonly Urn[] {
  return value.kind === "unknown" ? value.dependsOn : [];
}

function awsPrincipal(text: string): Principal {
  if (text === "*") return { kind: "everyone" };
  if (isAccountId(text)) return { kind: "account", account: text };
  const account = accountRoot(text);
  if (account !== undefined) {
    return hasWildcard(account) ? { kind: "everyone" } : { kind: "account", account };
  }
  const role = iamRole(text);
  // No principal takes a wildcard; read as it is meant, this is a role of any account.
  if (role !== undefined && hasWildcard(role.account)) return { kind: "everyone" };
  if (role !== undefined) return { kind: "role", arn: text, role };
  const user = iamUser(text);
  if (user !== undefined) return { kind: "user", arn: text, user };
  const session = roleSession(text);
  if (session !== undefined) return { kind: "session", arn: text, session };
  return { kind: "other", text };
}

function federated(text: string, lookups: Lookups): Principal {
  const parsed = parseArn(text);
  if (parsed.ok && parsed.arn.resource.startsWith("saml-provider/")) {
    return { kind: "saml", provider: text };
  }
  // Providers that AWS defines are named by their host: `cognito-identity.amazonaws.com`.
  const host = parsed.ok ? oidcIssuer(parsed.arn) : isHost(text) ? text : undefined;
  const provider: Provider = { kind: "named", text };
  if (host === undefined) return oidc(provider, lookups);
  return { kind: "federated", provider, issuer: { kind: "known", host } };
}

function oidc(provider: Provider, lookups: Lookups): Principal {
  return { kind: "federated", provider, issuer: lookups.issuer(provider) };
}

function isHost(text: string): boolean {
  return text.includes(".") && !text.includes(":");
}
