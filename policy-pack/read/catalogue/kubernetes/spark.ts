import { product, type Kind } from "../product";

function applicationAt(at: string): Kind {
  return {
    is: "workload",
    runsAs: `${at}.{driver,executor}.serviceAccount`,
    secrets: [
      { at: `${at}.{driver,executor}.envSecretKeyRefs.*`, under: "*" },
      { at: `${at}.{driver,executor}.secrets[]`, through: "volume" },
    ],
  };
}

/** Source: github.com/kubeflow/spark-operator, docs/api-docs. */
export default product("sparkoperator.k8s.io", {
  SparkApplication: applicationAt("spec"),
  ScheduledSparkApplication: applicationAt("spec.template"),
  SparkConnect: {
    is: "workload",
    runsAs: "spec.executor.template.spec.serviceAccountName",
    pods: "spec.server.template.spec",
    receives: "spec.{server,executor}.template.spec",
  },
});
