import { product, type Kind } from "../product";

/** A cluster at a path. It verifies the token of its clients. */
function clusterAt(at: string): Kind {
  return {
    secrets: [
      `${at}.gcsFaultToleranceOptions.redisPassword.valueFrom.secretKeyRef`,
      { at: `${at}.authOptions`, name: "secretName", exempt: "verifier" },
    ],
  };
}

/** Source: github.com/ray-project/kuberay, API reference. */
export default product("ray.io", {
  RayCluster: clusterAt("spec"),
  RayService: clusterAt("spec.rayClusterConfig"),
  RayJob: clusterAt("spec.rayClusterSpec"),
});
