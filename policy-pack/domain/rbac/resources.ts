import type { RbacRule } from "../../facts/fact-values";
import { operatorResources } from "./operator-resources";

/** Resources that give others' authority, by their API group. Source: kubernetes.io, "RBAC good practices". */
const carrying: Readonly<Record<string, readonly string[]>> = {
  "": [
    "secrets",
    "serviceaccounts",
    "serviceaccounts/token",
    "pods",
    "pods/exec",
    "pods/attach",
    "pods/ephemeralcontainers",
    "replicationcontrollers",
    "nodes",
    "nodes/proxy",
    "persistentvolumes",
    "namespaces",
    "users",
    "groups",
  ],
  apps: ["deployments", "daemonsets", "statefulsets", "replicasets"],
  batch: ["jobs", "cronjobs"],
  "rbac.authorization.k8s.io": ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
  "certificates.k8s.io": [
    "certificatesigningrequests",
    "certificatesigningrequests/approval",
    "signers",
  ],
  "admissionregistration.k8s.io": [
    "validatingwebhookconfigurations",
    "mutatingwebhookconfigurations",
    "mutatingadmissionpolicies",
  ],
  "authentication.k8s.io": ["users", "groups", "serviceaccounts", "nodes", "userextras", "uids"],
};

/** Whether a list of a rule has a word, or all there are. */
function holds(words: readonly string[], word: string): boolean {
  return words.includes("*") || words.includes(word);
}

/** Whether a rule is about a resource such as `pods/exec`, by its name, its subresource alone or `*`. */
export function isAbout(rule: RbacRule, group: string, resource: string): boolean {
  if (!holds(rule.apiGroups, group)) return false;
  const slash = resource.indexOf("/");
  const sub = slash < 0 ? undefined : `*${resource.slice(slash)}`;
  return holds(rule.resources, resource) || (sub !== undefined && rule.resources.includes(sub));
}

/** Whether a rule is about a resource that gives others' authority. */
export function carriesAuthority(rule: RbacRule): boolean {
  return (
    Object.entries(carrying).some(([group, resources]) =>
      resources.some((resource) => isAbout(rule, group, resource)),
    ) ||
    operatorResources.some(({ group, resources }) =>
      resources.some((resource) => isAbout(rule, group, resource)),
    )
  );
}
