import { secretType } from "../../core/aws/secrets";
import { compareText } from "../../core/compare-text";
import { typeInUrn } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { eksClusterIn } from "./eks-scope";

/**
 * One spelling of a thing: its URN, its ARN, or a kind with a scope and a name.
 *
 * A thing usually has several names; the graph joins things with a common one. A scope is where the short name is unique: an
 * AWS account, a cluster, or, where that is unknown, the provider.
 */
export type Name = string;

const separator = "|";

/** Kinds of names that are unique within a scope, and what the scope is. */
const scopedKinds = {
  "iam-role": "account",
  "iam-user": "account",
  "iam-policy": "account",
  "instance-profile": "account",
  "oidc-provider": "account",
  secret: "account",
  parameter: "account",
  function: "account",
  "workload-identity": "account",
  gateway: "account",
  runtime: "account",
  "bedrock-agent": "account",
  api: "account",
  "api-integration": "account",
  "oauth2-provider": "account",
  aws: "account",
  "api-key-provider": "account",
  k8s: "cluster",
  "spiffe-id": "cluster",
  workload: "cluster",
} as const;

/** A kind of name that is unique within an account or a cluster. */
export type ScopedKind = keyof typeof scopedKinds;

/** The name of a resource by its URN. */
export function urnName(urn: Urn): Name {
  return urn;
}

/**
 * A stand-in for the URN of a role with only a short name, while its account is unknown.
 *
 * It sorts after the URNs of Pulumi, so a thing with a real one is shown by that.
 */
export function roleUrnByName(scope: string, name: string): Urn {
  return `urn:role:${encodeURIComponent(scope)}::::aws:iam/role:Role::${name}`;
}

/** The name of an AWS thing by its full ARN. */
export function arnName(arn: string): Name {
  return arn;
}

/** A name that is unique within a scope: an account id, an API server, or the URN of the provider. */
export function scopedName(kind: ScopedKind, scope: string, ...parts: readonly string[]): Name {
  return [kind, scope, ...parts].join(separator);
}

/** A region as a scope names it behind its account: `111122223333@eu-west-1`. */
const regionBehind = /@([a-z]{2,4}(?:-[a-z]+)+-\d+)$/;

/** The scope of what is unique in an account and a region; the account alone where the region is not known. */
export function regionalScope(account: string, region: string | undefined): string {
  const scope = `${account}@${region ?? ""}`;
  return regionBehind.test(scope) ? scope : account;
}

/** The account and the region of a scope; no region where it is not known, or where a name has none. */
export function placeOfScope(scope: string): {
  readonly account: string;
  readonly region: string | undefined;
} {
  const found = regionBehind.exec(scope);
  if (found === null) return { account: scope, region: undefined };
  return { account: scope.slice(0, found.index), region: found[1] };
}

/** The name of a Kubernetes object, by cluster, namespace (empty for cluster-wide kinds), kind and name. */
export function k8sName(cluster: string, namespace: string, kind: string, name: string): Name {
  return scopedName("k8s", cluster, namespace, kind, name);
}

/** The kind and name of an object of Kubernetes by a name that has no namespace; undefined for every other. */
export function nameInNoNamespace(
  name: Name,
): { readonly kind: string; readonly name: string } | undefined {
  const parts = name.split(separator);
  const [sort, namespace, kind, own] = [parts[0], ...parts.slice(-3)];
  if (sort !== "k8s" || namespace !== "" || kind === undefined || own === undefined)
    return undefined;
  return { kind, name: own };
}

/** The name of a server of the Model Context Protocol as a resource's configuration has it. */
export function mcpServerName(urn: Urn, server: string): Name {
  return ["mcp-server-at", urn, server].join(separator);
}

/** The name of a condition of a resource's policy, by what it tests. */
export function conditionName(urn: Urn, ...parts: readonly string[]): Name {
  return ["condition-at", urn, parts.join(" ")].join(separator);
}

/** The name of a model provider. */
export function modelProviderName(provider: string): Name {
  return ["model-provider", "", provider].join(separator);
}

/** The name of a waiver, by its rule and by its fingerprint or its thing and holder. */
export function waiverName(rule: string, ...parts: readonly string[]): Name {
  return ["waiver", rule, ...parts].join(separator);
}

/** The same name without its scope, or undefined for names that have none: equal ones may be one thing. */
export function withoutScope(name: Name): string | undefined {
  const place = scopeIn(name);
  return place && name.slice(0, place.start - 1) + name.slice(place.end);
}

/** The same name in another scope; undefined for names that have none. */
export function inScope(name: Name, scope: string): Name | undefined {
  const place = scopeIn(name);
  return place && name.slice(0, place.start) + scope + name.slice(place.end);
}

/** The scope of a name, or undefined for names that have none. */
export function scopeOf(name: Name): string | undefined {
  const place = scopeIn(name);
  return place && name.slice(place.start, place.end);
}

/** What the scope of a name is, or undefined for names that have none. */
export function scopeKindOf(name: Name): "account" | "cluster" | undefined {
  const kind = name.slice(0, Math.max(name.indexOf(separator), 0));
  return Object.hasOwn(scopedKinds, kind) ? scopedKinds[kind as ScopedKind] : undefined;
}

/** The position of a name's scope, which is computed often. */
function scopeIn(name: Name): { readonly start: number; readonly end: number } | undefined {
  const start = name.indexOf(separator) + 1;
  const end = start === 0 ? -1 : name.indexOf(separator, start);
  return end < 0 || !Object.hasOwn(scopedKinds, name.slice(0, start - 1))
    ? undefined
    : { start, end };
}

/**
 * Whether two scopes are different for certain.
 *
 * Two known accounts, two known regions, two known API servers or two names that EKS has for clusters differ when they are
 * spelled differently; a provider whose account or server is unknown may be any of them.
 */
export function scopesDiffer(a: string, b: string): boolean {
  if (a === b) return false;
  if (regionsDiffer(a, b) || clustersDiffer(a, b)) return true;
  return accountsDiffer(placeOfScope(a).account, placeOfScope(b).account);
}

/** Whether two names are of other accounts or clusters for certain, whatever their regions. */
export function areInOtherScopes(a: Name, b: Name): boolean {
  const [one, other] = [scopeOf(a), scopeOf(b)];
  return (
    one !== undefined &&
    other !== undefined &&
    scopesDiffer(placeOfScope(one).account, placeOfScope(other).account)
  );
}

/** Whether EKS names two clusters otherwise, or has them in two accounts. */
function clustersDiffer(a: string, b: string): boolean {
  const [one, other] = [eksClusterIn(a), eksClusterIn(b)];
  if (one === undefined || other === undefined) return false;
  return one.cluster !== other.cluster || accountsDiffer(one.account, other.account);
}

/**
 * Whether two names of secrets differ only by their region, as far as is known, so that one may be a replica of the other.
 *
 * Source: AWS Secrets Manager user guide, "Replicate AWS Secrets Manager secrets across Regions": a replica has the name of its
 * primary secret. No other regional resource has replicas.
 */
export function mayBeReplicas(a: Name, b: Name): boolean {
  if (!a.startsWith("secret|") || withoutScope(a) !== withoutScope(b)) return false;
  const [one, other] = [scopeOf(a) ?? "", scopeOf(b) ?? ""];
  return (
    regionsDiffer(one, other) &&
    !accountsDiffer(placeOfScope(one).account, placeOfScope(other).account)
  );
}

/** Whether a name is that of a secret which the stack itself makes, and not of a version of one. */
export function isSecretOfStack(name: Name): boolean {
  return name.startsWith("urn:") && typeInUrn(name) === secretType;
}

function regionsDiffer(a: string, b: string): boolean {
  const [one, other] = [placeOfScope(a).region, placeOfScope(b).region];
  return one !== undefined && other !== undefined && one !== other;
}

function accountsDiffer(a: string, b: string): boolean {
  return a !== b && !isProviderScope(a) && !isProviderScope(b);
}

function isProviderScope(scope: string): boolean {
  return scope.startsWith("urn:") || scope === "default";
}

/**
 * The spelling that identifies a thing from one run to the next: its smallest URN, else its smallest name.
 *
 * URNs come first because a preview has them before it has ARNs.
 */
export function canonicalName(names: Iterable<Name>): Name {
  let best: Name | undefined;
  for (const name of names) {
    if (best === undefined || compareNames(name, best) < 0) best = name;
  }
  return best ?? "";
}

function compareNames(a: Name, b: Name): number {
  const byKind = Number(!a.startsWith("urn:")) - Number(!b.startsWith("urn:"));
  return byKind || compareText(a, b);
}

/** A name as people read it: `acme/crm-key`, `role support-desk`, `planner`. */
export function labelOf(name: Name): string {
  if (name.startsWith("urn:")) return name.slice(name.lastIndexOf("::") + 2);
  if (name.startsWith("arn:")) return name;
  const [kind = "", scope = "", ...rest] = name.split(separator);
  // A place in a resource: `acme/desk: spec.containers[0].env[0].value`.
  if (scope.startsWith("urn:") && kind.endsWith("-at")) {
    return `${labelOf(scope)}: ${rest.join(separator)}`;
  }
  if (kind === "waiver") return `${scope}: ${rest.join(", ")}`;
  if (kind === "k8s") {
    const [namespace = "", , objectName = ""] = rest;
    // A namespace of unknown name is written by its URN.
    const space = namespace.startsWith("urn:") ? labelOf(namespace) : namespace;
    return space === "" ? objectName : `${space}/${objectName}`;
  }
  // A SPIFFE ID of a trust domain that is not known: `spiffe://…/ns/acme/sa/desk`.
  if (kind === "spiffe-id") return `spiffe://…/${rest.slice(1).join(separator)}`;
  return rest.length > 0 ? rest.join("/") : name;
}
