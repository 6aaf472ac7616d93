import { product } from "../product";

/** Source: github.com/k8sgpt-ai/k8sgpt-operator, K8sGPT. */
export default product("core.k8sgpt.ai", {
  K8sGPT: { secrets: ["spec.{ai,sink}.secret", "spec.remoteCache.credentials"] },
});
