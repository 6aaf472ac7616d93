import { listAt, read } from "../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../core/snapshot/value";
import type { KubeObject } from "./object";

/** A part of an object of which a preview knows nothing. */
export interface HiddenPart {
  readonly path: string;
  readonly waitsFor: readonly Urn[];
}

const pipelineTasks = ["spec.tasks[].taskSpec", "spec.finally[].taskSpec"];
const asked = ["basicAuth", "authorization", "oauth2", "sigv4"];
const sparkPods = ["driver", "executor"].map((pod) => `${pod}.envSecretKeyRefs`);
const prometheus = ["remoteWrite", "remoteRead"].flatMap((list) =>
  asked.map((way) => `spec.${list}[].${way}`),
);

/**
 * The parts of tasks, agents and servers in which what their pods are given stands, as far as it is not a part that is told
 * of by itself (containers, variables, volumes). What such a part stands in may be as unknown.
 *
 * Source: argo-workflows.readthedocs.io/fields; tekton.dev/docs/pipelines; kagent.dev/docs, API reference; github.com/stacklok/toolhive, operator API;
 * kserve.github.io/website, API reference; github.com/kubeflow/spark-operator, docs/api-docs; Flink's operator, FlinkDeploymentSpec; prometheus-operator.dev, API reference.
 */
const giving: Readonly<Record<string, readonly string[]>> = {
  "argoproj.io/Workflow": ["spec.templates[]"],
  "argoproj.io/WorkflowTemplate": ["spec.templates[]"],
  "argoproj.io/ClusterWorkflowTemplate": ["spec.templates[]"],
  "argoproj.io/CronWorkflow": ["spec.workflowSpec.templates[]"],
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
  "toolhive.stacklok.dev/MCPServer": ["spec.secrets[]"],
  "toolhive.stacklok.dev/MCPRemoteProxy": ["spec"],
  "toolhive.stacklok.dev/VirtualMCPServer": ["spec"],
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
  const paths = giving[`${group}/${kind}`] ?? [];
  const found = paths.flatMap((path) => [...unknownOn(body, path.split("."), "")]);
  return [...new Map(found.map((part) => [part.path, part])).values()];
}

/** The unknown values on the way into a value. */
function* unknownOn(
  value: Value,
  [step, ...rest]: readonly string[],
  path: string,
): Iterable<HiddenPart> {
  if (step === undefined) return;
  const name = step.replace("[]", "");
  const at = path === "" ? name : `${path}.${name}`;
  const found = read(value, name);
  if (found.kind === "unknown") yield { path: at, waitsFor: found.waitsFor };
  else if (step.endsWith("[]")) {
    for (const [index, item] of listAt(value, name).entries()) {
      if (item instanceof Unknown) yield { path: `${at}[${index}]`, waitsFor: item.waitsFor };
      else yield* unknownOn(item, rest, `${at}[${index}]`);
    }
  } else if (found.kind === "present") yield* unknownOn(found.value, rest, at);
  else if (found.kind === "secret") yield* unknownOn(found.secret, rest, at);
}
