import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/no-public-trust";
import { manifest, outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const roleType = "aws:iam/role:Role";
const lookup = urnOf("aws:organizations/organization:Organization", "acme");

function role(assumeRolePolicy: Value): Resource {
  return resource(roleType, "triage", { name: "triage", assumeRolePolicy });
}

function allow(principal: Value, condition?: Value): Value {
  return {
    Version: "2012-10-17",
    Statement: {
      Effect: "Allow",
      Principal: principal,
      Action: "sts:AssumeRole",
      ...(condition !== undefined && { Condition: condition }),
    },
  };
}

function binding(subject: string, role: string, kind = "Group"): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRoleBinding
metadata: { name: everyone }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: "${role}" }
subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: ${kind}, name: "${subject}" }]
`;
}

function clusterRole(rules: string): string {
  return `
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: { name: desk }
rules: ${rules}
`;
}

const found = { severity: "critical", about: "triage", at: "triage: assumeRolePolicy" };
const everyone = {
  ...found,
  message: "Role `triage` can be assumed from any AWS account",
  replacement: '{"StringEquals":{"aws:PrincipalOrgID":"o-ORGANIZATION"}}',
};
const suffix = urnOf("random:index/randomPet:RandomPet", "suffix");
const directory = urnOf("azuread:index/group:Group", "people");

function bindingOf(subjects: Value): Resource {
  return resource("kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding", "everyone", {
    metadata: { name: "everyone" },
    roleRef: { kind: "ClusterRole", name: "view" },
    subjects,
  });
}

const bound = { severity: "critical", about: "everyone", at: "everyone: subjects[0]" };

ruleTester(rule, {
  accepts: [
    {
      name: "a group not known yet that is made of one where people are kept",
      resources: [bindingOf([{ kind: "Group", name: outputOf(directory) }])],
    },
    {
      name: "an account not known yet",
      resources: [
        bindingOf([{ kind: "ServiceAccount", namespace: "acme", name: outputOf(suffix) }]),
      ],
    },
    { name: "an account", resources: [role(allow({ AWS: "111122223333" }))] },
    { name: "a service", resources: [role(allow({ Service: "ec2.amazonaws.com" }))] },
    {
      name: "everyone of an organisation that is not known yet, whichever it is",
      resources: [role(allow("*", { StringEquals: { "aws:PrincipalOrgID": outputOf(lookup) } }))],
    },
    {
      name: "everyone of an organisation",
      resources: [role(allow("*", { StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }))],
    },
    {
      name: "everyone in the role of one account, by pattern",
      resources: [
        role(
          allow(
            { AWS: "*" },
            { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::111122223333:role/agents/*" } },
          ),
        ),
      ],
    },
    {
      name: "everyone less all but one account",
      resources: [
        role({
          Version: "2012-10-17",
          Statement: [
            { Effect: "Allow", Principal: "*", Action: "sts:AssumeRole" },
            {
              Effect: "Deny",
              Principal: "*",
              Action: "sts:*",
              Condition: { StringNotEquals: { "aws:PrincipalAccount": "111122223333" } },
            },
          ],
        }),
      ],
    },
    {
      name: "the ARN of a role that is not known yet",
      resources: [role(allow({ AWS: outputOf(urnOf(roleType, "broker")) }))],
    },
    {
      name: "tokens of a provider, which require-subject-condition judges",
      resources: [
        role({
          Statement: {
            Effect: "Allow",
            Principal: { Federated: "cognito-identity.amazonaws.com" },
            Action: "sts:AssumeRoleWithWebIdentity",
          },
        }),
      ],
    },
    {
      name: "discovery for callers nobody has authenticated",
      resources: manifest(binding("system:unauthenticated", "system:discovery")),
    },
    {
      name: "health checks for callers nobody has authenticated",
      resources: manifest(
        [
          binding("system:anonymous", "desk", "User"),
          clusterRole(`[{ verbs: [get], nonResourceURLs: [/healthz, "/livez/*"] }]`),
        ].join("---"),
      ),
    },
    {
      name: "the ConfigMap by which nodes join",
      resources: manifest(
        [
          binding("system:anonymous", "desk", "User"),
          clusterRole(
            `[{ apiGroups: [""], verbs: [get], resources: [configmaps], resourceNames: [cluster-info] }]`,
          ),
        ].join("---"),
      ),
    },
    {
      name: "rights of callers that are authenticated",
      resources: manifest(binding("system:authenticated", "cluster-admin")),
    },
  ],
  rejects: [
    { name: "everyone", resources: [role(allow("*"))], findings: [everyone] },
    {
      name: "a list of accounts with everyone in it",
      resources: [role(allow({ AWS: ["111122223333", "*"] }))],
      findings: [everyone],
    },
    {
      name: "everyone with an external id, which names nobody",
      resources: [role(allow("*", { StringEquals: { "sts:ExternalId": "4711" } }))],
      findings: [
        {
          ...everyone,
          replacement:
            '{"StringEquals":{"aws:PrincipalOrgID":"o-ORGANIZATION","sts:ExternalId":"4711"}}',
        },
      ],
    },
    {
      name: "everyone in a role of any account",
      resources: [
        role(allow("*", { ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/triage" } })),
      ],
      findings: [
        {
          ...everyone,
          replacement:
            '{"StringEquals":{"aws:PrincipalOrgID":"o-ORGANIZATION"},"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/triage"}}',
        },
      ],
    },
    {
      name: "everyone whose organisation is tested under IfExists",
      resources: [
        role(allow("*", { StringEqualsIfExists: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } })),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `triage` can be assumed from any AWS account: its only test, `StringEqualsIfExists`, names no caller",
          replacement: '{"StringEquals":{"aws:PrincipalOrgID":"o-a1b2c3d4e5"}}',
        },
      ],
    },
    {
      name: "all but one account",
      resources: [
        role({
          Statement: {
            Effect: "Allow",
            NotPrincipal: { AWS: "111122223333" },
            Action: "sts:AssumeRole",
          },
        }),
      ],
      findings: [everyone],
    },
    {
      name: "as undetermined a document that is not known yet",
      resources: [role(outputOf(lookup))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Role `triage` can be assumed from any AWS account",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a principal that is not known yet",
      resources: [role(allow({ AWS: outputOf(lookup) }))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Role `triage` can be assumed from any AWS account",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a pattern of organisations that is not known yet",
      resources: [role(allow("*", { StringLike: { "aws:PrincipalOrgID": outputOf(lookup) } }))],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Role `triage` can be assumed from any AWS account",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "as undetermined a statement whose effect is not known yet",
      resources: [
        role({
          Statement: { Effect: outputOf(lookup), Principal: "*", Action: "sts:AssumeRole" },
        }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          message: "Role `triage` can be assumed from any AWS account",
          dependsOn: ["acme"],
        },
      ],
    },
    {
      name: "rights of the cluster for callers nobody has authenticated",
      resources: manifest(binding("system:anonymous", "view", "User")),
      findings: [
        {
          ...bound,
          holder: "system:anonymous",
          message:
            "Binding `everyone` grants `get,list,watch configmaps,endpoints,persistentvolumeclaims and 8 more` to anonymous callers",
        },
      ],
    },
    {
      name: "a right beside discovery",
      resources: manifest(
        [
          binding("system:unauthenticated", "desk"),
          clusterRole(
            `[{ verbs: [get], nonResourceURLs: [/api] }, { apiGroups: [""], verbs: [get], resources: [secrets] }]`,
          ),
        ].join("---"),
      ),
      findings: [
        {
          ...bound,
          holder: "system:unauthenticated",
          message: "Binding `everyone` grants `get secrets` to anonymous callers",
        },
      ],
    },
    {
      name: "metrics for callers nobody has authenticated",
      resources: manifest(
        [
          binding("system:unauthenticated", "desk"),
          clusterRole(`[{ verbs: [get], nonResourceURLs: [/metrics] }]`),
        ].join("---"),
      ),
      findings: [
        {
          ...bound,
          holder: "system:unauthenticated",
          message: "Binding `everyone` grants `get /metrics` to anonymous callers",
        },
      ],
    },
    {
      name: "as undetermined a role that is not in the stack",
      resources: manifest(binding("system:anonymous", "desk", "User")),
      findings: [
        {
          ...bound,
          holder: "system:anonymous",
          verdict: "undetermined",
          message: "Binding `everyone` grants role `desk` to anonymous callers",
          reason: "the rules of the role are not in the stack",
        },
      ],
    },
    ...[
      { what: "the subjects", subjects: outputOf(suffix), at: "subjects" },
      { what: "a subject", subjects: [outputOf(suffix)], at: "subjects[0]" },
      {
        what: "the kind of a subject",
        subjects: [{ kind: outputOf(suffix), name: "desk" }],
        at: "subjects[0]",
      },
      {
        what: "the name of a group",
        subjects: [{ kind: "Group", name: outputOf(suffix) }],
        at: "subjects[0]",
      },
    ].map(({ what, subjects, at }) => ({
      name: `as undetermined rights where ${what} cannot be known`,
      resources: [bindingOf(subjects)],
      findings: [
        {
          severity: "critical",
          verdict: "undetermined" as const,
          about: "everyone",
          holder: `everyone#${at}`,
          at: `everyone: ${at}`,
          message: "Binding `everyone` grants permissions to anonymous callers",
          dependsOn: ["suffix"],
        },
      ],
    })),
  ],
});
