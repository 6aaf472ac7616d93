import assert from "node:assert/strict";
import type { Resource } from "../../../../core/snapshot/resource";
import type { ValueRecord } from "../../../../core/snapshot/value";
import { judgeSnapshot } from "../../../../policy-pack/run/judge";
import rule from "../../../../policy-pack/rules/no-privilege-escalation";
import { defaultSettings } from "../../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, snapshotOf, urnOf } from "../../../support/resources";
import { ruleTester, type RuleCases } from "../../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const desk = "{ kind: ServiceAccount, name: desk, namespace: acme }";
const rbac = "rbac.authorization.k8s.io";
const parameter = resource("aws:ssm/parameter:Parameter", "p", {});
const made = outputOf(urnOf("kubernetes:core/v1:Namespace", "made"));
const notYet = outputOf(urnOf("aws:ssm/parameter:Parameter", "p"));

function everywhere(rules: string, subject = desk): readonly Resource[] {
  return manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: rights }
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gives }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rights }
subjects: [${subject}]
`);
}

function inNamespace(rules: string, subject = desk): readonly Resource[] {
  return manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: rights, namespace: acme }
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: gives, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: rights }
subjects: [${subject}]
`);
}

function rights(group: string, resources: string, verbs: string, more = ""): string {
  return `{ apiGroups: ["${group}"], resources: [${resources}], verbs: [${verbs}]${more} }`;
}

function account(name: string, annotations = "{}"): readonly Resource[] {
  return manifest(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: acme, annotations: ${annotations} }
`);
}

const withRole = `{ eks.amazonaws.com/role-arn: "arn:aws:iam::111122223333:role/pay" }`;

function clusterWide(ways: string, more: Partial<Expected> = {}): Expected {
  return {
    severity: "high",
    about: "rights",
    holder: "acme/desk",
    at: "gives: subjects[0]",
    message: `Role \`rights\` allows privilege escalation in the whole cluster: ${ways}`,
    chain: ["acme/desk -is allowed by-> rights"],
    ...more,
  };
}

function here(ways: string, more: Partial<Expected> = {}): Expected {
  return {
    ...clusterWide(""),
    about: "acme/rights",
    at: "acme/gives: subjects[0]",
    message: `Role \`rights\` allows privilege escalation in namespace \`acme\`: ${ways}`,
    chain: ["acme/desk -is allowed by-> acme/rights"],
    ...more,
  };
}

/** A tenant of ours, its deployers' binding, and an account of it that assumes a role of AWS. */
function deployed(deployer: string): readonly Resource[] {
  const tenant = resource("agentid:index:Tenant", "acme", {
    name: "acme",
    namespace: "acme",
    deployers: [{ serviceAccount: { namespace: "ci", name: deployer } }],
  });
  const subject = "{ kind: ServiceAccount, name: ci, namespace: ci }";
  const made = inNamespace(`[${rights("apps", "deployments", "create")}]`, subject);
  const children = made.map((each) => ({ ...each, parent: tenant.urn }));
  return [tenant, ...children, ...account("pay", withRole)];
}

/** A ClusterRole of the stack without a binding. */
function unbound(name: string, rules: string, labels = "{}"): readonly Resource[] {
  return manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: ${name}, labels: ${labels} }
rules: ${rules}
`);
}

/** A bound ClusterRole that takes in others by a selector, beside two of one label that read Secrets and ConfigMaps. */
function takingIn(selector: string): readonly Resource[] {
  return [
    ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: rights }
aggregationRule: { clusterRoleSelectors: [${selector}] }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gives }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rights }
subjects: [${desk}]
`),
    ...unbound("routes", `[${rights("", "configmaps", "get")}]`, "{ to: desk }"),
    ...unbound("addon", `[${rights("", "secrets", "watch")}]`, "{ to: desk }"),
  ];
}

function expression(key: string, operator: string, values = ""): string {
  return `{ matchExpressions: [{ key: ${key}, operator: ${operator}, values: [${values}] }] }`;
}

/** The account `ci` beside the desk, with a Role of its own in their namespace. */
function beside(rules: string): readonly Resource[] {
  return manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: other, namespace: acme }
rules: ${rules}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: other, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: other }
subjects: [{ kind: ServiceAccount, name: ci, namespace: acme }]
`);
}

/** Workloads that the desk may make, and ConfigMaps that it names. */
const makesAndReads = `[${rights("", "pods", "create")}, ${rights("", "configmaps", "get", ", resourceNames: [routes, hosts]")}]`;

/** Workloads that the desk may make in a namespace that makes its name up, beside an account of it. */
function inMade(annotations: ValueRecord): readonly Resource[] {
  return [
    resource("kubernetes:core/v1:Namespace", "made", { metadata: {} }),
    ...unbound("rights", `[${rights("", "pods", "create")}]`),
    resource(`kubernetes:${rbac}/v1:RoleBinding`, "gives", {
      metadata: { name: "gives", namespace: made },
      roleRef: { kind: "ClusterRole", name: "rights" },
      subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }],
    }),
    resource("kubernetes:core/v1:ServiceAccount", "pay", {
      metadata: { name: "pay", namespace: made, annotations },
    }),
  ];
}

const creates = "create workloads that run as other accounts";

/** Each path with its form in a rule, and its readable verb. */
const clusterWays: readonly (readonly [string, string, string])[] = [
  [
    "escalate",
    rights(rbac, "clusterroles", "escalate"),
    `write ClusterRoles with rights it does not have (\`escalate clusterroles of ${rbac}\`)`,
  ],
  [
    "bind",
    rights(rbac, "clusterroles", "bind"),
    `bind roles with rights it does not have (\`bind clusterroles of ${rbac}\`)`,
  ],
  [
    "impersonation of people",
    rights("", "users", "impersonate"),
    "impersonate users and groups (`impersonate users`)",
  ],
  [
    "impersonation of accounts",
    rights("", "serviceaccounts", "impersonate"),
    "impersonate ServiceAccounts (`impersonate serviceaccounts`)",
  ],
  [
    "the kubelets' API, by GET alone",
    rights("", "nodes/proxy", "get"),
    "command the kubelets of nodes (`get nodes/proxy`)",
  ],
  [
    "the kubelets' API, by its subresource alone",
    rights("", '"*/proxy"', "get"),
    "command the kubelets of nodes (`get */proxy`)",
  ],
  [
    "webhooks, though it names its own",
    rights(
      "admissionregistration.k8s.io",
      "mutatingwebhookconfigurations",
      "patch",
      ", resourceNames: [own]",
    ),
    "write webhooks that see and change what others create (`patch mutatingwebhookconfigurations of admissionregistration.k8s.io named own`)",
  ],
  [
    "volumes",
    rights("", "persistentvolumes", "create"),
    "create volumes of a node's own files (`create persistentvolumes`)",
  ],
  [
    "namespaces' labels",
    rights("", "namespaces", "patch"),
    "change the labels of namespaces that policies go by (`patch namespaces`)",
  ],
  [
    "approval of certificates, in two rules",
    `${rights("certificates.k8s.io", "certificatesigningrequests/approval", "update")},
     ${rights("certificates.k8s.io", "signers", "approve", `, resourceNames: ["kubernetes.io/*"]`)}`,
    "approve certificates for any identity (`update certificatesigningrequests/approval of certificates.k8s.io`)",
  ],
  [
    "workloads anywhere, whatever accounts there are",
    rights("", "pods", "create"),
    `${creates} (\`create pods\`)`,
  ],
];

ruleTester(rule, {
  accepts: [
    {
      name: "rights that name what the workload asks for",
      resources: [
        ...inNamespace(
          `[${rights("", "secrets", "get", ", resourceNames: [crm-key]")}, ${rights("", "configmaps, pods, pods/log", "get, list, watch")}]`,
        ),
      ],
    },
    {
      name: "roles and bindings that may be written with rights one has",
      resources: inNamespace(`[${rights(rbac, "roles, rolebindings", "create, update")}]`),
    },
    {
      name: "roles to bind that are named one by one",
      resources: everywhere(
        `[${rights(rbac, "clusterroles", "bind", ", resourceNames: [view, edit]")}]`,
      ),
    },
    {
      name: "rights over what is in no namespace, given in one",
      resources: inNamespace(
        `[${rights("", "nodes/proxy, persistentvolumes", '"*"')}, ${rights("admissionregistration.k8s.io", "mutatingwebhookconfigurations", "create")}]`,
      ),
    },
    {
      name: "approval without the signer",
      resources: everywhere(
        `[${rights("certificates.k8s.io", "certificatesigningrequests/approval", "update")}]`,
      ),
    },
    {
      name: "approval for a signer of one's own",
      resources: everywhere(
        `[${rights("certificates.k8s.io", "certificatesigningrequests/approval", "update")},
          ${rights("certificates.k8s.io", "signers", "approve", ", resourceNames: [acme.io/desk]")}]`,
      ),
    },
    {
      name: "a token of its own account",
      resources: inNamespace(
        `[${rights("", "serviceaccounts/token", "create", ", resourceNames: [desk]")}]`,
      ),
    },
    {
      name: "pods that are read, ported and logged",
      resources: inNamespace(`[${rights("", "pods/log, pods/portforward", "get, create")}]`),
    },
    {
      name: "workloads made where no other account is",
      resources: inNamespace(`[${rights("", "pods", "create")}]`),
    },
    {
      name: "workloads made beside an account that has nothing",
      resources: [...inNamespace(`[${rights("", "pods", "create")}]`), ...account("plain")],
    },
    {
      name: "workloads made beside an account with the same rights and less",
      resources: [
        ...inNamespace(
          `[${rights("", "pods", "create")}, ${rights("", "configmaps", "get, list")}]`,
        ),
        ...account("reader"),
        ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: { name: reads, namespace: acme }
rules: [${rights("", "configmaps", "get", ", resourceNames: [routes]")}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: reads, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: reads }
subjects: [{ kind: ServiceAccount, name: reader, namespace: acme }]
`),
      ],
    },
    {
      name: "a role to bind that is named, whatever it gives",
      resources: [
        ...everywhere(`[${rights(rbac, "clusterroles", "bind", ", resourceNames: [all]")}]`),
        ...unbound("all", `[${rights("*", '"*"', '"*"')}]`),
      ],
    },
    ...[
      expression("to", "In", "till"),
      expression("to", "NotIn", "desk"),
      expression("from", "Exists"),
      expression("to", "DoesNotExist"),
      expression("to", "Near", "desk"),
      "{}",
    ].map((selector) => ({
      name: `a role that its selector ${selector} does not take in`,
      resources: takingIn(selector),
    })),
    {
      name: "workloads made beside an account that reads one of the objects it names itself",
      resources: [
        ...inNamespace(makesAndReads),
        ...account("ci"),
        ...beside(`[${rights("", "configmaps", "get", ", resourceNames: [routes]")}]`),
      ],
    },
    {
      name: "groups of people",
      resources: everywhere(
        `[${rights("", "secrets", "list")}]`,
        "{ kind: Group, name: platform-engineers }",
      ),
    },
    {
      name: "a group of the same name in another API group",
      resources: everywhere(`[${rights("acme.io", "secrets, pods", "list, create")}]`),
    },
    {
      name: "a role that takes in nothing by its labels",
      resources: [
        ...everywhere(`[${rights("", "configmaps", "get")}]`),
        ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: other, labels: { to: desk } }
rules: [${rights("", "secrets", "list")}]
`),
      ],
    },
    {
      name: "paths that are no resources",
      resources: everywhere("[{ nonResourceURLs: [/metrics, /debug/*], verbs: [get] }]"),
    },
  ],
  rejects: [
    ...clusterWays.map(([name, given, ways]) => ({
      name: `${name}, in the whole cluster`,
      resources: everywhere(`[${given}]`),
      findings: [clusterWide(ways)],
    })),
    {
      name: "all Secrets of a namespace",
      resources: inNamespace(`[${rights("", "secrets", "list")}]`),
      findings: [here("read Secrets that it does not name (`list secrets`)")],
    },
    {
      name: "tokens of another account of the namespace",
      resources: inNamespace(
        `[${rights("", "serviceaccounts/token", "create", ", resourceNames: [desk, pay]")}]`,
      ),
      findings: [
        here("request tokens of ServiceAccounts (`create serviceaccounts/token named desk,pay`)"),
      ],
    },
    {
      name: "commands in other pods, and containers put into them",
      resources: inNamespace(
        `[${rights("", "pods/exec", "create")}, ${rights("", "pods/ephemeralcontainers", "patch")}]`,
      ),
      findings: [
        here(
          "run commands in other pods (`create pods/exec`); add containers to other pods (`patch pods/ephemeralcontainers`)",
        ),
      ],
    },
    {
      name: "bind in a namespace, to ClusterRoles as well",
      resources: inNamespace(`[${rights(rbac, "clusterroles", "bind")}]`),
      findings: [
        here(`bind roles with rights it does not have (\`bind clusterroles of ${rbac}\`)`),
      ],
    },
    {
      name: "workloads made beside an account that obtains a role of AWS",
      resources: [
        ...inNamespace(`[${rights("apps", "deployments", "patch")}]`),
        ...account("pay", withRole),
      ],
      findings: [
        here(`${creates} (\`patch deployments of apps\`)`, {
          related: ["acme/pay: can be used by the pods that it creates"],
        }),
      ],
    },
    {
      name: "workloads made beside an account with more rights",
      resources: [
        ...inNamespace(`[${rights("batch", "jobs", "create")}]`),
        ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: edits, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
subjects: [{ kind: ServiceAccount, name: ci, namespace: acme }]
`),
      ],
      findings: [
        here(`${creates} (\`create jobs of batch\`)`, {
          related: ["acme/ci: can be used by the pods that it creates"],
        }),
      ],
    },
    {
      name: "an account that is spelled as a user, and a group of accounts",
      resources: inNamespace(
        `[${rights("", "secrets", "get")}]`,
        "{ kind: User, name: 'system:serviceaccount:acme:desk' }, { kind: Group, name: 'system:serviceaccounts:acme' }",
      ),
      findings: [
        here("read Secrets that it does not name (`get secrets`)"),
        here("", {
          holder: "system:serviceaccounts:acme",
          at: "acme/gives: subjects[1]",
          message:
            "Role `rights` allows privilege escalation in namespace `acme`: read Secrets that it does not name (`get secrets`)",
          chain: ["system:serviceaccounts:acme -is allowed by-> acme/rights"],
        }),
      ],
    },
    {
      name: "what a ClusterRole takes in by label",
      resources: manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: rights }
aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: desk } }] }
rules: []
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: addon, labels: { to: desk } }
rules: [${rights("", "secrets", "watch")}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gives }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rights }
subjects: [${desk}]
`),
      findings: [clusterWide("read Secrets that it does not name (`watch secrets`)")],
    },
    ...[
      expression("to", "In", "desk"),
      expression("to", "NotIn", "till"),
      expression("from", "NotIn", "till"),
      expression("to", "Exists"),
      expression("from", "DoesNotExist"),
    ].map((selector) => ({
      name: `what a ClusterRole takes in by ${selector}`,
      resources: takingIn(selector),
      findings: [clusterWide("read Secrets that it does not name (`watch secrets`)")],
    })),
    {
      name: "what a ClusterRole takes in by a label that several have",
      resources: takingIn("{ matchLabels: { to: desk } }"),
      findings: [clusterWide("read Secrets that it does not name (`watch secrets`)")],
    },
    ...["[hosts, other]", "[]"].map((names) => ({
      name: `workloads made beside an account that reads ${names === "[]" ? "all objects" : "other objects"} where it names its own`,
      resources: [
        ...inNamespace(makesAndReads),
        ...account("ci"),
        ...beside(`[${rights("", "configmaps", "get", `, resourceNames: ${names}`)}]`),
      ],
      findings: [
        here(`${creates} (\`create pods\`)`, {
          related: ["acme/ci: can be used by the pods that it creates"],
        }),
      ],
    })),
    {
      name: "workloads made beside an account with the same rights in the whole cluster",
      resources: [
        ...inNamespace(`[${rights("", "pods", "create")}, ${rights("", "configmaps", "get")}]`),
        ...account("ci"),
        ...unbound("reads", `[${rights("", "configmaps", "get")}]`),
        ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: reads }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: reads }
subjects: [{ kind: ServiceAccount, name: ci, namespace: acme }]
`),
      ],
      findings: [
        here(`${creates} (\`create pods\`)`, {
          related: ["acme/ci: can be used by the pods that it creates"],
        }),
      ],
    },
    {
      name: "workloads made beside an account with the same rights in a namespace that is not known, as undetermined: it may be that one",
      resources: [
        parameter,
        ...inNamespace(`[${rights("", "pods", "create")}, ${rights("", "configmaps", "get")}]`),
        ...account("ci"),
        ...unbound("reads", `[${rights("", "configmaps", "get")}]`),
        resource(`kubernetes:${rbac}/v1:RoleBinding`, "reads", {
          metadata: { name: "reads", namespace: notYet },
          roleRef: { kind: "ClusterRole", name: "reads" },
          subjects: [{ kind: "ServiceAccount", name: "ci", namespace: "acme" }],
        }),
      ],
      findings: [
        here(`${creates} (\`create pods\`)`, {
          verdict: "undetermined",
          message: `Role \`rights\` allows privilege escalation in namespace \`acme\`: ${creates} (\`create pods\`)`,
          related: ["acme/ci: can be used by the pods that it creates"],
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role of every cluster",
      resources: manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: gives, namespace: acme }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: edit }
subjects: [${desk}]
`),
      findings: [
        here("", {
          about: "edit",
          message:
            "Role `edit` allows privilege escalation in namespace `acme`: impersonate ServiceAccounts (`impersonate serviceaccounts`); request tokens of ServiceAccounts (`create serviceaccounts/token`); and 2 more",
          chain: ["acme/desk -is allowed by-> edit"],
        }),
      ],
    },
    {
      name: "workloads made in a namespace that is not known, as undetermined",
      resources: [
        parameter,
        ...everywhere(`[${rights("", "pods", "create")}]`).slice(0, 1),
        resource(`kubernetes:${rbac}/v1:RoleBinding`, "gives", {
          metadata: { name: "gives", namespace: notYet },
          roleRef: { kind: "ClusterRole", name: "rights" },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }],
        }),
      ],
      findings: [
        clusterWide("", {
          verdict: "undetermined",
          message: `Role \`rights\` allows privilege escalation in a namespace: ${creates} (\`create pods\`)`,
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "rules that are not known as undetermined",
      resources: [
        parameter,
        ...manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: gives }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: rights }
subjects: [${desk}]
`),
        resource(`kubernetes:${rbac}/v1:ClusterRole`, "rights", {
          metadata: { name: "rights" },
          rules: [{ apiGroups: [""], resources: ["secrets"], verbs: notYet }],
        }),
      ],
      findings: [
        clusterWide("", {
          verdict: "undetermined",
          message:
            "Role `rights` allows privilege escalation in the whole cluster: read Secrets that it does not name (`* secrets`)",
          dependsOn: ["p"],
        }),
      ],
    },
    {
      name: "a role that is not in the stack as undetermined",
      resources: everywhere("[]").slice(1),
      findings: [
        clusterWide("", {
          verdict: "undetermined",
          message: "Role `rights` allows privilege escalation",
        }),
      ],
    },
  ],
});

async function messagesFor(resources: readonly Resource[]): Promise<readonly string[]> {
  const { findings } = await judgeSnapshot(snapshotOf(resources), {
    settings: defaultSettings,
    rules: [rule],
  });
  return findings.map(({ message }) => message);
}

describe("the deployers of a tenant", () => {
  it("may create workloads where the component names them", async () => {
    assert.deepEqual(await messagesFor(deployed("ci")), []);
  });

  it("are no others than those that the component names", async () => {
    assert.deepEqual(await messagesFor(deployed("other")), [
      `Role \`rights\` allows privilege escalation in namespace \`acme\`: ${creates} (\`create deployments of apps\`)`,
    ]);
  });
});

describe("workloads made in a namespace that makes its name up", () => {
  it("may run beside an account that has nothing", async () => {
    assert.deepEqual(await messagesFor(inMade({})), []);
  });

  it("escalate beside an account that assumes a role of AWS", async () => {
    const annotations = { "eks.amazonaws.com/role-arn": "arn:aws:iam::111122223333:role/pay" };
    assert.deepEqual(await messagesFor(inMade(annotations)), [
      `Role \`rights\` allows privilege escalation in namespace \`made\`: ${creates} (\`create pods\`)`,
    ]);
  });
});
