import { groupInType, isCustomGroup, kindInType } from "./object";

/** Groups whose objects say what others may look like, so that what stands in them is given to nobody. */
const patterns =
  /(?:^|\.)(?:kyverno\.io|gatekeeper\.sh|kubewarden\.io|apiextensions\.crossplane\.io|pkg\.crossplane\.io)$/;

/** Kinds of which a text is a query or a picture. */
const texts = new Set(["GrafanaDashboard", "GrafanaAlertRuleGroup", "PrometheusRule", "VMRule"]);

/** Whether objects of a type are what operators are told to run: custom ones that are no patterns, queries or pictures. */
export function isOperated(type: string): boolean {
  if (!type.startsWith("kubernetes:")) return false;
  const group = groupInType(type);
  return isCustomGroup(group) && !patterns.test(group) && !texts.has(kindInType(type));
}

/** A Secret that an operator gives to what it runs, other than by variables and volumes. */
export interface GivenSecret {
  /** Steps to it in the object; `*` is each item of a list, or each value of a map. */
  readonly path: readonly string[];
  /** Where in it the Secret's name stands, and the key; nothing where it is the name itself. */
  readonly name?: string;
  readonly key?: string;
  /** Whether a text says which it is, as `secret:crm/token@/etc/crm`. */
  readonly isMount?: true;
  /** Whether it is the credential that what is run checks itself. */
  readonly isChecked?: true;
}

const named = (...path: readonly string[]): GivenSecret => ({ path, name: "name" });
const keyed = (...path: readonly string[]): GivenSecret => ({ path, name: "name", key: "key" });
const checked = (...path: readonly string[]): GivenSecret => ({
  path,
  name: "name",
  isChecked: true,
});

/** Keys of a store of objects, as CloudNativePG's backups name them. */
const barman = ["s3Credentials", "azureCredentials", "googleCredentials"].map((way) =>
  keyed("spec", "backup", "barmanObjectStore", way, "*"),
);

/**
 * Secrets by the places that kinds have for them.
 *
 * Source: the definitions of the kinds: cloudnative-pg.io (Cluster, Pooler), keycloak.org (Keycloak), github.com/alexandrevilain/temporal-operator
 * (TemporalCluster), ray-project/kuberay (RayCluster, RayService, RayJob), kubeflow/trainer (TrainJob), vllm-project/production-stack (VLLMRuntime, VLLMRouter),
 * ai-dynamo/dynamo (DynamoGraphDeployment), kaito-project/kaito (RAGEngine, Workspace), strimzi.io (KafkaConnect, KafkaMirrorMaker2, KafkaBridge),
 * grafana/grafana-operator (Grafana), zilliztech/milvus-operator (Milvus), argoproj/argo-events (EventSource, Sensor),
 * SeldonIO/seldon-core (SeldonDeployment, Model), knative.dev (KafkaSource, GitHubSource), actions/actions-runner-controller (AutoscalingRunnerSet),
 * openfaas/faas-netes and fission/fission (Function), numaproj/numaflow (Pipeline, MonoVertex), k8sgpt-ai/k8sgpt-operator (K8sGPT),
 * camel.apache.org/camel-k (Integration, Pipe: mount trait).
 */
export const givenSecrets: Readonly<Record<string, readonly GivenSecret[]>> = {
  "postgresql.cnpg.io/Cluster": [
    ...barman,
    keyed("spec", "externalClusters", "*", "password"),
    checked("spec", "superuserSecret"),
    checked("spec", "bootstrap", "initdb", "secret"),
    checked("spec", "managed", "roles", "*", "passwordSecret"),
  ],
  "k8s.keycloak.org/Keycloak": [keyed("spec", "db", "passwordSecret")],
  "temporal.io/TemporalCluster": [
    keyed("spec", "persistence", "*", "passwordSecretRef"),
    keyed("spec", "persistence", "*", "sql", "passwordSecretRef"),
  ],
  "ray.io/RayCluster": [
    keyed("spec", "gcsFaultToleranceOptions", "redisPassword", "valueFrom", "secretKeyRef"),
  ],
  "ray.io/RayService": [
    keyed(
      "spec",
      "rayClusterConfig",
      "gcsFaultToleranceOptions",
      "redisPassword",
      "valueFrom",
      "secretKeyRef",
    ),
  ],
  "trainer.kubeflow.org/TrainJob": [
    named("spec", "initializer", "dataset", "secretRef"),
    named("spec", "initializer", "model", "secretRef"),
  ],
  "production-stack.vllm.ai/VLLMRuntime": [named("spec", "model", "hfTokenSecret")],
  "nvidia.com/DynamoGraphDeployment": [
    { path: ["spec", "services", "*", "envFromSecret"] },
    { path: ["spec", "envFromSecret"] },
  ],
  "nvidia.com/DynamoComponentDeployment": [{ path: ["spec", "envFromSecret"] }],
  // Which has no `spec`.
  "kaito.sh/Workspace": [{ path: ["inference", "preset", "presetOptions", "modelAccessSecret"] }],
  "kaito.sh/RAGEngine": [
    { path: ["spec", "inferenceService", "accessSecret"] },
    { path: ["spec", "embedding", "remote", "accessSecret"] },
  ],
  "kafka.strimzi.io/KafkaConnect": strimzi("spec"),
  "kafka.strimzi.io/KafkaBridge": strimzi("spec"),
  "kafka.strimzi.io/KafkaMirrorMaker2": [
    ...strimzi("spec", "clusters", "*"),
    ...strimzi("spec", "target"),
    ...strimzi("spec", "mirrors", "*", "source"),
  ],
  "argoproj.io/EventSource": [
    ...["github", "gitlab"].flatMap((host) => [
      keyed("spec", host, "*", "apiToken"),
      keyed("spec", host, "*", "accessToken"),
    ]),
    keyed("spec", "slack", "*", "token"),
    ...["sqs", "sns"].map((service) => keyed("spec", service, "*", "secretKey")),
    keyed("spec", "minio", "*", "secretKey"),
    keyed("spec", "amqp", "*", "auth", "password"),
    keyed("spec", "nats", "*", "auth", "token"),
    keyed("spec", "redis", "*", "password"),
    keyed("spec", "kafka", "*", "sasl", "passwordSecret"),
  ],
  "argoproj.io/Sensor": [
    keyed("spec", "triggers", "*", "template", "slack", "slackToken"),
    keyed("spec", "triggers", "*", "template", "awsLambda", "secretKey"),
    keyed("spec", "triggers", "*", "template", "http", "basicAuth", "password"),
    keyed(
      "spec",
      "triggers",
      "*",
      "template",
      "http",
      "secureHeaders",
      "*",
      "valueFrom",
      "secretKeyRef",
    ),
    keyed("spec", "triggers", "*", "template", "kafka", "sasl", "passwordSecret"),
  ],
  "numaflow.numaproj.io/Pipeline": numaflow("spec", "vertices", "*"),
  "numaflow.numaproj.io/MonoVertex": numaflow("spec"),
  "camel.apache.org/Integration": mounted("spec"),
  "camel.apache.org/Pipe": mounted("spec", "integration"),
  "core.k8sgpt.ai/K8sGPT": [
    keyed("spec", "ai", "secret"),
    named("spec", "remoteCache", "credentials"),
    keyed("spec", "sink", "secret"),
  ],
  "mlops.seldon.io/Model": [{ path: ["spec", "secretName"] }],
  "sources.knative.dev/KafkaSource": [
    keyed("spec", "net", "sasl", "password", "secretKeyRef"),
    keyed("spec", "net", "tls", "key", "secretKeyRef"),
  ],
  "sources.knative.dev/GitHubSource": [keyed("spec", "accessToken", "secretKeyRef")],
  "actions.github.com/AutoscalingRunnerSet": [{ path: ["spec", "githubConfigSecret"] }],
  "openfaas.com/Function": [{ path: ["spec", "secrets", "*"] }],
  "fission.io/Function": [named("spec", "secrets", "*")],
  "machinelearning.seldon.io/SeldonDeployment": [
    { path: ["spec", "predictors", "*", "graph", "envSecretRefName"] },
    { path: ["spec", "predictors", "*", "graph", "children", "*", "envSecretRefName"] },
  ],
  "milvus.io/Milvus": [{ path: ["spec", "dependencies", "storage", "secretRef"] }],
};

/** What a vertex asks where it reads from and writes to; a source of HTTP checks its token itself. */
function numaflow(...at: readonly string[]): readonly GivenSecret[] {
  return [["source"], ["sink"], ["sink", "fallback"]].flatMap((end) => [
    keyed(...at, ...end, "kafka", "sasl", "*", "passwordSecret"),
    keyed(...at, ...end, "kafka", "sasl", "*", "keytabSecret"),
    ...["nats", "jetstream", "pulsar"].flatMap((bus) => [
      keyed(...at, ...end, bus, "auth", "token"),
      keyed(...at, ...end, bus, "auth", "nkey"),
      keyed(...at, ...end, bus, "auth", "basic", "password"),
    ]),
  ]);
}

function mounted(...at: readonly string[]): readonly GivenSecret[] {
  return ["configs", "resources"].map((list) => ({
    path: [...at, "traits", "mount", list, "*"],
    isMount: true,
  }));
}

function strimzi(...at: readonly string[]): readonly GivenSecret[] {
  const of = (way: string, key: string): GivenSecret => ({
    path: [...at, "authentication", way],
    name: "secretName",
    key,
  });
  return [
    of("passwordSecret", "password"),
    of("clientSecret", "key"),
    of("accessToken", "key"),
    of("certificateAndKey", "key"),
  ];
}
