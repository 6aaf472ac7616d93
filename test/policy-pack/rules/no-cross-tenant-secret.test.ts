import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-cross-tenant-secret";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

function namespace(name: string, tenant = name): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { agentid.dev/tenant: ${tenant} } }
`;
}

function deployment(place: string, secret: string, labels = ""): string {
  const [where = "", name = ""] = place.split("/");
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: ${where}, name: ${name} }
spec:
  template:
    metadata: { labels: { ${labels} } }
    spec:
      containers:
        - name: main
          image: x
          env:
            - name: CRM_API_KEY
              valueFrom: { secretKeyRef: { name: ${secret}, key: key } }
`;
}

function external(place: string): string {
  const [where = "", name = ""] = place.split("/");
  return `
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { namespace: ${where}, name: ${name} }
spec:
  secretStoreRef: { kind: ClusterSecretStore, name: aws }
  data: [{ secretKey: key, remoteRef: { key: crm } }]
`;
}

const property = "spec.template.spec.containers[0].env[0].valueFrom.secretKeyRef";
const passwordType = "random:index/randomPassword:RandomPassword";

/** A Deployment whose variable is a value that a resource makes. */
function given(where: string) {
  return resource("kubernetes:apps/v1:Deployment", `${where}/crm`, {
    metadata: { namespace: where, name: "crm" },
    spec: {
      template: {
        spec: {
          containers: [
            {
              name: "main",
              env: [{ name: "CRM_TOKEN", value: outputOf(urnOf(passwordType, "crm")) }],
            },
          ],
        },
      },
    },
  });
}

const notYet = outputOf(urnOf("t:index:Config", "config"));

/** An application that Dapr has load the components of its namespace that are for it. */
function application(where: string, labels: Readonly<Record<string, string>> = {}): Resource {
  return resource("kubernetes:apps/v1:Deployment", `${where}/app`, {
    metadata: { namespace: where, name: "app", labels },
    spec: {
      template: {
        metadata: { annotations: { "dapr.io/enabled": "true", "dapr.io/app-id": "app" } },
        spec: { containers: [{ name: "main", image: "x" }] },
      },
    },
  });
}

/** A component of Dapr that names the key of a Secret of its namespace. */
function component(where: string, scopes: Value): Resource {
  return resource("kubernetes:dapr.io/v1alpha1:Component", `${where}/crm`, {
    apiVersion: "dapr.io/v1alpha1",
    kind: "Component",
    metadata: { namespace: where, name: "crm" },
    spec: {
      type: "bindings.http",
      version: "v1",
      metadata: [{ name: "token", secretKeyRef: { name: "crm", key: "key" } }],
    },
    scopes,
  });
}

const loadedPerhaps = {
  verdict: "undetermined",
  severity: "critical",
  about: "acme/crm",
  holder: "acme/app",
  at: 'acme/app: spec.template.metadata.annotations["dapr.io/enabled"]',
} as const;

ruleTester(rule, {
  accepts: [
    {
      name: "a component that an application perhaps loads, with a secret of its own tenant alone",
      resources: [
        ...manifest([namespace("acme"), namespace("globex"), external("acme/crm")].join("---")),
        component("acme", notYet),
        application("acme"),
        application("globex"),
      ],
    },
    {
      name: "a component that is for another application, with a secret that another tenant has",
      resources: [
        ...manifest(
          [
            namespace("acme"),
            namespace("globex"),
            external("acme/crm"),
            external("globex/crm"),
            deployment("globex/b", "crm"),
          ].join("---"),
        ),
        component("acme", ["other"]),
        application("acme"),
      ],
    },
    {
      name: "a component that an application of no tenant perhaps loads",
      resources: [
        ...manifest(
          [
            namespace("globex"),
            external("acme/crm"),
            external("globex/crm"),
            deployment("globex/b", "crm"),
          ].join("---"),
        ),
        component("acme", notYet),
        application("acme"),
      ],
    },
    {
      name: "a secret of each tenant's own, though of one name",
      resources: manifest(
        [
          namespace("acme"),
          namespace("globex"),
          deployment("acme/a", "crm"),
          deployment("globex/b", "crm"),
        ].join("---"),
      ),
    },
    {
      name: "one secret that two namespaces of one tenant hold",
      resources: manifest(
        [
          namespace("acme-a", "acme"),
          namespace("acme-b", "acme"),
          external("acme-a/crm"),
          external("acme-b/crm"),
          deployment("acme-a/a", "crm"),
          deployment("acme-b/b", "crm"),
        ].join("---"),
      ),
    },
    {
      name: "a secret that a tenant and a workload of none hold",
      resources: manifest(
        [
          namespace("acme"),
          external("acme/crm"),
          external("tools/crm"),
          deployment("acme/a", "crm"),
          deployment("tools/b", "crm"),
        ].join("---"),
      ),
    },
    {
      name: "workloads whose tenant is not known and that share a namespace",
      resources: [
        resource("kubernetes:core/v1:Namespace", "acme", {
          metadata: {
            name: "acme",
            labels: { "agentid.dev/tenant": outputOf(urnOf("x:y:Z", "z")) },
          },
        }),
        ...manifest([deployment("acme/a", "crm"), deployment("acme/b", "crm")].join("---")),
      ],
    },
  ],
  rejects: [
    {
      name: "as undetermined a secret that an application perhaps loads and another tenant holds",
      resources: [
        ...manifest(
          [
            namespace("acme"),
            namespace("globex"),
            external("acme/crm"),
            external("globex/crm"),
            deployment("globex/b", "crm"),
          ].join("---"),
        ),
        component("acme", notYet),
        application("acme"),
      ],
      findings: [
        {
          ...loadedPerhaps,
          message: "Secret `acme/crm` is shared by two tenants: acme, globex",
          related: ["globex/b: may use it too and is of tenant `globex`"],
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a secret that applications of two tenants perhaps load",
      resources: [
        ...manifest(
          [
            namespace("acme"),
            namespace("globex"),
            external("acme/crm"),
            external("globex/crm"),
          ].join("---"),
        ),
        ...["acme", "globex"].flatMap((where) => [component(where, notYet), application(where)]),
      ],
      findings: [
        {
          ...loadedPerhaps,
          message: "Secret `acme/crm` is shared by two tenants: acme, globex",
          related: ["globex/app: may use it too and is of tenant `globex`"],
          dependsOn: ["config"],
        },
        {
          ...loadedPerhaps,
          about: "globex/crm",
          holder: "globex/app",
          at: 'globex/app: spec.template.metadata.annotations["dapr.io/enabled"]',
          message: "Secret `globex/crm` is shared by two tenants: acme, globex",
          related: ["acme/app: may use it too and is of tenant `acme`"],
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a secret of another tenant that an application perhaps loads",
      resources: [
        ...manifest(
          `{ apiVersion: v1, kind: Secret, metadata: { namespace: desk, name: crm, labels: { agentid.dev/tenant: globex } } }`,
        ),
        component("desk", notYet),
        application("desk", { "agentid.dev/tenant": "acme" }),
      ],
      findings: [
        {
          ...loadedPerhaps,
          about: "desk/crm",
          holder: "desk/app",
          at: 'desk/app: spec.template.metadata.annotations["dapr.io/enabled"]',
          message: "Secret `desk/crm` of tenant `globex` is used by tenant `acme`",
          related: ["desk/crm: is of tenant `globex`"],
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a secret that an application perhaps loads and one of an unknown tenant holds",
      resources: [
        resource("kubernetes:core/v1:Namespace", "globex", {
          metadata: {
            name: "globex",
            labels: { "agentid.dev/tenant": outputOf(urnOf("x:y:Z", "z")) },
          },
        }),
        ...manifest(
          [
            namespace("acme"),
            external("acme/crm"),
            external("globex/crm"),
            deployment("globex/b", "crm"),
          ].join("---"),
        ),
        component("acme", notYet),
        application("acme"),
      ],
      findings: [
        {
          ...loadedPerhaps,
          message: "Secret `acme/crm` is shared by two tenants: acme and another",
          dependsOn: ["config", "z"],
        },
      ],
    },
    {
      name: "as undetermined which secret an application perhaps loads",
      resources: [
        ...manifest(namespace("acme")),
        resource("kubernetes:dapr.io/v1alpha1:Component", "acme/crm", {
          apiVersion: "dapr.io/v1alpha1",
          kind: "Component",
          metadata: { namespace: "acme", name: "crm" },
          spec: {
            type: "bindings.http",
            version: "v1",
            metadata: [{ name: "token", secretKeyRef: { name: notYet, key: "key" } }],
          },
          scopes: notYet,
        }),
        application("acme"),
      ],
      findings: [
        {
          ...loadedPerhaps,
          about: "acme/app",
          message: "`acme/app` uses a secret of another tenant",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "a secret that is tagged as another tenant's",
      resources: [
        resource("aws:secretsmanager/secret:Secret", "crm", {
          name: "crm",
          tags: { "agentid.dev/tenant": "globex" },
        }),
        resource("aws:lambda/function:Function", "triage", {
          tags: { "agentid.dev/tenant": "acme" },
          environment: {
            variables: {
              CRM_SECRET_ARN: outputOf(urnOf("aws:secretsmanager/secret:Secret", "crm")),
            },
          },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "crm",
          holder: "acme/triage",
          at: "triage: environment.variables.CRM_SECRET_ARN",
          message: "Secret `crm` of tenant `globex` is used by tenant `acme`",
          related: ["crm: is of tenant `globex`"],
        },
      ],
    },
    {
      name: "one remote secret that reaches two tenants by two Secrets",
      resources: manifest(
        [
          namespace("acme"),
          namespace("globex"),
          external("acme/crm"),
          external("globex/crm"),
          deployment("acme/a", "crm"),
          deployment("globex/b", "crm"),
        ].join("---"),
      ),
      findings: [
        {
          severity: "critical",
          about: "acme/crm",
          holder: "acme/a",
          at: `acme/a: ${property}`,
          message: "Secret `acme/crm` is shared by two tenants: acme, globex",
          related: ["globex/b: uses it too and is of tenant `globex`"],
        },
        {
          severity: "critical",
          about: "globex/crm",
          holder: "globex/b",
          at: `globex/b: ${property}`,
          message: "Secret `globex/crm` is shared by two tenants: acme, globex",
          related: ["acme/a: uses it too and is of tenant `acme`"],
        },
      ],
    },
    {
      name: "as undetermined a secret of another tenant by an ARN whose account is not known to be the stack's",
      resources: [
        resource("aws:secretsmanager/secret:Secret", "crm", {
          name: "crm",
          tags: { "agentid.dev/tenant": "globex" },
        }),
        resource("aws:ecs/taskDefinition:TaskDefinition", "task", {
          family: "triage",
          tags: { "agentid.dev/tenant": "acme" },
          containerDefinitions: JSON.stringify([
            {
              name: "main",
              secrets: [
                {
                  name: "CRM_KEY",
                  valueFrom: "arn:aws:secretsmanager:eu-central-1:111122223333:secret:crm-AbCdEf",
                },
              ],
            },
          ]),
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "crm",
          holder: "acme/task",
          at: "task: containerDefinitions[0].secrets.CRM_KEY",
          message: "Secret `crm` of tenant `globex` is used by tenant `acme`",
          related: ["crm: is of tenant `globex`"],
        },
      ],
    },
    {
      name: "as undetermined a value that two tenants may be given unchanged",
      resources: [
        resource(passwordType, "crm", { length: 32 }),
        ...manifest([namespace("acme"), namespace("globex")].join("---")),
        given("acme"),
        given("globex"),
      ],
      findings: ["acme", "globex"].map((name) => {
        const other = name === "acme" ? "globex" : "acme";
        return {
          verdict: "undetermined",
          severity: "critical",
          about: "crm",
          holder: `${name}/crm`,
          at: `${name}/crm: spec.template.spec.containers[0].env[0].value`,
          message: "Secret `crm` is shared by two tenants: acme, globex",
          related: [`${other}/crm: uses it too and is of tenant \`${other}\``],
          dependsOn: ["crm"],
        };
      }),
    },
    {
      name: "as undetermined a secret that a preview cannot know",
      resources: [
        resource("aws:lambda/function:Function", "triage", {
          tags: { "agentid.dev/tenant": "acme" },
          environment: {
            variables: {
              CRM_SECRET_ARN: outputOf(
                urnOf("aws:secretsmanager/secret:Secret", "a"),
                urnOf("aws:secretsmanager/secret:Secret", "b"),
              ),
            },
          },
        }),
        resource("kubernetes:apps/v1:Deployment", "acme/crm", {
          metadata: { namespace: "acme", name: "crm", labels: { "agentid.dev/tenant": "acme" } },
          spec: {
            template: {
              spec: {
                containers: [
                  {
                    name: "main",
                    envFrom: [
                      {
                        secretRef: {
                          name: outputOf(
                            urnOf("kubernetes:core/v1:Secret", "a"),
                            urnOf("kubernetes:core/v1:Secret", "b"),
                          ),
                        },
                      },
                    ],
                  },
                ],
              },
            },
          },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/crm",
          holder: "acme/crm",
          at: "acme/crm: spec.template.spec.containers[0].envFrom[0].secretRef",
          message: "`acme/crm` uses a secret of another tenant",
          dependsOn: ["a", "b"],
        },
      ],
    },
    {
      name: "as undetermined a secret whose own tenant is not known",
      resources: [
        resource("aws:secretsmanager/secret:Secret", "crm", {
          name: "crm",
          tags: { "agentid.dev/tenant": outputOf(urnOf("x:y:Z", "z")) },
        }),
        resource("aws:lambda/function:Function", "triage", {
          tags: { "agentid.dev/tenant": "acme" },
          environment: {
            variables: {
              CRM_SECRET_ARN: outputOf(urnOf("aws:secretsmanager/secret:Secret", "crm")),
            },
          },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "crm",
          holder: "acme/triage",
          at: "triage: environment.variables.CRM_SECRET_ARN",
          message: "Secret `crm` is shared by two tenants: acme and another",
          dependsOn: ["z"],
        },
      ],
    },
    {
      name: "as undetermined a secret of another tenant, of a workload whose own tenant is not known",
      resources: [
        resource("aws:secretsmanager/secret:Secret", "crm", {
          name: "crm",
          tags: { "agentid.dev/tenant": "globex" },
        }),
        resource("aws:lambda/function:Function", "triage", {
          tags: { "agentid.dev/tenant": outputOf(urnOf("x:y:Z", "z")) },
          environment: {
            variables: {
              CRM_SECRET_ARN: outputOf(urnOf("aws:secretsmanager/secret:Secret", "crm")),
            },
          },
        }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "crm",
          holder: "triage",
          at: "triage: environment.variables.CRM_SECRET_ARN",
          message: "Secret `crm` is shared by two tenants",
          dependsOn: ["z"],
        },
      ],
    },
    {
      name: "as undetermined a secret of a workload whose tenant is not known",
      resources: [
        resource("kubernetes:core/v1:Namespace", "globex", {
          metadata: {
            name: "globex",
            labels: { "agentid.dev/tenant": outputOf(urnOf("x:y:Z", "z")) },
          },
        }),
        ...manifest(
          [
            namespace("acme"),
            external("acme/crm"),
            external("globex/crm"),
            deployment("acme/a", "crm"),
            deployment("globex/b", "crm"),
          ].join("---"),
        ),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "acme/crm",
          holder: "acme/a",
          at: `acme/a: ${property}`,
          message: "Secret `acme/crm` is shared by two tenants: acme and another",
          dependsOn: ["z"],
        },
        {
          verdict: "undetermined",
          severity: "critical",
          about: "globex/crm",
          holder: "globex/b",
          at: `globex/b: ${property}`,
          message: "Secret `globex/crm` is shared by two tenants",
          dependsOn: ["z"],
        },
      ],
    },
  ],
});
