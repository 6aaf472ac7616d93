import noDefaultIdentity from "../../policy-pack/rules/no-default-identity";
import noSharedIdentity from "../../policy-pack/rules/no-shared-identity";
import type { Resource } from "../../core/snapshot/resource";
import { manifest, outputOf, resource, urnOf } from "../support/resources";
import { ruleTester } from "../support/rule-tester";

function workflow(name: string, spec: string): string {
  return `
apiVersion: argoproj.io/v1alpha1
kind: Workflow
metadata: { namespace: acme, name: ${name} }
spec: { entrypoint: main, ${spec} }
`;
}

function pipelineRun(name: string, pipeline: string, account: string): string {
  return `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: { namespace: acme, name: ${name} }
spec: { pipelineRef: { name: ${pipeline} }, taskRunTemplate: { serviceAccountName: ${account} } }
`;
}

/** A run of a pipeline that is not known, on the account `desk`. */
function openRun(name: string, pet = name): Resource {
  return resource("kubernetes:tekton.dev/v1:PipelineRun", `acme/${name}`, {
    apiVersion: "tekton.dev/v1",
    kind: "PipelineRun",
    metadata: { namespace: "acme", name },
    spec: {
      pipelineRef: { name: outputOf(urnOf("random:index/randomPet:RandomPet", pet)) },
      taskRunTemplate: { serviceAccountName: "desk" },
    },
  });
}

function agent(name: string, account: string): string {
  return `
apiVersion: kagent.dev/v1alpha2
kind: Agent
metadata: { namespace: acme, name: ${name} }
spec: { type: Declarative, declarative: { deployment: { serviceAccountName: ${account} } } }
`;
}

function toolServer(name: string, account: string): string {
  return `
apiVersion: toolhive.stacklok.dev/v1beta1
kind: MCPServer
metadata: { namespace: acme, name: ${name} }
spec: { image: acme/mcp, serviceAccount: ${account} }
`;
}

function served(name: string, spec: string): string {
  return `
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: { namespace: acme, name: ${name} }
spec: ${spec}
`;
}

function spark(name: string, driver: string, executor: string): string {
  return `
apiVersion: sparkoperator.k8s.io/v1beta2
kind: SparkApplication
metadata: { namespace: acme, name: ${name} }
spec: { driver: { serviceAccount: ${driver} }, executor: { serviceAccount: ${executor} } }
`;
}

function sparkConnect(name: string, pod?: string): string {
  return `
apiVersion: sparkoperator.k8s.io/v1alpha1
kind: SparkConnect
metadata: { namespace: acme, name: ${name} }
spec: { server: {${pod === undefined ? "" : ` template: { spec: { ${pod} } }`} }, executor: { instances: 1 } }
`;
}

function collector(name: string, account: string): string {
  return `
apiVersion: opentelemetry.io/v1beta1
kind: OpenTelemetryCollector
metadata: { namespace: acme, name: ${name} }
spec: { mode: deployment, serviceAccount: ${account} }
`;
}

function stack(...texts: readonly string[]) {
  return manifest(texts.join("---"));
}

const account = "serviceAccountName: desk";

/** The report on both where `a` and `b` run as `desk`, each at its own property. */
function shared(ofA: string, ofB = ofA) {
  const reported = (holder: string, other: string, property: string) => ({
    severity: "critical",
    about: "acme/desk",
    holder: `acme/${holder}`,
    at: `acme/${holder}: ${property}`,
    message: "ServiceAccount `acme/desk` is shared by 2 workloads",
    related: [`acme/${other}: runs as this identity too`],
  });
  return [reported("a", "b", ofA), reported("b", "a", ofB)];
}

/** The same, where both may be one workload, for what they wait. */
function perhapsOne(...dependsOn: readonly string[]) {
  return shared("spec.taskRunTemplate.serviceAccountName").map((reported, index) => ({
    ...reported,
    verdict: "undetermined" as const,
    related: [`acme/${index === 0 ? "b" : "a"}: may be the same workload`],
    dependsOn: dependsOn.toSorted(),
  }));
}

ruleTester(noSharedIdentity, {
  accepts: [
    {
      name: "two workflows that run as accounts of their own",
      resources: stack(
        workflow("a", "serviceAccountName: a"),
        workflow("b", "serviceAccountName: b"),
      ),
    },
    {
      name: "two runs of one pipeline",
      resources: stack(pipelineRun("a", "build", "desk"), pipelineRun("b", "build", "desk")),
    },
    {
      name: "two servers of tools of ToolHive on accounts of their own",
      resources: stack(toolServer("a", "a"), toolServer("b", "b")),
    },
    {
      name: "a model and its transformer on one account, which are one service of KServe",
      resources: stack(
        served(
          "a",
          "{ predictor: { serviceAccountName: desk, model: {} }, transformer: { serviceAccountName: desk } }",
        ),
      ),
    },
    {
      name: "driver and executors of one program of Spark",
      resources: stack(spark("a", "desk", "desk")),
    },
    {
      name: "two workflows of one template",
      resources: stack(
        workflow("a", `workflowTemplateRef: { name: report }, ${account}`),
        workflow("b", `workflowTemplateRef: { name: report }, ${account}`),
      ),
    },
    {
      name: "agents of which nothing says whom they run as",
      resources: stack(
        "apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata: { namespace: acme, name: a }\nspec: { type: Declarative }\n",
        "apiVersion: kagent.dev/v1alpha2\nkind: Agent\nmetadata: { namespace: acme, name: b }\nspec: { type: Declarative }\n",
      ),
    },
  ],
  rejects: [
    {
      name: "two models of KServe on one account",
      resources: stack(
        served("a", "{ predictor: { serviceAccountName: desk, model: {} } }"),
        served("b", "{ predictor: { model: {} }, transformer: { serviceAccountName: desk } }"),
      ),
      findings: shared("spec.predictor.serviceAccountName", "spec.transformer.serviceAccountName"),
    },
    {
      name: "the driver of one program of Spark and the executors of another on one account",
      resources: stack(spark("a", "desk", "own"), spark("b", "its-own", "desk")),
      findings: shared("spec.driver.serviceAccount", "spec.executor.serviceAccount"),
    },
    {
      name: "two collectors of OpenTelemetry on one account",
      resources: stack(collector("a", "desk"), collector("b", "desk")),
      findings: shared("spec.serviceAccount"),
    },
    {
      name: "two workflows on one account",
      resources: stack(workflow("a", account), workflow("b", account)),
      findings: shared("spec.serviceAccountName"),
    },
    {
      name: "a step of a workflow on the account of another",
      resources: stack(
        workflow("a", account),
        workflow("b", `templates: [{ name: main, ${account} }]`),
      ),
      findings: shared("spec.serviceAccountName", "spec.templates[0].serviceAccountName"),
    },
    {
      name: "runs of two pipelines on one account",
      resources: stack(pipelineRun("a", "build", "desk"), pipelineRun("b", "deploy", "desk")),
      findings: shared("spec.taskRunTemplate.serviceAccountName"),
    },
    {
      name: "two runs of pipelines that are not known as undetermined",
      resources: [openRun("a"), openRun("b")],
      findings: perhapsOne("a", "b"),
    },
    {
      name: "a run of a pipeline and one of a pipeline that is not known as undetermined",
      resources: [...stack(pipelineRun("a", "build", "desk")), openRun("b")],
      findings: perhapsOne("b"),
    },
    {
      name: "a run of a pipeline that is not known and a workflow",
      resources: [...stack(workflow("a", account)), openRun("b")],
      findings: shared("spec.serviceAccountName", "spec.taskRunTemplate.serviceAccountName"),
    },
    {
      name: "two agents of kagent on one account",
      resources: stack(agent("a", "desk"), agent("b", "desk")),
      findings: shared("spec.declarative.deployment.serviceAccountName"),
    },
    {
      name: "two servers of tools of ToolHive on one account",
      resources: stack(toolServer("a", "desk"), toolServer("b", "desk")),
      findings: shared("spec.serviceAccount"),
    },
  ],
});

ruleTester(noDefaultIdentity, {
  accepts: [
    { name: "a workflow on an account of its own", resources: stack(workflow("a", account)) },
    {
      name: "a server of Spark Connect on an account of its own",
      resources: stack(sparkConnect("a", "serviceAccountName: a")),
    },
    {
      name: "a server of Spark Connect that spells its account the old way",
      resources: stack(sparkConnect("a", "serviceAccount: a")),
    },
  ],
  rejects: [
    {
      name: "a server of Spark Connect that names no account",
      resources: stack(sparkConnect("a", "containers: []")),
      findings: [
        {
          severity: "low",
          about: "acme/default",
          holder: "acme/a",
          at: "acme/a: spec.server.template.spec.serviceAccountName",
          message:
            "Default ServiceAccount `acme/default` is used by a workload without an account of its own",
        },
      ],
    },
    {
      name: "a server of Spark Connect without a template of its pod",
      resources: stack(sparkConnect("a")),
      findings: [
        {
          severity: "low",
          about: "acme/default",
          holder: "acme/a",
          at: "acme/a: spec.server.template.spec.serviceAccountName",
          message:
            "Default ServiceAccount `acme/default` is used by a workload without an account of its own",
        },
      ],
    },
  ],
});
