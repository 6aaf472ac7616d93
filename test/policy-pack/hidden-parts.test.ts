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
const proxies = "toolhive.stacklok.dev/v1beta1:MCPRemoteProxy";
const databases = "postgresql.cnpg.io/v1:Cluster";

/** Configurations of operators, with an unknown part. */
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
  [workflows, { templates: [{ name: "main", steps: hidden }] }, "spec.templates[0].steps"],
  [workflows, { templates: [{ name: "main", steps: [hidden] }] }, "spec.templates[0].steps[0]"],
  [
    workflows,
    { templates: [{ name: "main", steps: [[hidden]] }] },
    "spec.templates[0].steps[0][0]",
  ],
  [
    workflows,
    { templates: [{ name: "main", dag: { tasks: hidden } }] },
    "spec.templates[0].dag.tasks",
  ],
  [
    "argoproj.io/v1alpha1:CronWorkflow",
    { workflowSpec: { templates: [{ name: "main", dag: hidden }] } },
    "spec.workflowSpec.templates[0].dag",
  ],
  ...[
    { template: hidden, at: "template" },
    { template: "first", onExit: hidden, at: "onExit" },
    { template: "first", hooks: { exit: { template: hidden } }, at: "hooks.exit.template" },
    { template: "first", hooks: hidden, at: "hooks" },
  ].map(
    ({ at, ...step }) =>
      [
        "argoproj.io/v1alpha1:WorkflowTemplate",
        { templates: [{ name: "main", steps: [[{ name: "go", ...step }]] }] },
        `spec.templates[0].steps[0][0].${at}`,
      ] as const,
  ),
  [proxies, { headerForward: hidden }, "spec.headerForward"],
  [
    proxies,
    { headerForward: { addHeadersFromSecret: [hidden] } },
    "spec.headerForward.addHeadersFromSecret[0]",
  ],
  ["toolhive.stacklok.dev/v1beta1:MCPServer", { headerForward: hidden }, "spec.headerForward"],
  [databases, hidden, "spec"],
  [databases, { backup: hidden }, "spec.backup"],
  [databases, { externalClusters: [hidden] }, "spec.externalClusters[0]"],
  [
    databases,
    { backup: { barmanObjectStore: { s3Credentials: hidden } } },
    "spec.backup.barmanObjectStore.s3Credentials",
  ],
  ["tekton.dev/v1:TaskRun", { taskRef: { name: hidden } }, "spec.taskRef.name"],
  ["tekton.dev/v1:PipelineRun", { pipelineRef: { name: hidden } }, "spec.pipelineRef.name"],
  [
    "tekton.dev/v1:Pipeline",
    { tasks: [{ name: "go", taskRef: { name: hidden } }] },
    "spec.tasks[0].taskRef.name",
  ],
  ["tekton.dev/v1:Pipeline", { tasks: [{ taskSpec: hidden }] }, "spec.tasks[0].taskSpec"],
];

/** What is not known of them and gives them nothing. */
const exempt: readonly (readonly [kind: string, spec: Value, what: string])[] = [
  [models, { predictor: { minReplicas: hidden, model: { storageUri: hidden } } }, "its size"],
  [largeModels, { replicas: hidden, template: { containers: [] } }, "its size"],
  [programs, { flinkVersion: hidden, podTemplate: { metadata: hidden } }, "its version"],
  [spark, { sparkVersion: hidden, driver: { cores: hidden } }, "its size"],
  [connectedSpark, { sparkVersion: hidden, executor: { instances: hidden } }, "its size"],
  [monitors, { retention: hidden, remoteWrite: [{ url: hidden }] }, "where it writes"],
  [workflows, { entrypoint: hidden, templates: [{ name: "main" }] }, "its first step"],
  [
    workflows,
    { templates: [{ name: "main", steps: [[{ name: "go", template: hidden }]] }] },
    "which of its own templates a step runs",
  ],
  [databases, { instances: hidden, bootstrap: { initdb: hidden } }, "how it starts"],
];

/** Credentials of KEDA, or of callers of a server of tools, with an unknown part. */
const configured: readonly (readonly [spec: Value, at: string])[] = [
  [hidden, "spec"],
  [{ secretTargetRef: hidden }, "spec.secretTargetRef"],
  [{ secretTargetRef: [hidden] }, "spec.secretTargetRef[0]"],
  [{ azureKeyVault: hidden }, "spec.azureKeyVault"],
  [
    { azureKeyVault: { credentials: { clientSecret: hidden } } },
    "spec.azureKeyVault.credentials.clientSecret",
  ],
];

function scaling(spec: Value, more: Value = {}) {
  const triggers = [{ type: "rabbitmq", authenticationRef: { name: "own" } }];
  return [
    object("keda.sh/v1alpha1:TriggerAuthentication", spec),
    resource("kubernetes:keda.sh/v1alpha1:ScaledObject", "acme/scales", {
      metadata: { namespace: "acme", name: "scales" },
      spec: { scaleTargetRef: { name: "desk" }, triggers, ...(more as object) },
    }),
  ];
}

function ofKeda(about: string, at: string, message: string) {
  return {
    verdict: "undetermined" as const,
    severity: "critical",
    about,
    holder: "KEDA",
    at: `acme/scales: ${at}`,
    message,
    dependsOn: ["config"],
  };
}

const toldOfKeda = configured.map(([spec, at]) => ({
  name: `as undetermined a TriggerAuthentication whose ${at} is not known`,
  resources: scaling(spec),
  findings: [
    ofKeda(
      "acme/own",
      "spec.triggers[0].authenticationRef.name",
      "Secret `acme/own` is shared by several workloads",
    ),
  ],
}));

const scalers = [hidden, [hidden]].map((triggers, index) => ({
  name: `as undetermined a ScaledObject of which triggers are not known: ${index}`,
  resources: scaling({ secretTargetRef: [] }, { triggers }),
  findings: [
    ofKeda(
      "KEDA",
      index === 0 ? "spec.triggers" : "spec.triggers[0]",
      "`KEDA` shares a secret with another workload",
    ),
  ],
}));

const configurations = [
  { spec: hidden, at: "spec" },
  { spec: { type: "tokenExchange", tokenExchange: hidden }, at: "spec.tokenExchange" },
].map(({ spec, at }) => ({
  name: `as undetermined a configuration of ToolHive whose ${at} is not known`,
  resources: [
    object("toolhive.stacklok.dev/v1beta1:MCPExternalAuthConfig", spec),
    resource("kubernetes:toolhive.stacklok.dev/v1beta1:MCPServer", "acme/tools", {
      metadata: { namespace: "acme", name: "tools" },
      spec: { image: "tools", externalAuthConfigRef: { name: "own" } },
    }),
  ],
  findings: [
    {
      verdict: "undetermined" as const,
      severity: "critical",
      about: "acme/own",
      holder: "acme/tools",
      at: "acme/tools: spec.externalAuthConfigRef",
      message: "Secret `acme/own` is shared by several workloads",
      dependsOn: ["config"],
    },
  ],
}));

/** What takes one part of a template, of which another part is not known. */
function taken(part: string) {
  const steps = [[{ name: "go", templateRef: { name: "own", template: part } }]];
  return [
    object("argoproj.io/v1alpha1:WorkflowTemplate", {
      templates: [
        { name: "first", steps: hidden },
        { name: "second", container: { image: "crm" } },
      ],
    }),
    resource("kubernetes:argoproj.io/v1alpha1:Workflow", "acme/run", {
      metadata: { namespace: "acme", name: "run" },
      spec: { templates: [{ name: "main", steps }] },
    }),
  ];
}

const byParameter = [
  hidden,
  [hidden],
  [{ name: hidden, default: "crm" }],
  [{ name: "secret", default: hidden }],
].map((params, index) => {
  const valueFrom = { secretKeyRef: { name: "$(params.secret)", key: "token" } };
  const steps = [{ name: "main", image: "crm", env: [{ name: "TOKEN", valueFrom }] }];
  return {
    name: `as undetermined a Task whose parameter for a Secret is not known: ${index}`,
    resources: [object("tekton.dev/v1:Task", { params, steps })],
    findings: [
      {
        verdict: "undetermined" as const,
        severity: "critical",
        about: "acme/own",
        holder: "acme/own",
        at: "acme/own: spec.steps[0].env[0].valueFrom.secretKeyRef",
        message: "`acme/own` shares a secret with another workload",
        dependsOn: ["config"],
      },
    ],
  };
});

ruleTester(noSharedSecret, {
  accepts: exempt.map(([kind, spec, what]) => ({
    name: `${kind} of which ${what} is not known`,
    resources: [object(kind, spec)],
  })),
  rejects: [
    ...toldOfKeda,
    ...byParameter,
    ...scalers,
    ...configurations,
    {
      name: "as undetermined what takes a part of a template whose steps are not known",
      resources: taken("first"),
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/run",
          holder: "acme/run",
          at: "acme/run: spec.templates[0].steps[0][0].templateRef.name",
          message: "`acme/run` shares a secret with another workload",
          dependsOn: ["config"],
        },
      ],
    },
    ...giving.map(([kind, spec, at]) => ({
      name: `as undetermined ${kind} whose ${at} is not known`,
      resources: [object(kind, spec)],
      findings: [
        {
          verdict: "undetermined" as const,
          severity: "critical",
          about: "acme/own",
          holder: "acme/own",
          at: `acme/own: ${at}`,
          message: "`acme/own` shares a secret with another workload",
          dependsOn: ["config"],
        },
      ],
    })),
  ],
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
          severity: "critical",
          about: "acme/own",
          holder: "acme/own",
          at: "acme/own: spec.templates",
          message: "`acme/own` shares its identity with another workload",
          dependsOn: ["config"],
        },
      ],
    },
  ],
});
