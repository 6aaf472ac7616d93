import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-cross-tenant-binding";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const desk = "{ kind: ServiceAccount, name: desk, namespace: globex }";
const readers = `[{ apiGroups: [""], resources: [configmaps], verbs: [get] }]`;

function namespace(name: string, labels = `{ agentid.dev/tenant: ${name} }`): string {
  return `
apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: ${labels} }
`;
}

function role(rules = readers): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reads, namespace: acme }
rules: ${rules}
`;
}

function clusterRole(rules = readers): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: reads }
rules: ${rules}
`;
}

function roleBinding(subject = desk, inside = "acme", kind = "Role"): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: gives, namespace: ${inside} }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: reads }
subjects: [${subject}]
`;
}

function clusterBinding(subject = desk, name = "reads"): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gives }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: ${name} }
subjects: [${subject}]
`;
}

function definition(scope: string, group = "acme.io"): string {
  return `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.${group} }
spec: { group: ${group}, names: { plural: widgets, kind: Widget }, scope: ${scope} }
`;
}

const providerType = "pulumi:providers:kubernetes";

/** A cluster, by its API server where that is known, and what is in it. */
function cluster(
  name: string,
  server: string | undefined,
  inside: readonly Resource[],
): readonly Resource[] {
  const known = server && { kubeconfig: `{clusters: [{name: x, cluster: {server: ${server}}}]}` };
  const provider = urnOf(providerType, name);
  return [
    resource(providerType, name, known || {}),
    ...inside.map((each) => ({ ...each, provider })),
  ];
}

/** Rights on custom resources in one cluster, which are in namespaces by their definition in another. */
function inTwoClusters(rules: string, server?: string): readonly Resource[] {
  const bound = objects(...both, clusterRole(rules), clusterBinding());
  return [
    ...cluster("own", "https://own.example", bound),
    ...cluster("other", server, objects(definition("Namespaced"))),
  ];
}

function objects(...texts: readonly string[]): readonly Resource[] {
  return manifest(texts.join("---"));
}

const both = [namespace("acme"), namespace("globex")];
const tenants = {
  acme: { namespaces: ["acme"], accounts: [], rolePaths: [], names: [] },
  globex: { namespaces: ["globex", "globex-*"], accounts: [], rolePaths: [], names: [] },
};
const settingsType = "aws:ssm/parameter:Parameter";
const notYet = outputOf(urnOf(settingsType, "settings"));
const bindingType = "kubernetes:rbac.authorization.k8s.io/v1";

/** A role on a part of nodes of any group, and a definition with that. */
function anyNodes(spec: Value): readonly Resource[] {
  return [
    ...objects(
      ...both,
      clusterRole(`[{ apiGroups: ["*"], resources: [nodes/metrics], verbs: [get] }]`),
      clusterBinding(),
    ),
    resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "nodes", { spec }),
  ];
}
const settings = resource(settingsType, "settings", {});

const crossing = {
  severity: "critical",
  about: "acme/gives",
  holder: "globex/desk",
  at: "acme/gives: subjects[0]",
  message:
    "RoleBinding `acme/gives` gives tenant `globex` permissions in namespace `acme` of tenant `acme`",
};

const everywhere = {
  severity: "critical",
  about: "gives",
  holder: "globex/desk",
  at: "gives: subjects[0]",
  message:
    "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces: `reads` allows `get configmaps`",
};

ruleTester(rule, {
  accepts: [
    {
      name: "a custom resource that its definition leaves to the cluster",
      resources: objects(
        ...both,
        definition("Cluster"),
        clusterRole(`[{ apiGroups: [acme.io], resources: [widgets], verbs: [get] }]`),
        clusterBinding(),
      ),
    },
    {
      name: "all of a group, of which only one that ends alike has what is in namespaces",
      resources: objects(
        ...both,
        definition("Namespaced", "sub.acme.io"),
        clusterRole(`[{ apiGroups: [acme.io], resources: ["*"], verbs: [get] }]`),
        clusterBinding(),
      ),
    },
    ...["widgets", `"*"`].map((resources) => ({
      name: `${resources} of a group that another cluster defines to be in namespaces`,
      resources: inTwoClusters(
        `[{ apiGroups: [acme.io], resources: [${resources}], verbs: [get] }]`,
        "https://other.example",
      ),
    })),
    {
      name: "a custom resource of which nothing says whether it is in namespaces",
      resources: objects(
        ...both,
        clusterRole(`[{ apiGroups: [acme.io], resources: [widgets], verbs: [get] }]`),
        clusterBinding(),
      ),
    },
    {
      name: "a group of people whose name is not known yet",
      resources: [
        ...objects(...both, clusterRole()),
        resource("azuread:index/group:Group", "staff", {}),
        resource(`${bindingType}:ClusterRoleBinding`, "gives", {
          metadata: { name: "gives" },
          roleRef: { kind: "ClusterRole", name: "reads" },
          subjects: [
            { kind: "Group", name: outputOf(urnOf("azuread:index/group:Group", "staff")) },
          ],
        }),
      ],
    },
    {
      name: "an account that is bound in its own namespace",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: ServiceAccount, name: desk, namespace: acme }"),
      ),
    },
    {
      name: "an account of another namespace of the same tenant",
      resources: objects(
        namespace("acme"),
        namespace("acme-jobs", "{ agentid.dev/tenant: acme }"),
        role(),
        roleBinding("{ kind: ServiceAccount, name: desk, namespace: acme-jobs }"),
      ),
    },
    {
      name: "an account in a namespace that a preview does not know, where there is one tenant alone",
      resources: [
        settings,
        ...objects(namespace("acme"), role()),
        resource(`${bindingType}:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: "acme" },
          roleRef: { kind: "Role", name: "reads" },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: notYet }],
        }),
      ],
    },
    {
      name: "an account of a namespace that is of no tenant, such as the platform's",
      resources: objects(
        namespace("acme"),
        namespace("monitoring", "{}"),
        role(),
        roleBinding("{ kind: ServiceAccount, name: prometheus, namespace: monitoring }"),
      ),
    },
    {
      name: "a tenant's account that is bound in a namespace of no tenant",
      resources: objects(
        namespace("globex"),
        namespace("shared", "{}"),
        clusterRole(),
        roleBinding(desk, "shared", "ClusterRole"),
      ),
    },
    {
      name: "people and groups of people",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: User, name: ada }"),
        clusterRole(),
        clusterBinding("{ kind: Group, name: globex-developers }"),
      ),
    },
    {
      name: "a user whose name only looks like an account's",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: User, name: 'serviceaccount:globex:desk' }"),
      ),
    },
    {
      name: "the group of the namespace's own accounts",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: Group, name: 'system:serviceaccounts:acme' }"),
      ),
    },
    {
      name: "every account in a cluster that has one tenant's namespaces",
      resources: objects(
        namespace("acme"),
        role(),
        roleBinding("{ kind: Group, name: 'system:serviceaccounts' }"),
      ),
    },
    {
      name: "rights everywhere for an account of no tenant",
      resources: objects(
        ...both,
        clusterRole(),
        clusterBinding("{ kind: ServiceAccount, name: prometheus, namespace: monitoring }"),
      ),
    },
    {
      name: "rights over what is in no namespace, and over paths",
      resources: objects(
        ...both,
        clusterRole(
          `[{ apiGroups: [""], resources: [nodes, nodes/metrics, namespaces], verbs: [get, list] },
            { apiGroups: [authentication.k8s.io], resources: [tokenreviews], verbs: [create] },
            { apiGroups: [storage.k8s.io], resources: [storageclasses], verbs: [get] },
            { nonResourceURLs: [/metrics], verbs: [get] }]`,
        ),
        clusterBinding(),
      ),
    },
    {
      name: "a role of every cluster by which anyone may ask what it may do itself",
      resources: objects(
        ...both,
        clusterBinding("{ kind: Group, name: 'system:authenticated' }", "system:basic-user"),
      ),
    },
    ...[
      `[{ apiGroups: ["*"], resources: [nodes, nodes/metrics], verbs: [get] }]`,
      `[{ apiGroups: ["*"], resources: [clusterroles, storageclasses], verbs: [list] }]`,
      `[{ apiGroups: [apps], resources: [configmaps], verbs: [get] }]`,
      `[{ apiGroups: [node.k8s.io], resources: ["*"], verbs: [get] }]`,
      `[{ apiGroups: [storage.k8s.io], resources: [pods, volumeattachments/status], verbs: [get] }]`,
    ].map((rules) => ({
      name: `rights over what is in no namespace, or is not there: ${rules}`,
      resources: objects(...both, clusterRole(rules), clusterBinding()),
    })),
    {
      name: "nodes of any group, of which a definition of the cluster's own is in no namespace",
      resources: objects(
        ...both,
        definition("Cluster").replaceAll("widgets", "nodes"),
        clusterRole(`[{ apiGroups: ["*"], resources: [nodes], verbs: [get] }]`),
        clusterBinding(),
      ),
    },
    {
      name: "nodes of any group, and a definition of a group that is not known yet that is in no namespace",
      resources: anyNodes({ group: notYet, names: { plural: "nodes" }, scope: "Cluster" }),
    },
    {
      name: "nodes of any group, and another definition of a group that is not known yet",
      resources: anyNodes({ group: notYet, names: { plural: "widgets" }, scope: "Namespaced" }),
    },
    {
      name: "a role without verbs",
      resources: objects(
        ...both,
        clusterRole(`[{ apiGroups: [""], resources: [configmaps], verbs: [] }]`),
        clusterBinding(),
      ),
    },
  ],
  rejects: [
    ...[
      ["*", "pods"],
      ["*", "widgets"],
      ["*", "*"],
      ["apps", "*"],
      ["apps", "deployments/scale"],
      ["batch", "kinds-of-later"],
      ["metrics.k8s.io", "pods"],
    ].map(([group = "", resources = ""]) => ({
      name: `rights over ${resources} of ${group}`,
      resources: objects(
        ...both,
        clusterRole(`[{ apiGroups: ["${group}"], resources: ["${resources}"], verbs: [get] }]`),
        clusterBinding(),
      ),
      findings: [
        {
          ...everywhere,
          message: everywhere.message.replace("configmaps", `${resources} of ${group}`),
        },
      ],
    })),
    {
      name: "nodes of any group, of which a definition has some in namespaces",
      resources: objects(
        ...both,
        definition("Namespaced").replaceAll("widgets", "nodes"),
        clusterRole(`[{ apiGroups: ["*"], resources: [nodes], verbs: [get] }]`),
        clusterBinding(),
      ),
      findings: [
        { ...everywhere, message: everywhere.message.replace("configmaps", "nodes of *") },
      ],
    },
    {
      name: "an account of another tenant's namespace",
      resources: objects(...both, role(), roleBinding()),
      findings: [crossing],
    },
    {
      name: "an account of another tenant that is spelled as a user",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: User, name: 'system:serviceaccount:globex:desk' }"),
      ),
      findings: [crossing],
    },
    {
      name: "the group of all accounts of another tenant's namespace",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: Group, name: 'system:serviceaccounts:globex' }"),
      ),
      findings: [
        {
          ...crossing,
          holder: "system:serviceaccounts:globex",
          message:
            "RoleBinding `acme/gives` gives tenant `globex` permissions in namespace `acme` of tenant `acme`",
        },
      ],
    },
    {
      name: "a role of every cluster that a RoleBinding gives across tenants",
      resources: objects(
        ...both,
        roleBinding(desk, "acme", "ClusterRole").replace("name: reads", "name: view"),
      ),
      findings: [crossing],
    },
    {
      name: "a role that is not in the stack, since a binding to anything crosses",
      resources: objects(...both, roleBinding()),
      findings: [crossing],
    },
    {
      name: "every account, among them those of another tenant",
      resources: objects(
        ...both,
        role(),
        roleBinding("{ kind: Group, name: 'system:serviceaccounts' }"),
      ),
      findings: [
        {
          ...crossing,
          holder: "system:serviceaccounts",
          message:
            "RoleBinding `acme/gives` gives tenant `globex` permissions in namespace `acme` of tenant `acme`",
          related: ["globex: shows that it includes ServiceAccounts of tenant `globex`"],
        },
      ],
    },
    {
      name: "namespaces whose tenants configuration names, though they are not in the stack",
      settings: { tenants },
      resources: objects(
        role(),
        roleBinding("{ kind: Group, name: 'system:serviceaccounts:globex-jobs' }"),
      ),
      findings: [
        {
          ...crossing,
          holder: "system:serviceaccounts:globex-jobs",
          message:
            "RoleBinding `acme/gives` gives tenant `globex` permissions in namespace `acme` of tenant `acme`",
        },
      ],
    },
    {
      name: "a tenant's account that has rights in all namespaces",
      resources: objects(...both, clusterRole(), clusterBinding()),
      findings: [everywhere],
    },
    {
      name: "all accounts of a tenant's namespace that have rights in all namespaces",
      resources: objects(
        ...both,
        clusterRole(),
        clusterBinding("{ kind: Group, name: 'system:serviceaccounts:globex' }"),
      ),
      findings: [
        {
          ...everywhere,
          holder: "system:serviceaccounts:globex",
          message: everywhere.message.replace("globex/desk", "system:serviceaccounts:globex"),
        },
      ],
    },
    {
      name: "whoever is authenticated, among them accounts of tenants",
      resources: objects(
        ...both,
        clusterRole(),
        clusterBinding("{ kind: Group, name: 'system:authenticated' }"),
      ),
      findings: [
        {
          ...everywhere,
          holder: "system:authenticated",
          message:
            "ClusterRoleBinding `gives` gives tenant `acme`, `globex` permissions in every tenant's namespaces: `reads` allows `get configmaps`",
          related: [
            "acme: shows that it includes ServiceAccounts of tenant `acme`",
            "globex: shows that it includes ServiceAccounts of tenant `globex`",
          ],
        },
      ],
    },
    {
      name: "one rule about namespaces among others, and objects that are named in each of them",
      resources: objects(
        ...both,
        clusterRole(
          `[{ apiGroups: [""], resources: [nodes], verbs: [get] },
            { apiGroups: [""], resources: [configmaps], resourceNames: [routes], verbs: [get] }]`,
        ),
        clusterBinding(),
      ),
      findings: [
        {
          ...everywhere,
          message: everywhere.message.replace("configmaps", "configmaps named routes"),
        },
      ],
    },
    {
      name: "a ClusterRole that is not in the stack as undetermined",
      resources: objects(...both, clusterBinding()),
      findings: [
        {
          ...everywhere,
          verdict: "undetermined",
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces",
        },
      ],
    },
    {
      name: "a custom resource that its definition puts into namespaces",
      resources: objects(
        ...both,
        definition("Namespaced"),
        clusterRole(`[{ apiGroups: [acme.io], resources: [widgets], verbs: [get] }]`),
        clusterBinding(),
      ),
      findings: [
        {
          ...everywhere,
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces: `reads` allows `get widgets of acme.io`",
        },
      ],
    },
    {
      name: "a custom resource whose definition is not known yet, as undetermined",
      resources: [
        ...objects(
          ...both,
          clusterRole(`[{ apiGroups: [acme.io], resources: ["*"], verbs: [get] }]`),
          clusterBinding(),
        ),
        resource("kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition", "widgets", {
          spec: { group: "acme.io", names: { plural: "widgets" }, scope: notYet },
        }),
      ],
      findings: [
        {
          ...everywhere,
          verdict: "undetermined",
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces",
          dependsOn: ["widgets"],
        },
      ],
    },
    ...["widgets", "*"].map((resources) => ({
      name: `${resources} of a group that what may be the same cluster defines to be in namespaces, as undetermined`,
      resources: inTwoClusters(
        `[{ apiGroups: [acme.io], resources: ["${resources}"], verbs: [get] }]`,
      ),
      findings: [
        {
          ...everywhere,
          verdict: "undetermined" as const,
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces",
        },
      ],
    })),
    ...[
      {
        at: "spec.group",
        be: "any group",
        spec: { group: notYet, names: { plural: "nodes" }, scope: "Namespaced" },
      },
      {
        at: "spec.names.plural",
        be: "`nodes`",
        spec: { group: "acme.io", names: { plural: notYet }, scope: "Namespaced" },
      },
      { at: "spec", be: "that of `nodes` of any group", spec: notYet },
    ].map(({ at, be, spec }) => ({
      name: `nodes of any group, and a definition whose ${at} is not known yet, as undetermined`,
      resources: anyNodes(spec),
      findings: [
        {
          ...everywhere,
          verdict: "undetermined" as const,
          at: `nodes: ${at}`,
          message: everywhere.message.replace("configmaps", "nodes/metrics of *"),
          reason: `\`${at}\` of \`nodes\` may be ${be}`,
          dependsOn: ["settings"],
        },
      ],
    })),
    {
      name: "a user whose name is made of a namespace's, as undetermined",
      resources: [
        ...objects(...both, clusterRole()),
        resource(`${bindingType}:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: "acme" },
          roleRef: { kind: "ClusterRole", name: "reads" },
          subjects: [
            { kind: "User", name: outputOf(urnOf("kubernetes:core/v1:Namespace", "globex")) },
          ],
        }),
      ],
      findings: [
        {
          ...crossing,
          verdict: "undetermined",
          holder: "gives#subjects[0]",
          at: "gives: subjects[0]",
          message:
            "RoleBinding `acme/gives` gives another tenant permissions in namespace `acme` of tenant `acme`",
          dependsOn: ["globex"],
        },
      ],
    },
    {
      name: "a role that a namespace which is not known says which it is, as undetermined",
      resources: [
        settings,
        ...objects(...both),
        resource(`${bindingType}:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: notYet },
          roleRef: { kind: "Role", name: "reads" },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "globex" }],
        }),
      ],
      findings: [
        {
          ...crossing,
          about: "gives",
          at: "gives: subjects[0]",
          verdict: "undetermined",
          message:
            "RoleBinding `gives` gives tenant `globex` permissions in a namespace of another tenant",
          dependsOn: ["settings"],
        },
      ],
    },
    {
      name: "a tenant that a preview does not know as undetermined",
      resources: [
        settings,
        ...objects(namespace("acme"), role(), roleBinding()),
        resource("kubernetes:core/v1:Namespace", "globex", {
          metadata: { name: "globex", labels: { "agentid.dev/tenant": notYet } },
        }),
      ],
      findings: [
        {
          ...crossing,
          verdict: "undetermined",
          message:
            "RoleBinding `acme/gives` gives another tenant permissions in namespace `acme` of tenant `acme`",
          dependsOn: ["settings"],
        },
      ],
    },
    {
      name: "a namespace that a preview does not know as undetermined",
      resources: [
        settings,
        ...objects(...both, clusterRole()),
        resource(`${bindingType}:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: notYet },
          roleRef: { kind: "ClusterRole", name: "reads" },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "globex" }],
        }),
      ],
      findings: [
        {
          ...crossing,
          about: "gives",
          at: "gives: subjects[0]",
          verdict: "undetermined",
          message:
            "RoleBinding `gives` gives tenant `globex` permissions in a namespace of another tenant",
          dependsOn: ["settings"],
        },
      ],
    },
    {
      name: "an account in a namespace that a preview does not know as undetermined",
      resources: [
        settings,
        ...objects(...both, role()),
        resource(`${bindingType}:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: "acme" },
          roleRef: { kind: "Role", name: "reads" },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: notYet }],
        }),
      ],
      findings: [
        {
          ...crossing,
          holder: "gives#subjects[0]",
          at: "gives: subjects[0]",
          verdict: "undetermined",
          message:
            "RoleBinding `acme/gives` gives another tenant permissions in namespace `acme` of tenant `acme`",
          dependsOn: ["settings"],
        },
      ],
    },
    {
      name: "a role that a preview does not know as undetermined",
      resources: [
        settings,
        ...objects(...both),
        resource(`${bindingType}:ClusterRoleBinding`, "gives", {
          metadata: { name: "gives" },
          roleRef: { kind: "ClusterRole", name: notYet },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "globex" }],
        }),
      ],
      findings: [
        {
          ...everywhere,
          verdict: "undetermined",
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces",
          dependsOn: ["settings"],
        },
      ],
    },
    {
      name: "rules that a preview does not know as undetermined",
      resources: [
        settings,
        ...objects(...both, clusterBinding()),
        resource(`${bindingType}:ClusterRole`, "reads", {
          metadata: { name: "reads" },
          rules: notYet,
        }),
      ],
      findings: [
        {
          ...everywhere,
          verdict: "undetermined",
          message:
            "ClusterRoleBinding `gives` gives tenant `globex` permissions in every tenant's namespaces",
          dependsOn: ["settings"],
        },
      ],
    },
  ],
});
