import type { Resource } from "../../../core/snapshot/resource";
import { Secret, type Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-wildcard-authority";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";

type Expected = RuleCases["rejects"][number]["findings"][number];

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/policy:Policy";
const lambda = { Service: "lambda.amazonaws.com" };

function role(inputs: Readonly<Record<string, Value>> = {}, principal: Value = lambda): Resource {
  return resource(roleType, "desk", {
    name: "desk",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: { Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" },
    },
    ...inputs,
  });
}

function document(...statements: readonly Value[]): Value {
  return { Version: "2012-10-17", Statement: statements };
}

function allow(action: Value, on: Value = "*", more: Readonly<Record<string, Value>> = {}): Value {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function inline(...statements: readonly Value[]): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", "calls", {
    role: "desk",
    policy: document(...statements),
  });
}

function managed(...statements: readonly Value[]): readonly Resource[] {
  return [
    resource(policyType, "shared", { name: "shared", policy: document(...statements) }),
    attachment(outputOf(urnOf(policyType, "shared"))),
  ];
}

function attachment(policyArn: Value): Resource {
  return resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "gives", {
    role: "desk",
    policyArn,
  });
}

function aws(name: string): Resource {
  return attachment(`arn:aws:iam::aws:policy/${name}`);
}

const lambdaFunction = resource("aws:lambda/function:Function", "answer", {
  name: "answer",
  role: outputOf(urnOf(roleType, "desk")),
});

const found = { severity: "high", about: "calls", holder: "desk", at: "calls: policy" };
const chain = ["desk -is allowed by-> calls"];
const given = { about: "", holder: "desk", at: "gives: policyArn" };

function byAws(name: string, severity: string, message: string): Expected {
  const about = `arn:aws:iam::aws:policy/${name}`;
  return { ...given, severity, about, message, chain: [`desk -is allowed by-> ${about}`] };
}

interface Binding {
  readonly kind?: "RoleBinding" | "ClusterRoleBinding";
  readonly role?: string;
  readonly subject?: string;
}

function bound({ kind = "ClusterRoleBinding", role: to = "desk", subject }: Binding = {}): string {
  const metadata = kind === "RoleBinding" ? "{ name: gives, namespace: acme }" : "{ name: gives }";
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ${kind}
metadata: ${metadata}
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${to}" }
subjects: [${subject ?? "{ kind: ServiceAccount, name: desk, namespace: acme }"}]
`;
}

function clusterRole(rules: string, metadata = "{ name: desk }", more = ""): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: ${metadata}
rules: ${rules}
${more}
`;
}

function objects(...texts: readonly string[]): readonly Resource[] {
  return manifest(texts.join("---"));
}

function rights(severity: string, message: string, more: Partial<Expected> = {}): Expected {
  return {
    severity,
    about: "desk",
    holder: "acme/desk",
    at: "gives: subjects[0]",
    message,
    chain: ["acme/desk -is allowed by-> desk"],
    ...more,
  };
}

ruleTester(rule, {
  accepts: [
    {
      name: "rights that are named",
      resources: objects(
        bound(),
        clusterRole(`[{ apiGroups: [apps], resources: [deployments], verbs: [get, list, watch] }]`),
      ),
    },
    {
      name: "a role of wildcards that no account is bound to",
      resources: objects(
        bound({ subject: "{ kind: Group, name: platform }" }),
        clusterRole(`[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]`),
      ),
    },
    {
      name: "rights over the scale of everything, which is a name and no wildcard",
      resources: objects(
        bound(),
        clusterRole(`[{ apiGroups: [apps], resources: ["*/scale"], verbs: [get, update] }]`),
      ),
    },
    {
      name: "a verb and a resource that are empty, which nobody asks for",
      resources: objects(
        bound(),
        clusterRole(
          `[{ apiGroups: ["*"], resources: ["*"], verbs: [""] }, { apiGroups: [""], resources: [""], verbs: ["*"] }]`,
        ),
      ),
    },
    {
      name: "a role that every cluster has and that names its rights",
      resources: objects(bound({ role: "view" })),
    },
    {
      name: "a role that takes in nothing by label",
      resources: objects(
        bound(),
        clusterRole(
          "[]",
          "{ name: desk }",
          `aggregationRule: { clusterRoleSelectors: [{ matchLabels: { to: desk } }] }`,
        ),
        clusterRole(
          `[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]`,
          `{ name: other, labels: { to: other } }`,
        ),
      ),
    },
    {
      name: "actions and resources that are named",
      resources: [role(), inline(allow(["s3:GetObject", "s3:Put*"], "arn:aws:s3:::acme-desk/*"))],
    },
    {
      name: "many actions of a service on everything",
      resources: [role(), inline(allow("sqs:Get*"))],
    },
    {
      name: "everything that carries the caller's tag",
      resources: [
        role(),
        inline(
          allow("*", "*", {
            Condition: { StringEquals: { "aws:ResourceTag/tenant": "${aws:PrincipalTag/tenant}" } },
          }),
        ),
      ],
    },
    {
      name: "everything within a boundary that names what is allowed",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", {
          policy: document(allow("s3:GetObject", "arn:aws:s3:::acme-desk/*")),
        }),
        inline(allow("*")),
      ],
    },
    {
      name: "a service's FullAccess within a boundary that names what is allowed",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", {
          policy: document(allow("s3:GetObject", "arn:aws:s3:::acme-desk/*")),
        }),
        aws("AmazonS3FullAccess"),
      ],
    },
    {
      name: "a whole service that a Deny takes away again",
      resources: [
        role(),
        inline(allow("iam:*"), { Effect: "Deny", Action: "iam:*", Resource: "*" }),
      ],
    },
    {
      name: "NotAction under Deny",
      resources: [role(), inline({ Effect: "Deny", NotAction: "s3:*", Resource: "*" })],
    },
    {
      name: "an administrator's role that people obtain by SAML",
      resources: [
        role({}, { Federated: "arn:aws:iam::111122223333:saml-provider/people" }),
        aws("AdministratorAccess"),
      ],
    },
    {
      name: "an administrator's role that asks for a second factor",
      resources: [
        role({
          assumeRolePolicy: document({
            Effect: "Allow",
            Principal: { AWS: "111122223333" },
            Action: "sts:AssumeRole",
            Condition: { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          }),
        }),
        aws("AdministratorAccess"),
      ],
    },
    {
      name: "an administrator's role that people obtain from Identity Center",
      resources: [
        role(
          {},
          {
            AWS: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
          },
        ),
        aws("AdministratorAccess"),
      ],
    },
    {
      name: "an administrator's role that a user obtains whose ARN is not known",
      resources: [
        role({}, { AWS: outputOf(urnOf("aws:iam/user:User", "ada")) }),
        aws("AdministratorAccess"),
      ],
    },
    { name: "a policy that nobody has", resources: [managed(allow("*"))[0] as Resource] },
    {
      name: "a policy that nobody has, made under another resource",
      resources: [
        {
          ...resource(policyType, "shared", { policy: document(allow("*")) }),
          urn: `urn:pulumi:dev::desk::acme:index:Desk$${policyType}::shared`,
        },
      ],
    },
    {
      name: "an AWS policy of a service's needs",
      resources: [role(), aws("service-role/AWSLambdaBasicExecutionRole")],
    },
    {
      name: "administrators who are users",
      resources: [
        resource("aws:iam/user:User", "ada", { name: "ada" }),
        resource("aws:iam/policyAttachment:PolicyAttachment", "admins", {
          policyArn: "arn:aws:iam::aws:policy/AdministratorAccess",
          users: ["ada"],
        }),
      ],
    },
  ],
  rejects: [
    {
      name: "everything on everything, with the workload that has it",
      resources: [role(), lambdaFunction, inline(allow("*"))],
      findings: [
        {
          ...found,
          message: "Policy `calls` allows every action on every resource: `*` on `*` (statement 1)",
          chain: ["answer -runs as-> desk", ...chain],
        },
      ],
    },
    {
      name: "everything by a policy that is marked secret, without what it says",
      resources: [
        role(),
        {
          ...inline(allow("*")),
          inputs: { role: "desk", policy: new Secret({ Statement: [allow("*")] }) },
        },
      ],
      findings: [
        {
          ...found,
          message:
            "Policy `calls` allows every action on every resource: `[secret]` on `[secret]` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "everything from one address, since that narrows nothing",
      resources: [
        role(),
        inline(allow("*", "*", { Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })),
      ],
      findings: [
        {
          ...found,
          message: "Policy `calls` allows every action on every resource: `*` on `*` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "everything where a tag is not another's, which holds without a tag",
      resources: [
        role(),
        inline(
          allow("*", "*", {
            Condition: { StringNotEquals: { "aws:ResourceTag/tenant": "globex" } },
          }),
        ),
      ],
      findings: [
        {
          ...found,
          message: "Policy `calls` allows every action on every resource: `*` on `*` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "a service's whole on every resource, however its ARN is spelled",
      resources: [
        role(),
        inline(
          allow("s3:*", ["arn:aws:s3:::*"]),
          allow(
            ["dynamodb:*", "sqs:SendMessage"],
            "arn:aws:dynamodb:eu-west-1:111122223333:table/*",
          ),
        ),
      ],
      findings: [
        {
          ...found,
          message:
            "Policy `calls` allows every action of a service on every resource: `s3:*` on `arn:aws:s3:::*` (statement 1); `dynamodb:*` on `arn:aws:dynamodb:eu-west-1:111122223333:table/*` (statement 2)",
          chain,
        },
      ],
    },
    {
      name: "a service's whole on named resources, as medium",
      resources: [role(), inline(allow("s3:*", ["arn:aws:s3:::acme", "arn:aws:s3:::acme/*"]))],
      findings: [
        {
          ...found,
          severity: "medium",
          message:
            "Policy `calls` allows every action of a service on the resources that it names: `s3:*` on `arn:aws:s3:::acme`, `arn:aws:s3:::acme/*` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "Allow with NotAction",
      resources: [role(), inline({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })],
      findings: [
        {
          ...found,
          message:
            "Policy `calls` allows everything except what it lists: `NotAction` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "Allow with NotResource",
      resources: [
        role(),
        inline({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::payroll/*" }),
      ],
      findings: [
        {
          ...found,
          message:
            "Policy `calls` allows everything except what it lists: `NotResource` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "a managed policy of the stack, where it is attached",
      resources: [role(), ...managed(allow("ec2:*"))],
      findings: [
        {
          ...given,
          severity: "high",
          about: "shared",
          message:
            "Policy `shared` allows every action of a service on every resource: `ec2:*` on `*` (statement 1)",
          chain: ["desk -is allowed by-> shared"],
        },
      ],
    },
    {
      name: "an administrator's policy",
      resources: [role(), aws("AdministratorAccess")],
      findings: [
        byAws(
          "AdministratorAccess",
          "high",
          "AWS managed policy `AdministratorAccess` gives the permissions of an administrator",
        ),
      ],
    },
    {
      name: "a FullAccess policy, as medium",
      resources: [role(), aws("AmazonBedrockFullAccess")],
      findings: [
        byAws(
          "AmazonBedrockFullAccess",
          "medium",
          "AWS managed policy `AmazonBedrockFullAccess` allows every action of a service",
        ),
      ],
    },
    {
      name: "a FullAccess policy that is newer than the list of them, by its name",
      resources: [role(), aws("AmazonNovelFullAccess")],
      findings: [
        byAws(
          "AmazonNovelFullAccess",
          "medium",
          "AWS managed policy `AmazonNovelFullAccess` allows every action of a service",
        ),
      ],
    },
    {
      name: "another policy of AWS that is newer than the list of them, as undetermined",
      resources: [role(), aws("AmazonNovelAccess")],
      findings: [
        {
          ...byAws(
            "AmazonNovelAccess",
            "medium",
            "Policy `AmazonNovelAccess` allows every action of a service, or more",
          ),
          verdict: "undetermined",
        },
      ],
    },
    {
      name: "the account-wide ReadOnlyAccess, as medium",
      resources: [role(), aws("ReadOnlyAccess")],
      findings: [
        byAws(
          "ReadOnlyAccess",
          "medium",
          "AWS managed policy `ReadOnlyAccess` allows reading everything in the account",
        ),
      ],
    },
    {
      name: "what a boundary leaves of everything when that is a whole service",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", { policy: document(allow(["s3:*", "sqs:SendMessage"])) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          message:
            "Policy `calls` allows every action of a service on every resource: `s3:*` on `*` (statement 1)",
          chain,
        },
      ],
    },
    {
      name: "everything within a boundary that is not known, as undetermined",
      resources: [
        role({ permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
        resource(policyType, "boundary", { policy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Policy `calls` allows every action on every resource: `*` on `*` (statement 1)",
          chain,
          dependsOn: ["b"],
        },
      ],
    },
    {
      name: "a policy that is not known, as undetermined",
      resources: [
        role(),
        resource("aws:iam/rolePolicy:RolePolicy", "calls", {
          role: "desk",
          policy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")),
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Policy `calls` allows every action of a service, or more",
          chain,
          dependsOn: ["b"],
        },
      ],
    },
    {
      name: "everything for whom a trust policy that is not known lets in, as undetermined",
      resources: [
        role({ assumeRolePolicy: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) }),
        inline(allow("*")),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Policy `calls` allows every action on every resource: `*` on `*` (statement 1)",
          chain,
          dependsOn: ["b"],
        },
      ],
    },
    {
      name: "an administrator's policy of a role that another role obtains",
      resources: [
        role({}, { AWS: "arn:aws:iam::111122223333:role/deploy" }),
        aws("AdministratorAccess"),
      ],
      findings: [
        byAws(
          "AdministratorAccess",
          "high",
          "AWS managed policy `AdministratorAccess` gives the permissions of an administrator",
        ),
      ],
    },
    {
      name: "an administrator's policy of a role that a principal obtains which is not known and is no user",
      resources: [
        role({}, { AWS: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) }),
        aws("AdministratorAccess"),
      ],
      findings: [
        byAws(
          "AdministratorAccess",
          "high",
          "AWS managed policy `AdministratorAccess` gives the permissions of an administrator",
        ),
      ],
    },
    {
      name: "an administrator's policy where no part of a principal is known, as undetermined",
      resources: [
        role({}, outputOf(urnOf("aws:s3/bucket:Bucket", "b"))),
        aws("AdministratorAccess"),
      ],
      findings: [
        {
          ...byAws(
            "AdministratorAccess",
            "high",
            "AWS managed policy `AdministratorAccess` gives the permissions of an administrator",
          ),
          verdict: "undetermined",
          dependsOn: ["b"],
        },
      ],
    },
    {
      name: "cluster-admin, with the pods that have it",
      resources: [
        ...objects(bound({ role: "cluster-admin" })),
        ...manifest(`
apiVersion: apps/v1
kind: Deployment
metadata: { name: desk, namespace: acme }
spec: { template: { spec: { serviceAccountName: desk, containers: [] } } }
`),
      ],
      findings: [
        rights(
          "high",
          "Role `cluster-admin` allows every verb on every resource in the whole cluster: `* * of *`",
          {
            about: "cluster-admin",
            chain: ["acme/desk -runs as-> acme/desk", "acme/desk -is allowed by-> cluster-admin"],
          },
        ),
      ],
    },
    {
      name: "cluster-admin of one of two controllers that are one workload, by the name of that one",
      resources: [
        ...objects(bound({ role: "cluster-admin" })),
        ...manifest(
          ["answer", "desk"]
            .map(
              (name) => `
apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
  namespace: acme
  labels: { app.kubernetes.io/name: desk, app.kubernetes.io/instance: desk }
spec: { template: { spec: { serviceAccountName: ${name}, containers: [] } } }
`,
            )
            .join("---"),
        ),
      ],
      findings: [
        rights(
          "high",
          "Role `cluster-admin` allows every verb on every resource in the whole cluster: `* * of *`",
          {
            about: "cluster-admin",
            chain: ["acme/desk -runs as-> acme/desk", "acme/desk -is allowed by-> cluster-admin"],
          },
        ),
      ],
    },
    {
      name: "wildcards in a namespace",
      resources: objects(
        bound({ kind: "RoleBinding" }),
        clusterRole(`[{ apiGroups: [apps], resources: ["*"], verbs: [get] }]`),
      ),
      findings: [
        rights(
          "high",
          "Role `desk` allows access to every resource of an API group in namespace `acme`: `get * of apps`",
          { at: "acme/gives: subjects[0]" },
        ),
      ],
    },
    {
      name: "all verbs on resources that carry authority",
      resources: objects(
        bound(),
        clusterRole(`[{ apiGroups: [""], resources: [configmaps, secrets], verbs: ["*"] }]`),
      ),
      findings: [
        rights(
          "high",
          "Role `desk` allows every verb on a sensitive resource in the whole cluster: `* configmaps,secrets`",
        ),
      ],
    },
    {
      name: "a rule that stands twice, told once",
      resources: objects(
        bound(),
        clusterRole(
          `[{ apiGroups: [""], resources: [secrets], verbs: ["*", ""] }, { apiGroups: [""], resources: [secrets], verbs: ["*"] }]`,
        ),
      ),
      findings: [
        rights(
          "high",
          "Role `desk` allows every verb on a sensitive resource in the whole cluster: `* secrets`",
        ),
      ],
    },
    {
      name: "all verbs on resources that carry none, as medium",
      resources: objects(
        bound(),
        clusterRole(`[{ apiGroups: [acme.example], resources: [tickets], verbs: ["*"] }]`),
      ),
      findings: [
        rights(
          "medium",
          "Role `desk` allows every verb on a resource that is not sensitive in the whole cluster: `* tickets of acme.example`",
        ),
      ],
    },
    {
      name: "wildcards that a role takes in by label, also one that every cluster has",
      resources: objects(
        bound({ role: "edit" }),
        clusterRole(
          `[{ apiGroups: ["*"], resources: ["*"], verbs: ["*"] }]`,
          `{ name: addon, labels: { rbac.authorization.k8s.io/aggregate-to-view: "true" } }`,
        ),
      ),
      findings: [
        rights(
          "high",
          "Role `edit` allows every verb on every resource in the whole cluster: `* * of *`",
          { about: "edit", chain: ["acme/desk -is allowed by-> edit"] },
        ),
      ],
    },
    {
      name: "all accounts of a namespace, by their group",
      resources: objects(
        bound({
          role: "cluster-admin",
          subject: `{ kind: Group, name: "system:serviceaccounts:acme" }`,
        }),
      ),
      findings: [
        rights(
          "high",
          "Role `cluster-admin` allows every verb on every resource in the whole cluster: `* * of *`",
          {
            about: "cluster-admin",
            holder: "system:serviceaccounts:acme",
            chain: ["system:serviceaccounts:acme -is allowed by-> cluster-admin"],
          },
        ),
      ],
    },
    {
      name: "a binding that names system:masters, whatever its role",
      resources: objects(
        bound({ role: "view", subject: `{ kind: Group, name: "system:masters" }` }),
      ),
      findings: [
        rights(
          "high",
          "`gives` uses group `system:masters`, whose members have all rights in the cluster",
          {
            about: "view",
            holder: "system:masters",
            chain: ["system:masters -is allowed by-> view"],
          },
        ),
      ],
    },
    {
      name: "a role that is not in the stack, as undetermined",
      resources: objects(bound()),
      findings: [
        rights("high", "Role `desk` allows every verb, or every resource", {
          verdict: "undetermined",
        }),
      ],
    },
    {
      name: "a role that is not known, as undetermined",
      resources: [
        resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "gives", {
          metadata: { name: "gives" },
          roleRef: { kind: "ClusterRole", name: outputOf(urnOf("aws:s3/bucket:Bucket", "b")) },
          subjects: [{ kind: "ServiceAccount", name: "desk", namespace: "acme" }],
        }),
      ],
      findings: [
        rights("high", "`gives` allows every verb, or every resource", {
          verdict: "undetermined",
          about: "gives#roleRef",
          chain: ["acme/desk -is allowed by-> gives#roleRef"],
          dependsOn: ["b"],
        }),
      ],
    },
    {
      name: "rules that are not known, as undetermined",
      resources: [
        ...objects(bound()),
        resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", "desk", {
          metadata: { name: "desk" },
          rules: outputOf(urnOf("aws:s3/bucket:Bucket", "b")),
        }),
      ],
      findings: [
        rights("high", "Role `desk` allows every verb on every resource in the whole cluster", {
          verdict: "undetermined",
          dependsOn: ["b"],
        }),
      ],
    },
  ],
});
