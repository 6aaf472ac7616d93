/** Kinds whose values are read as those of a chart; what looks like a pod's spec in them is none. */
export const chartKinds: readonly string[] = [
  "argoproj.io/Application",
  "argoproj.io/ApplicationSet",
  "helm.toolkit.fluxcd.io/HelmRelease",
  "helm.cattle.io/HelmChart",
  "helm.cattle.io/HelmChartConfig",
];

/** Kinds of tasks, agents and servers that an operator runs, whose containers stand in places of their own. */
export const taskKinds: readonly string[] = [
  "argoproj.io/Workflow",
  "argoproj.io/WorkflowTemplate",
  "argoproj.io/ClusterWorkflowTemplate",
  "argoproj.io/CronWorkflow",
  "tekton.dev/Task",
  "tekton.dev/ClusterTask",
  "tekton.dev/TaskRun",
  "tekton.dev/Pipeline",
  "tekton.dev/PipelineRun",
  "kagent.dev/Agent",
  "kagent.dev/SandboxAgent",
  "kagent.dev/MCPServer",
  "kagent.dev/RemoteMCPServer",
  "toolhive.stacklok.dev/MCPServer",
  "toolhive.stacklok.dev/MCPRemoteProxy",
  "toolhive.stacklok.dev/VirtualMCPServer",
  "serving.kserve.io/InferenceService",
  "serving.kserve.io/LLMInferenceService",
  "sparkoperator.k8s.io/SparkApplication",
  "sparkoperator.k8s.io/ScheduledSparkApplication",
  "sparkoperator.k8s.io/SparkConnect",
  "flink.apache.org/FlinkDeployment",
  "opentelemetry.io/OpenTelemetryCollector",
  "monitoring.coreos.com/Prometheus",
  "monitoring.coreos.com/PrometheusAgent",
  "monitoring.coreos.com/Alertmanager",
  "monitoring.coreos.com/ThanosRuler",
];
