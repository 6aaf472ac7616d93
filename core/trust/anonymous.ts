import type { RbacRule } from "../graph/fact-values";
import { covers } from "../pattern";

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
