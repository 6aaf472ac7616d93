import { product, type Kind } from "../product";

const parts: Pick<Kind, "uses" | "literals"> = {
  uses: [{ at: "spec.**.steps[].ref", kinds: "StepAction", name: "name" }],
  literals: [{ at: "spec.**.params[]", under: "name", text: "{value,default}" }],
};

const task: Kind = { is: "template", receives: "spec.{steps,sidecars}[]", ...parts };

/** Source: tekton.dev/docs/pipelines (Task, TaskRun, Pipeline, PipelineRun v1 and v1beta1). */
export default product("tekton.dev", {
  Task: task,
  ClusterTask: { ...task, isClusterWide: true },
  Pipeline: { is: "template", receives: "spec.{tasks,finally}[].taskSpec", ...parts },
  TaskRun: {
    is: "workload",
    runsAs: "spec.serviceAccountName",
    runOf: { at: "spec.taskRef", kind: "Task" },
    receives: "spec.{taskSpec,workspaces[]}",
    ...parts,
  },
  PipelineRun: {
    is: "workload",
    runsAs: [
      "spec.{taskRunTemplate.,}serviceAccountName",
      "spec.taskRunSpecs[].{serviceAccountName,taskServiceAccountName}",
    ],
    runOf: { at: "spec.pipelineRef", kind: "Pipeline" },
    receives: "spec.{workspaces[],pipelineSpec.{tasks,finally}[].taskSpec}",
    ...parts,
  },
  StepAction: { is: "configuration", containers: "spec" },
});
