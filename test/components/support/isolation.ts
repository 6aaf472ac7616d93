import { named } from "./trust";
import type { Registered } from "./registered";

/** Labels of what is a tenant's. */
export const labels = { "agentid.dev/tenant": "acme" };

/** Allows pods to call the cluster's DNS. */
export const toDns = {
  to: [
    {
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
      podSelector: { matchLabels: { "k8s-app": "kube-dns" } },
    },
  ],
  ports: [
    { port: 53, protocol: "UDP" },
    { port: 53, protocol: "TCP" },
  ],
};

/** In CEL, that a token has an audience. */
export const audience =
  "has(s.serviceAccountToken.audience) && s.serviceAccountToken.audience != ''";
/** In CEL, how long a token lasts. */
export const lasts =
  "has(s.serviceAccountToken.expirationSeconds) && s.serviceAccountToken.expirationSeconds";

/** The check of tokens in volumes, with what else is let through. */
export const tokenCheck = (more = "") => ({
  expression: `!has(object.spec.volumes) || object.spec.volumes.all(v, !has(v.projected) || !has(v.projected.sources) || v.projected.sources.all(s, !has(s.serviceAccountToken) || ((${audience} && ${lasts} <= 3600) || (v.name.startsWith('kube-api-access-') && !(${audience}) && ${lasts} == 3607)${more})))`,
  message: "a token in a volume needs an audience and lasts 3600 seconds at most",
});

/** The check of what comes into the environment. */
export const secretCheck = {
  expression:
    "object.spec.containers.all(c, !has(c.envFrom) || c.envFrom.all(e, !has(e.secretRef))) && (!has(object.spec.initContainers) || object.spec.initContainers.all(c, !has(c.envFrom) || c.envFrom.all(e, !has(e.secretRef))))",
  message:
    "a pod of this tenant takes no whole Secret into its environment; give it an identity, or mount the one key that it needs",
};

/** The checks of pods. */
export const podChecks = [
  {
    expression:
      "has(object.spec.serviceAccountName) && !(object.spec.serviceAccountName in ['', 'default'])",
    message: "a pod of this tenant needs a ServiceAccount of its own, not `default`",
  },
  tokenCheck(),
  secretCheck,
];

/** The `spec` of what a program registered. */
export function specOf(resources: readonly Registered[], type: string, name: string): unknown {
  return named(resources, type, name)?.inputs["spec"];
}

/** Type of admission policies. */
export const policyType = "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy";
/** Type of network policies. */
export const networkType = "kubernetes:networking.k8s.io/v1:NetworkPolicy";
