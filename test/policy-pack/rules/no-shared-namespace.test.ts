import rule from "../../../policy-pack/rules/no-shared-namespace";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const config = urnOf("random:index/randomPet:RandomPet", "name");

function namespace(name: string, tenant?: string): string {
  const labels = tenant === undefined ? "" : `agentid.dev/tenant: ${tenant}`;
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
`;
}

function pod(place: string, tenant?: string): string {
  const [where = "", name = ""] = place.split("/");
  const labels = tenant === undefined ? "" : `agentid.dev/tenant: ${tenant}`;
  return `
apiVersion: v1
kind: Pod
metadata: { namespace: ${where}, name: ${name}, labels: { ${labels} } }
spec: { containers: [{ name: main, image: x }] }
`;
}

function podIn(where: unknown, name: string, tenant: unknown, options = {}) {
  return resource(
    "kubernetes:core/v1:Pod",
    name,
    {
      metadata: {
        namespace: where as never,
        name,
        labels: { "agentid.dev/tenant": tenant as never },
      },
      spec: { containers: [{ name: "main", image: "x" }] },
    },
    options,
  );
}

const shared = {
  severity: "high",
  about: "tools",
  at: "tools/b: metadata.namespace",
  message: "Namespace `tools` is shared by two tenants: acme, globex",
  related: ["tools/a: is of tenant `acme`", "tools/b: is of tenant `globex`"],
};

ruleTester(rule, {
  accepts: [
    {
      name: "a namespace for each tenant",
      resources: manifest(
        [
          namespace("acme", "acme"),
          namespace("globex", "globex"),
          pod("acme/a"),
          pod("globex/b"),
        ].join("---"),
      ),
    },
    {
      name: "workloads of one tenant, by a label of their own",
      resources: manifest([pod("tools/a", "acme"), pod("tools/b", "acme")].join("---")),
    },
    {
      name: "a tenant's workload beside one of none",
      resources: manifest([pod("tools/a", "acme"), pod("tools/b")].join("---")),
    },
    {
      name: "a namespace that names the tenant of all in it, whatever their labels say",
      resources: manifest(
        [namespace("tools", "acme"), pod("tools/a", "acme"), pod("tools/b", "globex")].join("---"),
      ),
    },
    {
      name: "a namespace that the configuration gives to one tenant, whatever labels say",
      settings: {
        tenants: { acme: { namespaces: ["tools"], accounts: [], rolePaths: [], names: [] } },
      },
      resources: manifest([pod("tools/a", "acme"), pod("tools/b", "globex")].join("---")),
    },
    {
      name: "objects of two tenants that are no workloads",
      resources: manifest(`
${pod("tools/a", "acme")}
---
apiVersion: v1
kind: ServiceAccount
metadata: { namespace: tools, name: b, labels: { agentid.dev/tenant: globex } }
`),
    },
    {
      name: "namespaces of one name in clusters that differ",
      resources: ["a", "b"].flatMap((cluster) => {
        const provider = resource("pulumi:providers:kubernetes", cluster, {
          kubeconfig: JSON.stringify({
            clusters: [{ name: "c", cluster: { server: `https://${cluster}.example` } }],
            contexts: [{ name: "x", context: { cluster: "c" } }],
            "current-context": "x",
          }),
        });
        const tenant = cluster === "a" ? "acme" : "globex";
        return [provider, podIn("tools", cluster, tenant, { provider: provider.urn })];
      }),
    },
    {
      name: "workloads whose tenant waits for the label of their one namespace",
      resources: [
        resource("kubernetes:core/v1:Namespace", "tools", {
          metadata: { name: "tools", labels: { "agentid.dev/tenant": outputOf(config) } },
        }),
        podIn("tools", "a", "acme"),
        podIn("tools", "b", "globex"),
      ],
    },
    {
      name: "a workload in a namespace that is not known, beside namespaces that name their tenants",
      resources: [
        ...manifest([namespace("globex", "globex"), pod("globex/b")].join("---")),
        podIn(outputOf(config), "a", "acme"),
      ],
    },
    {
      name: "a workload of no tenant in a namespace that is not known",
      resources: [
        podIn(outputOf(config), "x", undefined),
        podIn("a", "a", "acme"),
        podIn("b", "b", "globex"),
      ],
    },
  ],
  rejects: [
    {
      name: "workloads of two tenants, by labels of their own",
      resources: manifest([pod("tools/a", "acme"), pod("tools/b", "globex")].join("---")),
      findings: [shared],
    },
    {
      name: "workloads of two tenants in a namespace of the stack that names none",
      resources: manifest(
        [namespace("tools"), pod("tools/a", "acme"), pod("tools/b", "globex")].join("---"),
      ),
      findings: [shared],
    },
    {
      name: "a third tenant in the same finding, and each tenant once",
      resources: manifest(
        [
          pod("tools/a", "acme"),
          pod("tools/a2", "acme"),
          pod("tools/b", "globex"),
          pod("tools/c", "initech"),
        ].join("---"),
      ),
      findings: [
        {
          ...shared,
          at: "tools/c: metadata.namespace",
          message: "Namespace `tools` is shared by 3 tenants: acme, globex, initech",
          related: [...shared.related, "tools/c: is of tenant `initech`"],
        },
      ],
    },
    {
      name: "a namespace that is known by the resource that makes its name up",
      resources: [
        resource("kubernetes:core/v1:Namespace", "made", { metadata: {} }),
        podIn(outputOf(urnOf("kubernetes:core/v1:Namespace", "made")), "a", "acme"),
        podIn(outputOf(urnOf("kubernetes:core/v1:Namespace", "made")), "b", "globex"),
      ],
      findings: [
        {
          ...shared,
          about: "made",
          at: "b: metadata.namespace",
          message: "Namespace `made` is shared by two tenants: acme, globex",
          related: ["made/a: is of tenant `acme`", "made/b: is of tenant `globex`"],
        },
      ],
    },
    {
      name: "workloads of components of two tenants that were given one namespace",
      resources: ["acme", "globex"].flatMap((tenant) => {
        const agent = resource(
          "agentid:index:Agent",
          tenant,
          { name: tenant, tenant: { name: tenant, namespace: "tools" } },
          { custom: false },
        );
        const account = resource(
          "kubernetes:core/v1:ServiceAccount",
          tenant,
          {
            metadata: {
              namespace: "tools",
              name: tenant,
              labels: { "agentid.dev/workload": tenant },
            },
          },
          { parent: agent.urn },
        );
        return [agent, account];
      }),
      findings: [
        {
          ...shared,
          at: "globex: metadata.labels",
          related: ["tools/acme: is of tenant `acme`", "tools/globex: is of tenant `globex`"],
        },
      ],
    },
    {
      name: "as undetermined a workload whose tenant is not known yet",
      resources: [podIn("tools", "a", "acme"), podIn("tools", "b", outputOf(config))],
      findings: [
        {
          ...shared,
          verdict: "undetermined",
          at: "b: metadata.namespace",
          message: "Namespace `tools` is shared by two tenants: acme and another",
          related: [
            "tools/a: is of tenant `acme`",
            "tools/b: is of a tenant that is not known yet",
          ],
          dependsOn: ["name"],
        },
      ],
    },
    {
      name: "as undetermined workloads whose namespace is not known yet",
      resources: [podIn(outputOf(config), "a", "acme"), podIn(outputOf(config), "b", "globex")],
      findings: [
        {
          ...shared,
          verdict: "undetermined",
          about: "b",
          at: "b: metadata.namespace",
          message: "A namespace is shared by two tenants: acme, globex",
          related: ["a: is of tenant `acme`", "b: is of tenant `globex`"],
          dependsOn: ["name"],
        },
      ],
    },
    {
      name: "as undetermined workloads whose namespace is not known yet, nor the tenant of one",
      resources: [
        podIn(outputOf(config), "a", "acme"),
        podIn(outputOf(config), "b", outputOf(config)),
      ],
      findings: [
        {
          ...shared,
          verdict: "undetermined",
          about: "b",
          at: "b: metadata.namespace",
          message: "A namespace is shared by two tenants: acme and another",
          related: ["a: is of tenant `acme`", "b: is of a tenant that is not known yet"],
          dependsOn: ["name"],
        },
      ],
    },
    {
      name: "as undetermined a namespace that is not known beside one that names no tenant",
      resources: [podIn(outputOf(config), "a", "acme"), podIn("tools", "b", "globex")],
      findings: [
        {
          ...shared,
          verdict: "undetermined",
          about: "tools/b",
          at: "b: metadata.namespace",
          message: "A namespace is shared by two tenants: acme, globex",
          related: ["a: is of tenant `acme`", "tools/b: is of tenant `globex`"],
          dependsOn: ["name"],
        },
      ],
    },
    {
      name: "as undetermined namespaces of one name of which one's cluster is not known",
      resources: [
        resource("pulumi:providers:kubernetes", "other", { kubeconfig: outputOf(config) }),
        podIn("tools", "a", "acme"),
        podIn("tools", "b", "globex", { provider: urnOf("pulumi:providers:kubernetes", "other") }),
      ],
      findings: [
        {
          ...shared,
          verdict: "undetermined",
          at: "b: metadata.namespace",
          message: "Namespace `tools` is shared by two tenants: acme, globex",
        },
      ],
    },
  ],
});
