import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { manifest } from "../support/resources";
import { ruleTester } from "../support/rule-tester";

/** A variable that has the given key of the Secret `desk`. */
function variable(key: string): string {
  return `{ name: DESK_TOKEN, valueFrom: { secretKeyRef: { name: desk, key: ${key} } } }`;
}

/** What an operator runs that is given a key of the Secret `desk`, each in the place that its kind has for it. */
const given: readonly {
  readonly kind: string;
  readonly at: string;
  readonly make: (key: string) => string;
}[] = [
  {
    kind: "serving.kserve.io/v1beta1 InferenceService",
    at: "spec.predictor.model.env[0].valueFrom.secretKeyRef",
    make: (key) => `{ predictor: { model: { env: [${variable(key)}] } } }`,
  },
  {
    kind: "serving.kserve.io/v1alpha1 LLMInferenceService",
    at: "spec.template.containers[0].env[0].valueFrom.secretKeyRef",
    make: (key) => `{ template: { containers: [{ name: main, env: [${variable(key)}] }] } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1beta2 SparkApplication",
    at: "spec.driver.env[0].valueFrom.secretKeyRef",
    make: (key) => `{ driver: { env: [${variable(key)}] } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1beta2 SparkApplication",
    at: "spec.executor.envSecretKeyRefs.DESK_TOKEN",
    make: (key) =>
      `{ executor: { envSecretKeyRefs: { DESK_TOKEN: { name: desk, key: ${key} } } } }`,
  },
  {
    kind: "sparkoperator.k8s.io/v1alpha1 SparkConnect",
    at: "spec.server.template.spec.containers[0].env[0].valueFrom.secretKeyRef",
    make: (key) =>
      `{ server: { template: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } } }`,
  },
  {
    kind: "sources.knative.dev/v1 KafkaSource",
    at: "spec.net.sasl.password.secretKeyRef",
    make: (key) => `{ net: { sasl: { password: { secretKeyRef: { name: desk, key: ${key} } } } } }`,
  },
  {
    kind: "flink.apache.org/v1beta1 FlinkDeployment",
    at: "spec.podTemplate.spec.containers[0].env[0].valueFrom.secretKeyRef",
    make: (key) =>
      `{ podTemplate: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } }`,
  },
  {
    kind: "opentelemetry.io/v1beta1 OpenTelemetryCollector",
    at: "spec.env[0].valueFrom.secretKeyRef",
    make: (key) => `{ env: [${variable(key)}] }`,
  },
  {
    kind: "monitoring.coreos.com/v1 Prometheus",
    at: "spec.remoteWrite[0].basicAuth.password",
    make: (key) =>
      `{ remoteWrite: [{ basicAuth: { username: { name: desk, key: user }, password: { name: desk, key: ${key} } } }] }`,
  },
];

function deployment(key: string): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: acme, name: agent }
spec: { template: { spec: { containers: [{ name: main, env: [${variable(key)}] }] } } }
`;
}

function object(kind: string, spec: string): string {
  const [apiVersion = "", name = ""] = kind.split(" ");
  return `
apiVersion: ${apiVersion}
kind: ${name}
metadata: { namespace: acme, name: own }
spec: ${spec}
`;
}

ruleTester(noSharedSecret, {
  accepts: given.map(({ kind, make }) => ({
    name: `${kind} that is given a key of its own`,
    resources: manifest([deployment("agent"), object(kind, make("own"))].join("---")),
  })),
  rejects: given.map(({ kind, at, make }) => ({
    name: `${kind} that is given the key of another`,
    resources: manifest([deployment("token"), object(kind, make("token"))].join("---")),
    findings: [
      {
        severity: "critical",
        about: "acme/desk",
        holder: "acme/agent",
        at: "acme/agent: spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef",
        message: "Secret `acme/desk[token]` is shared by 2 workloads",
        related: ["acme/own: uses this secret too"],
      },
      {
        severity: "critical",
        about: "acme/desk",
        holder: "acme/own",
        at: `acme/own: ${at}`,
        message: "Secret `acme/desk[token]` is shared by 2 workloads",
        related: ["acme/agent: uses this secret too"],
      },
    ],
  })),
});
