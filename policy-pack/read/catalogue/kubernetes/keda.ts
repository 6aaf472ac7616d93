import { product, type Kind } from "../product";

/** KEDA measures the load with secrets of its own, for the workload that it scales. */
const scaled: Kind = {
  is: "configuration",
  uses: [
    {
      at: "spec.triggers[].authenticationRef",
      kinds: ["TriggerAuthentication", "ClusterTriggerAuthentication"],
      name: "name",
    },
  ],
  literals: ["spec.triggers[].metadata.*"],
};

const authentication: Kind = {
  is: "configuration",
  secrets: [
    "spec.secretTargetRef[]",
    "spec.{azureKeyVault,awsSecretManager,gcpSecretManager}.credentials.*.valueFrom.secretKeyRef",
  ],
  literals: ["spec.hashiCorpVault.credential.token"],
};

/** Source: keda.sh/docs, concepts/authentication, authentication-providers/hashicorp-vault, operate/cluster, deploy. */
export default product(
  "keda.sh",
  {
    ScaledObject: { ...scaled, usedByOperatorFor: "spec.scaleTargetRef" },
    ScaledJob: { ...scaled, usedByOperatorFor: "" },
    TriggerAuthentication: authentication,
    ClusterTriggerAuthentication: { ...authentication, isClusterWide: true },
  },
  {
    label: "KEDA",
    // KEDA's own, and Bitnami's.
    images: ["keda", "keda-operator"],
    namespace: "keda",
    secretNamespace: "KEDA_CLUSTER_OBJECT_NAMESPACE",
  },
);
