import type { TenantPatterns } from "../../../policy-pack/findings/settings";
import rule from "../../../policy-pack/rules/require-tenant";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const config = urnOf("random:index/randomPet:RandomPet", "tenant");

function namespace(name: string, tenant: string): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { agentid.dev/tenant: ${tenant} } }
`;
}

function deployment(place: string, labels: string, podLabels = ""): string {
  const [where = "", name = ""] = place.split("/");
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { namespace: ${where}, name: ${name}, labels: { ${labels} } }
spec:
  template:
    metadata: { labels: { ${podLabels} } }
    spec:
      containers: [{ name: main, image: x }]
`;
}

function role(name: string, tags: Readonly<Record<string, unknown>>, path = "/") {
  return resource("aws:iam/role:Role", name, {
    name,
    path,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    }),
    tags: tags as never,
  });
}

function lambda(name: string, tags: Readonly<Record<string, unknown>>, provider?: string) {
  const inputs = { name, role: "arn:aws:iam::111122223333:role/desk", tags: tags as never };
  return resource("aws:lambda/function:Function", name, inputs, provider ? { provider } : {});
}

function patterns(given: Partial<TenantPatterns>): TenantPatterns {
  return { namespaces: [], accounts: [], rolePaths: [], names: [], ...given };
}

const agent = "agentid.dev/kind: agent";
const acme = "agentid.dev/tenant: acme";
const globex = "agentid.dev/tenant: globex";
const tenantLabel = 'metadata.labels["agentid.dev/tenant"]';
const awsProvider = urnOf("pulumi:providers:aws", "main");
const defaultTags = resource("pulumi:providers:aws", "main", {
  defaultTags: JSON.stringify({ tags: { "agentid.dev/tenant": "acme" } }),
});

const inAcme = {
  severity: "critical",
  about: "acme/desk",
  related: ["acme: is the namespace it is in"],
};

ruleTester(rule, {
  accepts: [
    {
      name: "a declared workload whose namespace's label names its tenant",
      resources: manifest([namespace("acme", "acme"), deployment("acme/desk", agent)].join("---")),
    },
    {
      name: "a declared workload in a namespace that the configuration knows",
      settings: { tenants: { acme: patterns({ namespaces: ["acme*"] }) } },
      resources: manifest(deployment("acme-1/desk", agent)),
    },
    {
      name: "a declared workload with a label of its own, or of its pod template",
      resources: manifest(
        [
          deployment("tools/a", `${agent}, ${acme}`),
          deployment("tools/b", agent, acme),
          deployment("tools/c", `${agent}, ${acme}`, acme),
        ].join("---"),
      ),
    },
    {
      name: "a declared function with a tag, or with that of its provider",
      resources: [
        lambda("a", { "agentid.dev/kind": "tool", "agentid.dev/tenant": "acme" }),
        defaultTags,
        lambda("b", { "agentid.dev/kind": "tool" }, awsProvider),
      ],
    },
    {
      name: "a workload that nobody declared",
      resources: manifest(deployment("tools/desk", "app: desk")),
    },
    {
      name: "sources that all name one tenant",
      settings: { tenants: { acme: patterns({ namespaces: ["acme"], rolePaths: ["/acme/*"] }) } },
      resources: [
        ...manifest(
          [namespace("acme", "acme"), deployment("acme/desk", `${agent}, ${acme}`, acme)].join(
            "---",
          ),
        ),
        role("desk", { "agentid.dev/tenant": "acme" }, "/acme/"),
      ],
    },
    {
      name: "a component of a tenant with what it makes",
      resources: [
        resource("agentid:index:Agent", "desk", { tenant: { name: "acme" } }, { custom: false }),
        resource(
          "aws:iam/role:Role",
          "desk",
          { tags: { "agentid.dev/tenant": "acme" } },
          { parent: urnOf("agentid:index:Agent", "desk") },
        ),
      ],
    },
    {
      name: "a tenant that waits for the same in all that name it",
      resources: [
        resource("kubernetes:core/v1:Namespace", "acme", {
          metadata: { name: "acme", labels: { "agentid.dev/tenant": outputOf(config) } },
        }),
        resource("kubernetes:core/v1:ServiceAccount", "desk", {
          metadata: {
            namespace: "acme",
            name: "desk",
            labels: { "agentid.dev/tenant": outputOf(config) },
          },
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "each declared workload that has none",
      resources: [
        ...manifest(deployment("tools/desk", agent)),
        lambda("crm", { "agentid.dev/kind": "tool" }),
      ],
      findings: [
        {
          severity: "medium",
          about: "crm",
          at: "crm: ",
          message: "Tool `crm` has no tenant",
        },
        {
          severity: "medium",
          about: "tools/desk",
          at: "tools/desk: ",
          message: "Agent `tools/desk` has no tenant",
        },
      ],
    },
    {
      name: "an empty label, which names no tenant",
      resources: [
        ...manifest(deployment("tools/desk", `${agent}, agentid.dev/tenant: ""`)),
        lambda("crm", { "agentid.dev/kind": "tool", "agentid.dev/tenant": "" }),
      ],
      findings: [
        { severity: "medium", about: "crm", at: "crm: ", message: "Tool `crm` has no tenant" },
        {
          severity: "medium",
          about: "tools/desk",
          at: "tools/desk: ",
          message: "Agent `tools/desk` has no tenant",
        },
      ],
    },
    {
      name: "a label that contradicts its namespace's",
      resources: manifest([namespace("acme", "acme"), deployment("acme/desk", globex)].join("---")),
      findings: [
        {
          ...inAcme,
          at: `acme/desk: ${tenantLabel}`,
          message:
            "`acme/desk` has two tenants: `acme` by its namespace `acme`, `globex` by its own label or tag",
        },
      ],
    },
    {
      name: "a pod template's label that contradicts its namespace's, though the controller's does not",
      resources: manifest(
        [namespace("acme", "acme"), deployment("acme/desk", acme, globex)].join("---"),
      ),
      findings: [
        {
          ...inAcme,
          at: `acme/desk: spec.template.${tenantLabel}`,
          message:
            "`acme/desk` has two tenants: `acme` by its namespace `acme`, `globex` by its own label or tag",
        },
      ],
    },
    {
      name: "a controller and its pod template that name two",
      resources: manifest(deployment("tools/desk", acme, globex)),
      findings: [
        {
          severity: "critical",
          about: "tools/desk",
          at: `tools/desk: spec.template.${tenantLabel}`,
          message: "`tools/desk` has two tenants by its own label or tag: `acme`, `globex`",
        },
      ],
    },
    {
      name: "a Secret, a ServiceAccount or a role whose own mark contradicts, as any other thing",
      settings: { tenants: { acme: patterns({ rolePaths: ["/acme/*"] }) } },
      resources: [
        ...manifest(`
${namespace("acme", "acme")}
---
apiVersion: v1
kind: Secret
metadata: { namespace: acme, name: desk, labels: { agentid.dev/tenant: globex } }
`),
        role("desk", { "agentid.dev/tenant": "globex" }, "/acme/"),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk",
          at: "desk: tags.agentid.dev/tenant",
          message:
            "`desk` has two tenants: `acme` by the configuration, `globex` by its own label or tag",
        },
        {
          ...inAcme,
          at: `acme/desk: ${tenantLabel}`,
          message:
            "`acme/desk` has two tenants: `acme` by its namespace `acme`, `globex` by its own label or tag",
        },
      ],
    },
    {
      name: "a namespace's label that contradicts the configuration, of the namespace alone",
      settings: { tenants: { acme: patterns({ namespaces: ["acme"] }) } },
      resources: manifest(
        [
          namespace("acme", "globex"),
          deployment("acme/a", agent),
          deployment("acme/b", agent),
        ].join("---"),
      ),
      findings: [
        {
          severity: "critical",
          about: "acme",
          at: `acme: ${tenantLabel}`,
          message: "`acme` has two tenants: `acme` by the configuration, `globex` by its label",
        },
      ],
    },
    {
      name: "configuration that contradicts itself, of the namespace alone",
      settings: {
        tenants: {
          acme: patterns({ namespaces: ["team-*"] }),
          globex: patterns({ namespaces: ["*-a"] }),
        },
      },
      resources: manifest(
        [deployment("team-a/a", agent), deployment("team-a/b", agent)].join("---"),
      ),
      findings: [
        {
          severity: "critical",
          about: "team-a",
          at: "team-a/a: metadata.namespace",
          message: "`team-a` has two tenants by the configuration: `acme`, `globex`",
        },
      ],
    },
    {
      name: "a tag that contradicts the component that makes the resource",
      resources: [
        resource("agentid:index:Agent", "desk", { tenant: { name: "acme" } }, { custom: false }),
        resource(
          "aws:iam/role:Role",
          "desk-role",
          { tags: { "agentid.dev/tenant": "globex" } },
          { parent: urnOf("agentid:index:Agent", "desk") },
        ),
      ],
      findings: [
        {
          severity: "critical",
          about: "desk-role",
          at: "desk-role: tags.agentid.dev/tenant",
          message:
            "`desk-role` has two tenants: `acme` by the component that makes it, `globex` by its own label or tag",
        },
      ],
    },
    {
      name: "a provider's default tag that contradicts the configuration",
      settings: { tenants: { globex: patterns({ names: ["globex-*"] }) } },
      resources: [defaultTags, lambda("globex-crm", { "agentid.dev/kind": "tool" }, awsProvider)],
      findings: [
        {
          severity: "critical",
          about: "acme/globex-crm",
          at: "globex-crm: tags.agentid.dev/tenant",
          message:
            "`acme/globex-crm` has two tenants: `globex` by the configuration, `acme` by its own label or tag",
        },
      ],
    },
    {
      name: "as undetermined a declared workload whose tenant is not known yet",
      resources: [
        lambda("crm", { "agentid.dev/kind": "tool", "agentid.dev/tenant": outputOf(config) }),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "medium",
          about: "crm",
          at: "crm: ",
          message: "Tool `crm` has no tenant",
          dependsOn: ["tenant"],
        },
      ],
    },
    {
      name: "as undetermined a label that is not known yet beneath a namespace's",
      resources: [
        ...manifest(namespace("acme", "acme")),
        resource("kubernetes:core/v1:ServiceAccount", "desk", {
          metadata: {
            namespace: "acme",
            name: "desk",
            labels: { "agentid.dev/tenant": outputOf(config) },
          },
        }),
      ],
      findings: [
        {
          ...inAcme,
          verdict: "undetermined",
          severity: "medium",
          at: `desk: ${tenantLabel}`,
          message: "`acme/desk` has two tenants, by its namespace `acme` and its own label or tag",
          dependsOn: ["tenant"],
        },
      ],
    },
  ],
});
