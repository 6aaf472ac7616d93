import { product } from "../product";

/** Source: github.com/ray-project/kuberay, API reference. */
export default product("ray.io", {
  RayCluster: { secrets: ["spec.gcsFaultToleranceOptions.redisPassword.valueFrom.secretKeyRef"] },
  RayService: {
    secrets: [
      "spec.rayClusterConfig.gcsFaultToleranceOptions.redisPassword.valueFrom.secretKeyRef",
    ],
  },
});
