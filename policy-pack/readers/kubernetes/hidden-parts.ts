import { entriesAt, listAt, read } from "../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import type { KubeObject } from "./object";

/** A part of an object of which a preview knows nothing. */
export interface HiddenPart {
  readonly path: string;
  readonly dependsOn: readonly Urn[];
}

const pipelineTasks = ["spec.tasks[].taskSpec", "spec.finally[].taskSpec"];
/** What workflows of Argo run, of which each may be a template that is named. */
const steps = ["templates[].steps[][]", "templates[].dag.tasks[]"];
/** Of a template for others also which of its parts a step runs: only those are given to whoever takes that. */
const shownSteps = steps.flatMap((path) =>
  ["template", "onExit", "hooks.*.template"].map((step) => `spec.${path}.${step}`),
);
/** Where KEDA has credentials: Secrets that are named, and those by which it asks a store. */
const triggerSecrets = [
  "spec.secretTargetRef",
  ...["azureKeyVault", "awsSecretManager", "gcpSecretManager"].map(
    (store) => `spec.${store}.credentials.*.valueFrom.secretKeyRef`,
  ),
];
const headers = "spec.headerForward.addHeadersFromSecret[]";
const requested = ["basicAuth", "authorization", "oauth2", "sigv4"];
const sparkPods = ["driver", "executor"].map((pod) => `${pod}.envSecretKeyRefs`);
const prometheus = ["remoteWrite", "remoteRead"].flatMap((list) =>
  requested.map((way) => `spec.${list}[].${way}`),
);

/**
 * The parts of tasks, agents and servers in which what their pods are given stands, as far as it is not a part that is told
 * of by itself (containers, variables, volumes). What such a part stands in may be as unknown.
 *
 * Source: argo-workflows.readthedocs.io/fields; tekton.dev/docs/pipelines; kagent.dev/docs, API reference; github.com/stacklok/toolhive, operator API;
 * kserve.github.io/website, API reference; github.com/kubeflow/spark-operator, docs/api-docs; Flink's operator, FlinkDeploymentSpec; prometheus-operator.dev, API reference;
 * keda.sh/docs, concepts/authentication.
 */
const giving: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io/Workflow": steps.map((path) => `spec.${path}`),
  "argoproj.io/WorkflowTemplate": shownSteps,
  "argoproj.io/ClusterWorkflowTemplate": shownSteps,
  "argoproj.io/CronWorkflow": steps.map((path) => `spec.workflowSpec.${path}`),
  "tekton.dev/Task": ["spec.steps[]", "spec.sidecars[]"],
  "tekton.dev/ClusterTask": ["spec.steps[]", "spec.sidecars[]"],
  "tekton.dev/TaskRun": ["spec.taskSpec", "spec.workspaces[]"],
  "tekton.dev/Pipeline": pipelineTasks,
  "tekton.dev/PipelineRun": [
    "spec.workspaces[]",
    ...pipelineTasks.map((path) => path.replace("spec.", "spec.pipelineSpec.")),
  ],
  "kagent.dev/Agent": ["spec"],
  "kagent.dev/SandboxAgent": ["spec"],
  "kagent.dev/RemoteMCPServer": ["spec.headersFrom[]"],
  "toolhive.stacklok.dev/MCPServer": ["spec.secrets[]", headers],
  "toolhive.stacklok.dev/MCPRemoteProxy": [headers],
  "toolhive.stacklok.dev/VirtualMCPServer": ["spec.incomingAuth", "spec.outgoingAuth"],
  "toolhive.stacklok.dev/MCPServerEntry": [headers],
  "toolhive.stacklok.dev/MCPExternalAuthConfig": [
    "spec.tokenExchange",
    "spec.headerInjection",
    "spec.bearerToken",
    "spec.embeddedAuthServer",
  ],
  "toolhive.stacklok.dev/MCPOIDCConfig": ["spec.inline"],
  "toolhive.stacklok.dev/MCPTelemetryConfig": ["spec.openTelemetry"],
  "toolhive.stacklok.dev/MCPWebhookConfig": ["spec.validating[]", "spec.mutating[]"],
  "keda.sh/TriggerAuthentication": triggerSecrets,
  "keda.sh/ClusterTriggerAuthentication": triggerSecrets,
  "serving.kserve.io/InferenceService": ["spec.predictor", "spec.transformer", "spec.explainer"],
  "serving.kserve.io/LLMInferenceService": [
    "spec.template",
    "spec.worker",
    "spec.prefill.template",
    "spec.prefill.worker",
  ],
  "sparkoperator.k8s.io/SparkApplication": sparkPods.map((path) => `spec.${path}`),
  "sparkoperator.k8s.io/ScheduledSparkApplication": sparkPods.map(
    (path) => `spec.template.${path}`,
  ),
  "sparkoperator.k8s.io/SparkConnect": ["spec.server.template.spec", "spec.executor.template.spec"],
  "flink.apache.org/FlinkDeployment": [
    "spec.podTemplate.spec",
    "spec.jobManager.podTemplate.spec",
    "spec.taskManager.podTemplate.spec",
  ],
  "monitoring.coreos.com/Prometheus": prometheus,
  "monitoring.coreos.com/PrometheusAgent": prometheus,
  "monitoring.coreos.com/Alertmanager": ["spec"],
  "monitoring.coreos.com/ThanosRuler": ["spec"],
};

/** Where an object of a task, an agent or a server hides what its pods are given; each place once, the outermost alone. */
export function hiddenParts({ group, kind, body }: KubeObject): readonly HiddenPart[] {
  return hiddenAt(
    body,
    (giving[`${group}/${kind}`] ?? []).map((path) => path.replaceAll("[]", ".[]").split(".")),
  );
}

/**
 * The unknown values on the way to places in a value; each once, the outermost alone.
 *
 * @param paths steps to each place; `[]` is each item of a list, `*` each of a list or a map
 */
export function hiddenAt(
  value: Value,
  paths: readonly (readonly string[])[],
): readonly HiddenPart[] {
  const found = paths.flatMap((path) => [...unknownOn(value, path, "")]);
  return [...new Map(found.map((part) => [part.path, part])).values()];
}

function* unknownOn(
  value: Value,
  [step, ...rest]: readonly string[],
  path: string,
): Iterable<HiddenPart> {
  if (value instanceof Unknown) {
    yield { path, dependsOn: value.dependsOn };
  } else if (step === "[]" || step === "*") {
    for (const [index, item] of listAt(value).entries()) {
      yield* unknownOn(item, rest, `${path}[${index}]`);
    }
    if (step === "[]") return;
    for (const [name, item] of entriesAt(value)) yield* unknownOn(item, rest, `${path}.${name}`);
  } else if (step !== undefined) {
    const at = path === "" ? step : `${path}.${step}`;
    const found = read(value, step);
    if (found.kind === "unknown") yield { path: at, dependsOn: found.dependsOn };
    else if (found.kind === "present") yield* unknownOn(found.value, rest, at);
    else if (found.kind === "secret") yield* unknownOn(found.secret, rest, at);
  }
}
