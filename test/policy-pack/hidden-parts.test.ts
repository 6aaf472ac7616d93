import type { Value } from "../../core/snapshot/value";
import noSharedIdentity from "../../policy-pack/rules/no-shared-identity";
import noSharedSecret from "../../policy-pack/rules/no-shared-secret";
import { outputOf, resource, urnOf } from "../support/resources";
import { ruleTester } from "../support/rule-tester";

const hidden = outputOf(urnOf("t:index:Config", "config"));

function object(kind: string, spec: Value) {
  return resource(`kubernetes:${kind}`, "acme/own", {
    metadata: { namespace: "acme", name: "own" },
    spec,
  });
}

const models = "serving.kserve.io/v1beta1:InferenceService";
const largeModels = "serving.kserve.io/v1alpha1:LLMInferenceService";
const programs = "flink.apache.org/v1beta1:FlinkDeployment";
const spark = "sparkoperator.k8s.io/v1beta2:SparkApplication";
const scheduledSpark = "sparkoperator.k8s.io/v1beta2:ScheduledSparkApplication";
const connectedSpark = "sparkoperator.k8s.io/v1alpha1:SparkConnect";
const monitors = "monitoring.coreos.com/v1:Prometheus";
const workflows = "argoproj.io/v1alpha1:Workflow";

/** What an operator runs, with a part that hides what it is given. */
const giving: readonly (readonly [kind: string, spec: Value, at: string])[] = [
  [models, hidden, "spec"],
  [models, { predictor: hidden }, "spec.predictor"],
  [models, { predictor: { minReplicas: 1 }, transformer: hidden }, "spec.transformer"],
  [largeModels, { prefill: { worker: hidden } }, "spec.prefill.worker"],
  [spark, hidden, "spec"],
  [spark, { driver: { envSecretKeyRefs: hidden } }, "spec.driver.envSecretKeyRefs"],
  [spark, { executor: { envSecretKeyRefs: hidden } }, "spec.executor.envSecretKeyRefs"],
  [
    scheduledSpark,
    { template: { executor: { envSecretKeyRefs: hidden } } },
    "spec.template.executor.envSecretKeyRefs",
  ],
  [connectedSpark, hidden, "spec"],
  [connectedSpark, { server: hidden }, "spec.server"],
  [connectedSpark, { server: { template: { spec: hidden } } }, "spec.server.template.spec"],
  [connectedSpark, { executor: { template: hidden } }, "spec.executor.template"],
  [programs, { podTemplate: { spec: hidden } }, "spec.podTemplate.spec"],
  [programs, { taskManager: { podTemplate: hidden } }, "spec.taskManager.podTemplate"],
  [monitors, { remoteWrite: hidden }, "spec.remoteWrite"],
  [monitors, { remoteWrite: [{ url: "u" }, hidden] }, "spec.remoteWrite[1]"],
  [monitors, { remoteRead: [{ basicAuth: hidden }] }, "spec.remoteRead[0].basicAuth"],
  [workflows, { templates: hidden }, "spec.templates"],
  ["tekton.dev/v1:Pipeline", { tasks: [{ taskSpec: hidden }] }, "spec.tasks[0].taskSpec"],
];

/** What is not known of them and gives them nothing. */
const apart: readonly (readonly [kind: string, spec: Value, what: string])[] = [
  [models, { predictor: { minReplicas: hidden, model: { storageUri: hidden } } }, "its size"],
  [largeModels, { replicas: hidden, template: { containers: [] } }, "its size"],
  [programs, { flinkVersion: hidden, podTemplate: { metadata: hidden } }, "its version"],
  [spark, { sparkVersion: hidden, driver: { cores: hidden } }, "its size"],
  [connectedSpark, { sparkVersion: hidden, executor: { instances: hidden } }, "its size"],
  [monitors, { retention: hidden, remoteWrite: [{ url: hidden }] }, "where it writes"],
  [workflows, { entrypoint: hidden, templates: [{ name: "main" }] }, "its first step"],
];

ruleTester(noSharedSecret, {
  accepts: apart.map(([kind, spec, what]) => ({
    name: `${kind} of which ${what} is not known`,
    resources: [object(kind, spec)],
  })),
  rejects: giving.map(([kind, spec, at]) => ({
    name: `as undetermined ${kind} whose ${at} is not known`,
    resources: [object(kind, spec)],
    findings: [
      {
        verdict: "undetermined",
        grade: "critical",
        about: "acme/own",
        holder: "acme/own",
        at: `acme/own: ${at}`,
        message: "undetermined: a preview cannot know which secret `acme/own` holds",
        waitsFor: ["config"],
      },
    ],
  })),
});

ruleTester(noSharedIdentity, {
  accepts: [
    {
      name: "a Workflow of which the image of a step is not known",
      resources: [
        object(workflows, { templates: [{ name: "main", container: { image: hidden } }] }),
      ],
    },
  ],
  rejects: [
    {
      name: "as undetermined a Workflow whose steps are not known, which may run as accounts of their own",
      resources: [object(workflows, { serviceAccountName: "own", templates: hidden })],
      findings: [
        {
          verdict: "undetermined",
          grade: "critical",
          about: "acme/own",
          holder: "acme/own",
          at: "acme/own: spec.templates",
          message: "undetermined: a preview cannot know which identity `acme/own` runs as",
          waitsFor: ["config"],
        },
      ],
    },
  ],
});
