import { roleType, userType } from "../../../core/aws/iam";
import { uncertain, type Uncertainty } from "../../../core/certainty";
import type { FactOf } from "../../facts/fact";
import type { RbacRule } from "../../facts/fact-values";
import { covers } from "../../../core/pattern";
import { typeInUrn } from "../../../core/snapshot/resource";
import type { Admission } from "./admission";
import { namingOf } from "./naming";

/** What the API server shows everyone: discovery, version and health. Source: Kubernetes, default roles and bindings. */
const discoveryPaths = [
  "/api",
  "/api/*",
  "/apis",
  "/apis/*",
  "/openapi",
  "/openapi/*",
  "/version",
  "/version/",
  "/healthz",
  "/healthz/*",
  "/livez",
  "/livez/*",
  "/readyz",
  "/readyz/*",
  "/.well-known/openid-configuration",
  "/openid/v1/jwks",
];

const reading = ["get", "head", "options"];

/** Whether an RBAC rule allows its subjects only discovery and health checks, which everyone may do. */
export function isDiscovery(rule: RbacRule): boolean {
  if (rule.verbs.length === 0) return true;
  if (!rule.verbs.every((verb) => reading.includes(verb))) return false;
  if (rule.resources.length > 0) return isClusterInfo(rule);
  return rule.nonResourceURLs.every((path) => discoveryPaths.some((each) => covers(each, path)));
}

/** The ConfigMap by which kubeadm publishes the cluster's certificate to joining nodes. */
function isClusterInfo(rule: RbacRule): boolean {
  return (
    rule.resources.join() === "configmaps" &&
    rule.resourceNames.join() === "cluster-info" &&
    rule.nonResourceURLs.length === 0
  );
}

/** Users and groups of unauthenticated callers. Source: kubernetes.io, "Authenticating", anonymous requests. */
const anonymousSubjects = ["system:anonymous", "system:unauthenticated"];

/** Whether a binding is of unauthenticated callers. */
export function isOfAnonymous({ subject: { kind, name } }: FactOf<"binds">): boolean {
  return kind !== "ServiceAccount" && anonymousSubjects.includes(name);
}

/** How a path into a role trusts any principal. */
export interface OpenToAll {
  /** The operators of conditions that look like a guard and are none. */
  readonly operators: readonly string[];
  readonly uncertainty?: Partial<Uncertainty>;
}

/** How a path trusts any principal; undefined for one that names accounts, organisations or identities. */
export function openToAll(way: Admission): OpenToAll | undefined {
  const { principal, conditions, variables, holds, dependsOn } = way;
  if (principal.kind !== "everyone" && !mayBeEveryone(principal)) return undefined;
  const naming = namingOf(conditions, variables);
  if (naming.kind === "named") return undefined;
  if (principal.kind === "unknown") return { operators: [], uncertainty: { dependsOn } };
  if (naming.kind === "unnamed" && holds.kind === "yes") return naming;
  const reason =
    holds.kind === "unknown" ? holds.reason : "the condition on the caller is not known";
  const unknown = naming.kind === "unknown" ? naming : undefined;
  return { operators: [], uncertainty: uncertain(reason, unknown, { dependsOn }) };
}

/** Resources whose outputs are IAM principals, which never spell everyone. */
const principalTypes = [roleType, userType];

/** Whether an unknown principal may turn out to be everyone; what comes from a role or user is one. */
function mayBeEveryone(principal: Admission["principal"]): boolean {
  if (principal.kind !== "unknown") return false;
  const { type, dependsOn } = principal;
  if (type !== "AWS") return type === "any";
  return (
    dependsOn.length === 0 || !dependsOn.every((urn) => principalTypes.includes(typeInUrn(urn)))
  );
}
