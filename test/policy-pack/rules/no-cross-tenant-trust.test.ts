import { Unknown, type Value, type ValueRecord } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-cross-tenant-trust";
import type { TenantPatterns } from "../../../policy-pack/findings/settings";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const account = "111122223333";
const issuer = "oidc.eks.eu-west-1.amazonaws.com/id/A1";
const roleType = "aws:iam/role:Role";
const functionType = "aws:lambda/function:Function";
const provider = resource("pulumi:providers:aws", "prod", { allowedAccountIds: [account] });

const arnOf = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const policy = (...statements: readonly Value[]) =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const trusts = (principal: Value, condition?: Value) =>
  policy({
    Effect: "Allow",
    Principal: principal,
    Action: "sts:AssumeRole",
    ...(condition !== undefined && { Condition: condition }),
  });
const admitsSubject = (subject: Value, operator = "StringEquals") =>
  policy({
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${issuer}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { [operator]: { [`${issuer}:sub`]: subject } },
  });
const mayAssume = (target: string, condition?: Value) =>
  policy({
    Effect: "Allow",
    Action: "sts:AssumeRole",
    Resource: target,
    ...(condition !== undefined && { Condition: condition }),
  });

function role(name: string, tenant: string | undefined, trust: Value, more: ValueRecord = {}) {
  const tags: ValueRecord = tenant === undefined ? {} : { "agentid.dev/tenant": tenant };
  const inputs = { name, assumeRolePolicy: trust, tags, ...more };
  return resource(roleType, name, inputs, { provider: provider.urn });
}

const service = trusts({ Service: "lambda.amazonaws.com" });
const planner = role("planner", "acme", service);
const desk = role("desk", "globex", service);

const namespaces = manifest(
  ["acme", "globex"]
    .map(
      (name) =>
        `{ apiVersion: v1, kind: Namespace, metadata: { name: ${name}, labels: { agentid.dev/tenant: ${name} } } }`,
    )
    .join("\n---\n"),
);
const serviceAccount = (namespace: string, name: string, roleArn?: string) =>
  manifest(`
apiVersion: v1
kind: ServiceAccount
metadata:
  namespace: ${namespace}
  name: ${name}
  annotations: { ${roleArn === undefined ? "" : `eks.amazonaws.com/role-arn: "${roleArn}"`} }
`);

const bound = (kind: string, namespace: string, rule: string, isWide = false) =>
  manifest(`
apiVersion: rbac.authorization.k8s.io/v1
kind: ${isWide ? "ClusterRole" : "Role"}
metadata: { ${isWide ? "" : `namespace: ${namespace}, `}name: r }
rules: [${rule}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: { ${isWide ? "" : `namespace: ${namespace}, `}name: b }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ${isWide ? "ClusterRole" : "Role"}, name: r }
subjects: [{ kind: ServiceAccount, namespace: acme, name: operator }]
`);
const overNamespace = (by: string, at: string, rest: object = {}) => ({
  severity: "critical",
  about: "globex",
  holder: "acme/operator",
  at,
  message:
    "ServiceAccounts of namespace `globex` of tenant `globex` can be assumed from tenant `acme`",
  chain: [`acme/operator -${by}-> globex`],
  ...rest,
});

const patterns = (more: Partial<TenantPatterns>): TenantPatterns => ({
  namespaces: [],
  accounts: [],
  rolePaths: [],
  names: [],
  ...more,
});

const crosses = (holder: string, identity: string, rest: object = {}) => ({
  severity: "critical",
  about: identity,
  holder,
  at: `${identity}: assumeRolePolicy`,
  message: `Role \`${identity}\` of tenant \`globex\` can be assumed from tenant \`acme\``,
  chain: [`${holder} -assumes-> ${identity}`],
  ...rest,
});

ruleTester(rule, {
  accepts: [
    {
      name: "a role that admits a role of its own tenant",
      resources: [provider, planner, role("tool", "acme", trusts({ AWS: arnOf("planner") })), desk],
    },
    {
      name: "a role of no tenant that one tenant alone obtains",
      resources: [
        provider,
        planner,
        role("hub", undefined, trusts({ AWS: arnOf("planner") })),
        desk,
      ],
    },
    {
      name: "another tenant's role by name, when a boundary holds it back",
      resources: [
        provider,
        resource(
          "aws:iam/policy:Policy",
          "boundary",
          {
            name: "boundary",
            policy: policy(
              { Effect: "Allow", Action: "*", Resource: "*" },
              {
                Effect: "Deny",
                Action: "sts:AssumeRole",
                NotResource: `arn:aws:iam::${account}:role/acme/*`,
              },
            ),
          },
          { provider: provider.urn },
        ),
        role("planner", "acme", service, {
          permissionsBoundary: `arn:aws:iam::${account}:policy/boundary`,
        }),
        role("tool", "globex", trusts({ AWS: arnOf("planner") })),
      ],
    },
    {
      name: "an account, when the caller has to carry the role's tenant as a tag",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          trusts(
            { AWS: `arn:aws:iam::${account}:root` },
            { StringEquals: { "aws:PrincipalTag/agentid.dev/tenant": "globex" } },
          ),
        ),
      ],
    },
    {
      name: "an account, when the caller's tag has to be the role's own",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          trusts(
            { AWS: account },
            { StringEquals: { "aws:PrincipalTag/tenant": "${aws:ResourceTag/tenant}" } },
          ),
        ),
      ],
    },
    {
      name: "an account, when a Deny or a negation leaves out the role of the other tenant",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          policy(
            { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" },
            { Effect: "Deny", Principal: { AWS: arnOf("planner") }, Action: "sts:AssumeRole" },
          ),
        ),
        role(
          "other",
          "globex",
          trusts({ AWS: account }, { ArnNotLike: { "aws:PrincipalArn": arnOf("plan*") } }),
        ),
        role(
          "third",
          "globex",
          policy(
            { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" },
            {
              Effect: "Deny",
              Principal: "*",
              Action: "sts:*",
              Condition: { ArnEquals: { "aws:PrincipalArn": arnOf("planner") } },
            },
          ),
        ),
      ],
    },
    {
      name: "an account, when the ARN asked for is of the same tenant",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        desk,
        role(
          "tool",
          "globex",
          trusts({ AWS: account }, { ArnEquals: { "aws:PrincipalArn": arnOf("desk") } }),
        ),
      ],
    },
    {
      name: "an account, when no policy of the other tenant lets it assume the role",
      resources: [
        provider,
        role("planner", "acme", service, {
          inlinePolicies: [{ policy: mayAssume(`arn:aws:iam::${account}:role/acme/*`) }],
          managedPolicyArns: ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
        }),
        role("tool", "globex", trusts({ AWS: account })),
      ],
    },
    {
      name: "an account, when the permission asks for the caller's own tag on the role",
      resources: [
        provider,
        role("planner", "acme", service, {
          inlinePolicies: [
            {
              policy: mayAssume("*", {
                StringEquals: { "aws:ResourceTag/tenant": "${aws:PrincipalTag/tenant}" },
              }),
            },
          ],
        }),
        role("tool", "globex", trusts({ AWS: account })),
      ],
    },
    {
      name: "ServiceAccounts that obtain the role of their own tenant",
      resources: [
        provider,
        ...namespaces,
        ...serviceAccount("acme", "planner", arnOf("planner")),
        role("planner", "acme", admitsSubject("system:serviceaccount:acme:planner")),
        role("desk", "globex", admitsSubject("system:serviceaccount:globex:*", "StringLike")),
      ],
    },
    {
      name: "an annotation with a role that does not admit the account",
      resources: [
        provider,
        ...namespaces,
        ...serviceAccount("acme", "planner", arnOf("desk")),
        role("desk", "globex", admitsSubject("system:serviceaccount:globex:desk")),
      ],
    },
    {
      name: "a Pod Identity association that the role's trust does not take",
      resources: [
        provider,
        ...namespaces,
        role(
          "desk",
          "globex",
          trusts(
            { Service: "pods.eks.amazonaws.com" },
            { StringEquals: { "aws:RequestTag/kubernetes-namespace": "globex" } },
          ),
        ),
        resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a", {
          clusterName: "prod",
          namespace: "acme",
          serviceAccount: "planner",
          roleArn: outputOf(urnOf(roleType, "desk")),
        }),
      ],
      settings: { tenants: { acme: patterns({ namespaces: ["acme"] }) } },
    },
    {
      name: "rights in the namespace of one's own tenant, and rights to read in another's",
      resources: [
        ...namespaces,
        ...bound("RoleBinding", "acme", '{ apiGroups: [""], resources: [pods], verbs: ["*"] }'),
        ...bound("RoleBinding", "globex", '{ apiGroups: [""], resources: [pods], verbs: [get] }'),
      ],
    },
    {
      name: "a trust policy yet unknown in a stack of one tenant",
      resources: [provider, role("planner", "acme", new Unknown())],
    },
  ],
  rejects: [
    {
      name: "a role that admits a role of another tenant",
      resources: [provider, planner, role("tool", "globex", trusts({ AWS: arnOf("planner") }))],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "a session of another tenant's role",
      resources: [
        provider,
        planner,
        role("tool", "globex", trusts({ AWS: `arn:aws:sts::${account}:assumed-role/planner/s` })),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "a way through a role of no tenant, with every step from the workload on",
      resources: [
        provider,
        planner,
        resource(functionType, "agent", {
          role: outputOf(planner.urn),
          tags: { "agentid.dev/tenant": "acme" },
        }),
        role("hub", undefined, trusts({ AWS: arnOf("planner") })),
        role("tool", "globex", trusts({ AWS: arnOf("hub") })),
      ],
      findings: [
        crosses("planner", "tool", {
          chain: ["acme/agent -runs as-> planner", "planner -assumes-> hub", "hub -assumes-> tool"],
        }),
      ],
    },
    {
      name: "a role of no tenant that two obtain, but not what lies behind it again",
      resources: [
        provider,
        planner,
        desk,
        role("hub", undefined, trusts({ AWS: [arnOf("planner"), arnOf("desk")] })),
        role("behind", undefined, trusts({ AWS: arnOf("hub") })),
      ],
      findings: [
        {
          severity: "critical",
          about: "hub",
          at: "hub: assumeRolePolicy",
          message: "Role `hub` can be assumed from two tenants: acme, globex",
          related: ["planner: is of tenant `acme`", "desk: is of tenant `globex`"],
          chain: ["planner -assumes-> hub", "desk -assumes-> hub"],
        },
      ],
    },
    {
      name: "a role that every ServiceAccount of a cluster obtains",
      resources: [
        provider,
        ...namespaces,
        role("hub", undefined, admitsSubject("system:serviceaccount:*:*", "StringLike")),
      ],
      findings: [
        {
          severity: "critical",
          about: "hub",
          at: "hub: assumeRolePolicy",
          message: "Role `hub` can be assumed from two tenants: acme, globex",
          related: ["acme: is of tenant `acme`", "globex: is of tenant `globex`"],
          chain: ["acme -assumes with its token-> hub", "globex -assumes with its token-> hub"],
        },
      ],
    },
    {
      name: "a ServiceAccount that the trust policy of another tenant's role names, made or not",
      resources: [
        provider,
        ...namespaces,
        ...serviceAccount("acme", "planner"),
        role("tool", "globex", admitsSubject("system:serviceaccount:acme:planner")),
        role("other", "globex", admitsSubject("system:serviceaccount:acme:elsewhere")),
      ],
      findings: [
        crosses("acme/elsewhere", "other", {
          chain: ["acme/elsewhere -assumes with its token-> other"],
        }),
        crosses("acme/planner", "tool", {
          chain: ["acme/planner -assumes with its token-> tool"],
        }),
      ],
    },
    {
      name: "an annotation with a role of another tenant's account",
      resources: [
        ...namespaces,
        ...serviceAccount("acme", "planner", "arn:aws:iam::444455556666:role/desk"),
        role("x", "globex", trusts({ AWS: "arn:aws:iam::444455556666:role/desk" })),
      ],
      settings: { tenants: { globex: patterns({ accounts: ["444455556666"] }) } },
      findings: [
        crosses("acme/planner", "desk", {
          at: 'acme/planner: metadata.annotations["eks.amazonaws.com/role-arn"]',
          chain: ["acme/planner -assumes by its annotation-> desk"],
        }),
      ],
    },
    {
      name: "a Pod Identity association with a role of another tenant",
      resources: [
        provider,
        ...namespaces,
        role("desk", "globex", trusts({ Service: "pods.eks.amazonaws.com" })),
        resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "a", {
          clusterName: "prod",
          namespace: "acme",
          serviceAccount: "planner",
          roleArn: outputOf(urnOf(roleType, "desk")),
        }),
      ],
      settings: { tenants: { acme: patterns({ namespaces: ["acme"] }) } },
      findings: [
        crosses("acme/planner", "desk", {
          at: "a: roleArn",
          chain: ["acme/planner -assumes by Pod Identity-> desk"],
        }),
      ],
    },
    {
      name: "rights to create pods in the namespace of another tenant",
      resources: [
        ...namespaces,
        ...bound(
          "RoleBinding",
          "globex",
          '{ apiGroups: [""], resources: [pods], verbs: [create] }',
        ),
      ],
      findings: [overNamespace("creates pods in", "globex/b: subjects[0]")],
    },
    {
      name: "rights to change workloads in every namespace",
      resources: [
        ...namespaces,
        ...bound(
          "ClusterRoleBinding",
          "",
          '{ apiGroups: ["*"], resources: [deployments], verbs: [patch] }',
          true,
        ),
      ],
      findings: [overNamespace("creates workloads in", "b: subjects[0]")],
    },
    {
      name: "rights to request the token of one account of another tenant",
      resources: [
        ...namespaces,
        ...serviceAccount("globex", "desk"),
        ...bound(
          "RoleBinding",
          "globex",
          '{ apiGroups: [""], resources: [serviceaccounts/token], verbs: [create], resourceNames: [desk] }',
        ),
      ],
      findings: [
        {
          severity: "critical",
          about: "globex/desk",
          holder: "acme/operator",
          at: "globex/b: subjects[0]",
          message:
            "ServiceAccount `globex/desk` of tenant `globex` can be assumed from tenant `acme`",
          chain: ["acme/operator -requests tokens of-> globex/desk"],
        },
      ],
    },
    {
      name: "an account, when a policy of the other tenant lets it assume the role",
      resources: [
        provider,
        role("planner", "acme", service, {
          inlinePolicies: [{ policy: mayAssume(`arn:aws:iam::${account}:role/too*`) }],
        }),
        role("tool", "globex", trusts({ AWS: account })),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "an account, when a caller without the role's own tag comes in as well",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          trusts(
            { AWS: account },
            { StringEqualsIfExists: { "aws:PrincipalTag/tenant": "${aws:ResourceTag/tenant}" } },
          ),
        ),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "an account, when a Deny leaves out another role, or this one under a condition",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          policy(
            { Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" },
            { Effect: "Deny", Principal: { AWS: arnOf("writer") }, Action: "sts:AssumeRole" },
            {
              Effect: "Deny",
              Principal: { AWS: arnOf("planner") },
              Action: "sts:AssumeRole",
              Condition: { IpAddress: { "aws:SourceIp": "192.0.2.0/24" } },
            },
          ),
        ),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "an account, when the other tenant has an administrator policy",
      resources: [
        provider,
        role("planner", "acme", service, {
          managedPolicyArns: ["arn:aws:iam::aws:policy/AdministratorAccess"],
        }),
        role("tool", "globex", trusts({ AWS: account })),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "an account, when the ARN asked for is of another tenant, by pattern or exactly",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          trusts({ AWS: account }, { ArnLike: { "aws:PrincipalArn": arnOf("plan*") } }),
        ),
        role(
          "other",
          "globex",
          trusts({ AWS: account }, { ArnEquals: { "aws:PrincipalArn": arnOf("planner") } }),
        ),
      ],
      findings: [crosses("planner", "other"), crosses("planner", "tool")],
    },
    {
      name: "everyone with an external id, which holds nobody to a tenant",
      resources: [
        provider,
        role("planner", "acme", service, { inlinePolicies: [{ policy: mayAssume("*") }] }),
        role(
          "tool",
          "globex",
          trusts({ AWS: "*" }, { StringEquals: { "sts:ExternalId": "shared" } }),
        ),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "a whole account of another tenant, by configuration",
      resources: [provider, role("tool", "globex", trusts({ AWS: "444455556666" }))],
      settings: { tenants: { acme: patterns({ accounts: ["444455556666"] }) } },
      findings: [crosses("arn:aws:iam::444455556666:root", "tool")],
    },
    {
      name: "a workload that runs as a role of another tenant",
      resources: [
        provider,
        desk,
        resource(functionType, "agent", {
          role: outputOf(desk.urn),
          tags: { "agentid.dev/tenant": "acme" },
        }),
      ],
      findings: [
        crosses("acme/agent", "desk", {
          at: "agent: role",
          chain: ["acme/agent -runs as-> desk"],
        }),
      ],
    },
    {
      name: "a principal that a preview knows by the role it waits for",
      resources: [
        provider,
        planner,
        role("tool", "globex", {
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { AWS: outputOf(planner.urn) },
            Action: "sts:AssumeRole",
          },
        }),
      ],
      findings: [crosses("planner", "tool")],
    },
    {
      name: "a list of principals that a preview knows by the roles that all of them wait for",
      resources: [
        provider,
        planner,
        desk,
        role("hub", undefined, {
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: {
              AWS: [outputOf(planner.urn, desk.urn), outputOf(desk.urn, planner.urn)],
            },
            Action: "sts:AssumeRole",
          },
        }),
      ],
      findings: [
        {
          severity: "critical",
          about: "hub",
          at: "hub: assumeRolePolicy",
          message: "Role `hub` can be assumed from two tenants: acme, globex",
          related: ["planner: is of tenant `acme`", "desk: is of tenant `globex`"],
          chain: ["planner -assumes-> hub", "desk -assumes-> hub"],
        },
      ],
    },
    {
      name: "as undetermined, a principal that may be either of two roles",
      resources: [
        provider,
        planner,
        desk,
        role("tool", "globex", {
          Version: "2012-10-17",
          Statement: {
            Effect: "Allow",
            Principal: { AWS: outputOf(planner.urn, desk.urn) },
            Action: "sts:AssumeRole",
          },
        }),
      ],
      findings: [
        crosses("planner", "tool", {
          verdict: "undetermined",
          message: "Role `tool` of tenant `globex` can be assumed from tenant `acme`",
          dependsOn: ["desk", "planner"],
        }),
      ],
    },
    {
      name: "as undetermined, a trust policy that is not known yet, where there are tenants to cross",
      resources: [
        provider,
        planner,
        role(
          "tool",
          "globex",
          outputOf(urnOf("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "eks")),
        ),
      ],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "tool",
          at: "tool: assumeRolePolicy",
          message: "Role `tool` can be assumed from another tenant",
          dependsOn: ["eks"],
        },
      ],
    },
    {
      name: "as undetermined, a role whose account is not known",
      resources: [
        resource(roleType, "planner", {
          name: "planner",
          assumeRolePolicy: service,
          tags: { "agentid.dev/tenant": "acme" },
        }),
        provider,
        role("tool", "globex", trusts({ AWS: arnOf("planner") })),
      ],
      findings: [
        crosses("planner", "tool", {
          verdict: "undetermined",
          message: "Role `tool` of tenant `globex` can be assumed from tenant `acme`",
        }),
      ],
    },
    {
      name: "as undetermined, a role whose tenant is not known yet",
      resources: [
        provider,
        planner,
        role("tool", undefined, trusts({ AWS: arnOf("planner") }), {
          tags: {
            "agentid.dev/tenant": outputOf(urnOf("random:index/randomPet:RandomPet", "pet")),
          },
        }),
      ],
      findings: [
        crosses("planner", "tool", {
          verdict: "undetermined",
          message: "Role `tool` of another tenant can be assumed from tenant `acme`",
          dependsOn: ["pet"],
        }),
      ],
    },
  ],
});
