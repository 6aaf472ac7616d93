import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import type { Resource } from "../../../core/snapshot/resource";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester, type RuleCases } from "../../support/rule-tester";
import {
  roleType,
  bucketType,
  tag,
  desk,
  allow,
  deny,
  document,
  policy,
  globex,
  toGlobex,
  reading,
  queue,
} from "../../support/two-tenants";

/** What keeps a policy beside it, by the policy's type: what others name it by, and an action on it. */
const guarded = [
  [
    "aws:acmpca/policy:Policy",
    "resourceArn",
    "aws:acmpca/certificateAuthority:CertificateAuthority",
    "acm-pca:IssueCertificate",
    "certificate authority",
  ],
  [
    "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy",
    "repository",
    "aws:codeartifact/repository:Repository",
    "codeartifact:ReadFromRepository",
    "package repository",
  ],
  [
    "aws:codebuild/resourcePolicy:ResourcePolicy",
    "resourceArn",
    "aws:codebuild/project:Project",
    "codebuild:StartBuild",
    "build project",
  ],
  [
    "aws:dsql/clusterPolicy:ClusterPolicy",
    "identifier",
    "aws:dsql/cluster:Cluster",
    "dsql:DbConnect",
    "Aurora DSQL cluster",
  ],
  [
    "aws:elasticsearch/domainPolicy:DomainPolicy",
    "domainName",
    "aws:elasticsearch/domain:Domain",
    "es:ESHttpGet",
    "search domain",
  ],
  [
    "aws:s3/vectorsVectorBucketPolicy:VectorsVectorBucketPolicy",
    "vectorBucketArn",
    "aws:s3/vectorsVectorBucket:VectorsVectorBucket",
    "s3vectors:QueryVectors",
    "vector bucket",
  ],
  [
    "aws:sesv2/emailIdentityPolicy:EmailIdentityPolicy",
    "emailIdentity",
    "aws:sesv2/emailIdentity:EmailIdentity",
    "ses:SendEmail",
    "mail identity",
  ],
] as const;

/** A thing of `globex` whose policy denies another tenant an action that `desk` is allowed. */
function guardedStack(
  [type, of, thing, action]: (typeof guarded)[number],
  tenants: string,
): readonly Resource[] {
  const refused = deny(action, "*", {
    Principal: "*",
    Condition: { StringNotEquals: { [`aws:PrincipalTag/${tag}`]: tenants } },
  });
  const name =
    {
      "aws:codeartifact/repositoryPermissionsPolicy:RepositoryPermissionsPolicy": "policyDocument",
      "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
    }[type as string] ?? "policy";
  return [
    desk,
    resource(thing, "kept", { tags: { [tag]: "globex" } }),
    resource(type, "guard", { [of]: outputOf(urnOf(thing, "kept")), [name]: document(refused) }),
    policy(allow(action, "*")),
  ];
}

/** A build project is a workload too, and shown with its tenant. */
function labelOf(thing: string): string {
  return thing.startsWith("aws:codebuild/") ? "globex/kept" : "kept";
}

ruleTester(rule, {
  accepts: [
    ...guarded.map((each) => ({
      name: `what ${each[0]} denies other tenants`,
      resources: guardedStack(each, "globex"),
    })),
    {
      name: "what the policy of the resource denies all but its own tenant's roles",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: outputOf(urnOf(bucketType, "globex-tickets")),
          policy: document(
            deny("s3:*", "arn:aws:s3:::globex-tickets/*", {
              Principal: "*",
              Condition: { StringNotEquals: { [`aws:PrincipalTag/${tag}`]: "globex" } },
            }),
          ),
        }),
        policy(allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*")),
      ],
    },
    {
      name: "a key whose policy lets in its own tenant's role alone",
      resources: [
        desk,
        resource("aws:kms/key:Key", "globex", {
          tags: { [tag]: "globex" },
          policy: JSON.stringify(
            document({
              ...allow("kms:*", "*"),
              Principal: { AWS: "arn:aws:iam::111122223333:role/globex" },
            }),
          ),
        }),
        policy(allow("kms:Decrypt", "*")),
      ],
    },
  ],
  rejects: [
    ...guarded.map((each): RuleCases["rejects"][number] => {
      const [type, , thing, action, what] = each;
      return {
        name: `what ${type} denies others than those whom a policy allows it`,
        resources: guardedStack(each, "acme"),
        findings: [
          {
            severity: "critical",
            about: "access",
            holder: "desk",
            at: "access: policy",
            message: `Policy \`access\` allows tenant \`acme\` to call \`${action}\` on ${what} \`${labelOf(thing)}\` of tenant \`globex\``,
            related: [`${labelOf(thing)}: is of tenant \`globex\``],
            chain: ["desk -is allowed by-> access", `access -allows acting on-> ${labelOf(thing)}`],
          },
        ],
      };
    }),
    {
      name: "a Deny of its own, and of the resource, that is about something else",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: "globex-tickets",
          policy: document(
            deny("s3:*", "*", {
              Principal: "*",
              Condition: { Bool: { "aws:SecureTransport": "false" } },
            }),
          ),
        }),
        policy(allow("s3:GetObject", "*"), deny("s3:PutObject", "arn:aws:s3:::globex-*")),
      ],
      findings: [reading],
    },
    {
      name: "as undetermined a resource whose policy or tenant is not known",
      resources: [
        desk,
        queue("globex-orders", "globex", { policy: outputOf(urnOf(roleType, "desk")) }),
        policy(allow("sqs:SendMessage", "arn:aws:sqs:*:*:globex-orders")),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          dependsOn: ["desk"],
        },
        {
          verdict: "undetermined",
          severity: "critical",
          about: "globex-orders",
          at: "globex-orders: policy",
          message:
            "The policy of queue `globex-orders` of tenant `globex` allows other tenants to act on it",
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "as undetermined a bucket that a policy of an unknown bucket may guard",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: outputOf(urnOf("random:index/randomPet:RandomPet", "name")),
          policy: document(deny("s3:*", "*", { Principal: "*" })),
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["name"],
        },
      ],
    },
    {
      name: "as undetermined what the policy of a resource denies callers of other accounts, where that of the caller is not known",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: "globex-tickets",
          policy: document(
            deny("s3:*", "arn:aws:s3:::globex-tickets/*", {
              Principal: "*",
              Condition: { StringNotEquals: { "aws:PrincipalAccount": "444455556666" } },
            }),
          ),
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "as undetermined what the policy of a resource denies a principal that is not known",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: "globex-tickets",
          policy: document(
            deny("s3:*", "arn:aws:s3:::globex-tickets/*", { Principal: { AWS: outputOf() } }),
          ),
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
        },
      ],
    },
    {
      name: "as undetermined what the policy of a resource denies a principal that waits for the caller and for another",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: "globex-tickets",
          policy: document(
            deny("s3:*", "arn:aws:s3:::globex-tickets/*", {
              Principal: { AWS: outputOf(urnOf(roleType, "desk"), urnOf(roleType, "other")) },
            }),
          ),
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["desk", "other"],
        },
      ],
    },
    {
      name: "as undetermined what the policy of a resource denies a role of an account, where that of the caller is not known",
      resources: [
        desk,
        globex,
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: "globex-tickets",
          policy: document(
            deny("s3:*", "arn:aws:s3:::globex-tickets/*", {
              Principal: { AWS: "arn:aws:iam::444455556666:role/desk" },
            }),
          ),
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["desk"],
        },
      ],
    },
    {
      name: "as undetermined a key whose policy lets in a principal that waits for the caller and for another",
      resources: [
        desk,
        resource("aws:kms/key:Key", "globex", {
          tags: { [tag]: "globex" },
          policy: document({
            ...allow("kms:*", "*"),
            Principal: { AWS: outputOf(urnOf(roleType, "desk"), urnOf(roleType, "other")) },
          }),
        }),
        policy(allow("kms:Decrypt", "*")),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "Policy `access` allows tenant `acme` to call `kms:Decrypt` on key `globex` of tenant `globex`",
          related: ["globex: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex"],
          dependsOn: ["desk", "other"],
        },
        {
          verdict: "undetermined",
          severity: "critical",
          about: "globex",
          holder: "desk",
          at: "globex: policy",
          message:
            "The policy of key `globex` of tenant `globex` allows tenant `acme` to call `kms:*`",
          chain: ["desk -is allowed by-> globex"],
          dependsOn: ["desk", "other"],
        },
      ],
    },
  ],
});
