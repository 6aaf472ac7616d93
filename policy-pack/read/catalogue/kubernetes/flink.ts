import { product } from "../product";

/** Source: nightlies.apache.org/flink/flink-kubernetes-operator-docs-main, FlinkDeploymentSpec. */
export default product("flink.apache.org", {
  FlinkDeployment: {
    is: "workload",
    runsAs: "spec.serviceAccount",
    receives: "spec.{,jobManager.,taskManager.}podTemplate.spec",
  },
});
