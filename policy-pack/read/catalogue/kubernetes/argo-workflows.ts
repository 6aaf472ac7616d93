import { product, type Kind } from "../product";

/** What workflows run, each of which may be a template that is named. */
const steps = "templates[].{steps[][],dag.tasks[]}";
const template = "{template,onExit,hooks.*.template}";

const references: Pick<Kind, "secrets" | "literals"> = {
  secrets: [{ at: "spec.**.{*Secret,password}", through: "args" }],
  literals: [{ at: "spec.**.{parameters,headers}[]", under: "name", text: "{value,default}" }],
};

function workflowAt(at: string): Kind {
  return {
    is: "workload",
    runsAs: `${at}.{,templates[].}serviceAccountName`,
    runOf: { at: `${at}.workflowTemplateRef`, kind: "WorkflowTemplate" },
    receives: `${at}.${steps}`,
    ...references,
  };
}

/** Of a template also the part that a step runs: what runs the step receives only this part. */
const shown: Kind = { is: "template", receives: `spec.${steps}.${template}`, ...references };

/** Source: argo-workflows.readthedocs.io/en/latest/fields (WorkflowSpec, CronWorkflowSpec, Template). */
export default product("argoproj.io", {
  Workflow: workflowAt("spec"),
  CronWorkflow: workflowAt("spec.workflowSpec"),
  WorkflowTemplate: { ...shown, runsAs: "spec.{,templates[].}serviceAccountName" },
  ClusterWorkflowTemplate: { ...shown, isClusterWide: true },
});
