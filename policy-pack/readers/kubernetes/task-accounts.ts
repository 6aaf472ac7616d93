import type { Fact, FactOf } from "../../../core/graph/fact";
import { k8sName } from "../../../core/graph/name";
import { listAt, read } from "../../../core/snapshot/read";
import { valueIn } from "../values";
import { atOf, sibling, type KubeObject } from "./object";
import { nameTextAt, textAt, waitingAt } from "./text";
import { mountingInPod } from "./tokens";

type Path = readonly [string, ...string[]];

/** Where a kind says whom its pods run as, and of what it is a run. */
interface Running {
  readonly accounts: readonly Path[];
  /** Specs of pods that are made as they stand, so that what names no account runs as the `default` one. */
  readonly pods?: readonly Path[];
  /** Lists whose items may say another for a part of it. */
  readonly parts?: readonly { readonly list: Path; readonly account: string }[];
  /** Where it names what it runs, of the same namespace, and of which kind that is where it does not say: all its runs are one workload. */
  readonly of?: { readonly kind: string; readonly path: Path };
}

/**
 * Kinds of tasks, agents and servers with a field for the account of their pods.
 *
 * What says none runs as what its operator is configured with, which is not known here.
 *
 * Source: argo-workflows.readthedocs.io/en/latest/fields (WorkflowSpec, Template); argoproj.github.io/argo-events (Sensor, EventSource); tekton.dev/docs/pipelines (TaskRun,
 * PipelineRun v1 and v1beta1); kagent.dev/docs, API reference (SharedDeploymentSpec); github.com/stacklok/toolhive, operator API;
 * kserve.github.io/website, API reference; github.com/kubeflow/spark-operator, docs/api-docs; Flink's operator, FlinkDeploymentSpec; OpenTelemetry's operator, OpenTelemetryCollectorSpec; prometheus-operator.dev, API reference.
 */
const running: Readonly<Record<string, Running>> = {
  "argoproj.io/Workflow": {
    accounts: [["spec", "serviceAccountName"]],
    parts: [{ list: ["spec", "templates"], account: "serviceAccountName" }],
    of: { kind: "WorkflowTemplate", path: ["spec", "workflowTemplateRef"] },
  },
  "argoproj.io/CronWorkflow": {
    accounts: [["spec", "workflowSpec", "serviceAccountName"]],
    parts: [{ list: ["spec", "workflowSpec", "templates"], account: "serviceAccountName" }],
    of: { kind: "WorkflowTemplate", path: ["spec", "workflowSpec", "workflowTemplateRef"] },
  },
  "argoproj.io/WorkflowTemplate": {
    accounts: [["spec", "serviceAccountName"]],
    parts: [{ list: ["spec", "templates"], account: "serviceAccountName" }],
  },
  "argoproj.io/Sensor": { accounts: [["spec", "template", "serviceAccountName"]] },
  "argoproj.io/EventSource": { accounts: [["spec", "template", "serviceAccountName"]] },
  "tekton.dev/TaskRun": {
    accounts: [["spec", "serviceAccountName"]],
    of: { kind: "Task", path: ["spec", "taskRef"] },
  },
  "tekton.dev/PipelineRun": {
    accounts: [
      ["spec", "taskRunTemplate", "serviceAccountName"],
      ["spec", "serviceAccountName"],
    ],
    parts: [
      { list: ["spec", "taskRunSpecs"], account: "serviceAccountName" },
      { list: ["spec", "taskRunSpecs"], account: "taskServiceAccountName" },
    ],
    of: { kind: "Pipeline", path: ["spec", "pipelineRef"] },
  },
  "kagent.dev/Agent": {
    accounts: [
      ["spec", "declarative", "deployment", "serviceAccountName"],
      ["spec", "byo", "deployment", "serviceAccountName"],
    ],
  },
  "toolhive.stacklok.dev/MCPServer": { accounts: [["spec", "serviceAccount"]] },
  "toolhive.stacklok.dev/MCPRemoteProxy": { accounts: [["spec", "serviceAccount"]] },
  "toolhive.stacklok.dev/VirtualMCPServer": { accounts: [["spec", "serviceAccount"]] },
  "serving.kserve.io/InferenceService": {
    accounts: [
      ["spec", "predictor", "serviceAccountName"],
      ["spec", "transformer", "serviceAccountName"],
      ["spec", "explainer", "serviceAccountName"],
    ],
  },
  "serving.kserve.io/LLMInferenceService": {
    accounts: [
      ["spec", "template", "serviceAccountName"],
      ["spec", "worker", "serviceAccountName"],
      ["spec", "prefill", "template", "serviceAccountName"],
      ["spec", "prefill", "worker", "serviceAccountName"],
    ],
  },
  "sparkoperator.k8s.io/SparkApplication": {
    accounts: [
      ["spec", "driver", "serviceAccount"],
      ["spec", "executor", "serviceAccount"],
    ],
  },
  "sparkoperator.k8s.io/ScheduledSparkApplication": {
    accounts: [
      ["spec", "template", "driver", "serviceAccount"],
      ["spec", "template", "executor", "serviceAccount"],
    ],
  },
  "sparkoperator.k8s.io/SparkConnect": {
    accounts: [["spec", "executor", "template", "spec", "serviceAccountName"]],
    pods: [["spec", "server", "template", "spec"]],
  },
  "flink.apache.org/FlinkDeployment": { accounts: [["spec", "serviceAccount"]] },
  "opentelemetry.io/OpenTelemetryCollector": { accounts: [["spec", "serviceAccount"]] },
  "monitoring.coreos.com/Prometheus": { accounts: [["spec", "serviceAccountName"]] },
  "monitoring.coreos.com/PrometheusAgent": { accounts: [["spec", "serviceAccountName"]] },
  "monitoring.coreos.com/Alertmanager": { accounts: [["spec", "serviceAccountName"]] },
  "monitoring.coreos.com/ThanosRuler": { accounts: [["spec", "serviceAccountName"]] },
};

/** Whom the pods of a task or an agent run as, where it says so. */
export function* taskAccounts(object: KubeObject): Iterable<Fact> {
  const run = running[`${object.group}/${object.kind}`];
  if (run === undefined) return;
  yield* ofWhat(object, run);
  for (const path of run.accounts)
    yield* runsAs(object, path.join("."), textAt(object.body, ...path));
  for (const path of run.pods ?? []) yield* podRunsAs(object, path);
  for (const { list, account } of run.parts ?? []) {
    const dependsOn = waitingAt(object.body, ...list);
    if (dependsOn !== undefined) {
      yield* runsAs(object, list.join("."), { kind: "unknown", dependsOn, secret: false });
    }
    for (const [index, part] of listAt(object.body, ...list).entries()) {
      yield* runsAs(object, `${list.join(".")}[${index}].${account}`, textAt(part, account));
    }
  }
}

function* ofWhat(object: KubeObject, { of }: Running): Iterable<Fact> {
  const { cluster, namespace } = object;
  const name = of === undefined ? undefined : nameTextAt(object.body, ...of.path, "name");
  if (of === undefined || name === undefined || namespace.kind === "unknown") return;
  const kind = nameTextAt(object.body, ...of.path, "kind") ?? of.kind;
  const also = k8sName(cluster, namespace.text, kind, name);
  yield {
    kind: "alias",
    at: atOf(object, [...of.path, "name"].join(".")),
    thing: object.thing,
    also,
  };
}

/** Whom a pod runs as by its spec, of which nothing has to be there. */
function* podRunsAs(object: KubeObject, path: Path): Iterable<Fact> {
  const at = `${path.join(".")}.serviceAccountName`;
  const spec = valueIn(read(object.body, ...path)) ?? {};
  const mounts = mountingInPod(spec);
  // `serviceAccount` is the deprecated spelling, which the API server still takes.
  for (const spelling of ["serviceAccountName", "serviceAccount"]) {
    const named = [...runsAs(object, at, textAt(spec, spelling), mounts)];
    yield* named;
    if (named.length > 0) return;
  }
  yield* runsAs(object, at, { kind: "text", text: "default", secret: false }, mounts);
}

function* runsAs(
  object: KubeObject,
  property: string,
  name: ReturnType<typeof textAt>,
  mounts: FactOf<"runs-as">["mounts"] = { kind: "unset" },
): Iterable<Fact> {
  if (name.kind === "absent" || (name.kind === "text" && name.text === "")) return;
  yield {
    kind: "runs-as",
    at: atOf(object, property),
    workload: object.thing,
    identity: sibling(object, "ServiceAccount", name),
    how: "ServiceAccount",
    isDefault: name.kind === "text" && name.text === "default",
    mounts,
  };
}
