import { secretReferenceTester, variable } from "../support/secret-reference";

secretReferenceTester(
  {
    kind: "serving.kserve.io/v1beta1 InferenceService",
    at: "spec.predictor.model.env[0].valueFrom.secretKeyRef",
    spec: (key) => `{ predictor: { model: { env: [${variable(key)}] } } }`,
  },
  {
    kind: "serving.kserve.io/v1alpha1 LLMInferenceService",
    at: "spec.template.containers[0].env[0].valueFrom.secretKeyRef",
    spec: (key) => `{ template: { containers: [{ name: main, env: [${variable(key)}] }] } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1beta2 SparkApplication",
    at: "spec.driver.env[0].valueFrom.secretKeyRef",
    spec: (key) => `{ driver: { env: [${variable(key)}] } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1beta2 SparkApplication",
    at: "spec.executor.envSecretKeyRefs.DESK_TOKEN",
    spec: (key) =>
      `{ executor: { envSecretKeyRefs: { DESK_TOKEN: { name: desk, key: ${key} } } } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1alpha1 SparkConnect",
    at: "spec.server.template.spec.containers[0].env[0].valueFrom.secretKeyRef",
    spec: (key) =>
      `{ server: { template: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } } }`,
  },
  {
    kind: "sources.knative.dev/v1 KafkaSource",
    at: "spec.net.sasl.password.secretKeyRef",
    spec: (key) => `{ net: { sasl: { password: { secretKeyRef: { name: desk, key: ${key} } } } } }`,
  },
  {
    kind: "flink.apache.org/v1beta1 FlinkDeployment",
    at: "spec.podTemplate.spec.containers[0].env[0].valueFrom.secretKeyRef",
    spec: (key) =>
      `{ podTemplate: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } }`,
  },
  {
    kind: "opentelemetry.io/v1beta1 OpenTelemetryCollector",
    at: "spec.env[0].valueFrom.secretKeyRef",
    spec: (key) => `{ env: [${variable(key)}] }`,
  },
  {
    kind: "monitoring.coreos.com/v1 Prometheus",
    at: "spec.remoteWrite[0].basicAuth.password",
    spec: (key) =>
      `{ remoteWrite: [{ basicAuth: { username: { name: desk, key: user }, password: { name: desk, key: ${key} } } }] }`,
  },
);
