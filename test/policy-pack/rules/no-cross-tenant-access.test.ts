import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  roleType,
  bucketType,
  tag,
  trustOf,
  byLambda,
  desk,
  untagged,
  allow,
  deny,
  document,
  policy,
  bucket,
  byTags,
  globex,
  acme,
  tenant,
  toGlobex,
  reading,
  boundary,
  fenced,
  accounts,
  providerOf,
  anything,
  queue,
  roleOf,
  parameter,
  byPath,
  underPath,
} from "../../support/two-tenants";

ruleTester(rule, {
  accepts: [
    {
      name: "a path that another tenant's parameter does not stand under",
      resources: [
        desk,
        parameter("globex/key", "globex"),
        policy(allow(byPath, underPath("glob"))),
      ],
    },
    {
      name: "a path that is another tenant's parameter itself, which such a call does not return",
      resources: [
        desk,
        parameter("globex/key", "globex"),
        policy(allow(byPath, underPath("globex/key"))),
      ],
    },
    {
      name: "a path above another tenant's parameter, for what is asked of the parameter itself",
      resources: [
        desk,
        parameter("globex/key", "globex"),
        policy(allow("ssm:GetParameter", underPath("globex"))),
      ],
    },
    {
      name: "a path above another tenant's parameter that is denied as such",
      resources: [
        desk,
        parameter("globex/key", "globex"),
        policy(
          allow("ssm:GetParameter*", "*"),
          deny("ssm:GetParameter*", [
            underPath(""),
            underPath("globex"),
            underPath("globex/"),
            underPath("globex/key"),
          ]),
        ),
      ],
    },
    {
      name: "a permission on the tenant's own resources",
      resources: [desk, acme, globex, policy(allow("s3:*", "arn:aws:s3:::acme-*"))],
    },
    {
      name: "a pattern that takes in what is no tenant's",
      resources: [desk, acme, bucket("shared", undefined), policy(allow("s3:*", "*"))],
    },
    {
      name: "an identity of no tenant that no tenant obtains",
      resources: [untagged, globex, policy(allow("s3:*", "*"))],
    },
    {
      name: "actions of another service, or about no resource of the kind",
      resources: [
        desk,
        globex,
        queue("globex-orders", "globex"),
        policy(allow(["bedrock:InvokeModel", "s3:ListAllMyBuckets", "sqs:ListQueues"], "*")),
      ],
    },
    {
      name: "an action on objects where the bucket alone is named, and the other way round",
      resources: [
        desk,
        globex,
        policy(
          allow("s3:GetObject", "arn:aws:s3:::globex-tickets"),
          allow("s3:ListBucket", "arn:aws:s3:::globex-tickets/*"),
        ),
      ],
    },
    {
      name: "a permission for resources that carry the tenant's tag, or the caller's",
      resources: [
        desk,
        byTags("globex-tickets"),
        globex,
        policy(
          allow("s3:*", "*", {
            Condition: { StringEquals: { [`aws:ResourceTag/${tag}`]: "acme" } },
          }),
          allow("s3:*", "*", {
            Condition: {
              StringEquals: { [`aws:ResourceTag/${tag}`]: `\${aws:PrincipalTag/${tag}}` },
            },
          }),
        ),
      ],
    },
    {
      name: "a name with the caller's tag in it",
      resources: [
        desk,
        globex,
        policy(allow("s3:GetObject", `arn:aws:s3:::\${aws:PrincipalTag/${tag}}-tickets/*`)),
      ],
    },
    {
      name: "what a Deny of its own takes away",
      resources: [
        desk,
        globex,
        policy(allow("s3:GetObject", "*"), deny("s3:*", "arn:aws:s3:::globex-*")),
      ],
    },
    {
      name: "what its boundary does not allow",
      resources: [
        fenced,
        globex,
        ...boundary(allow("*", ["arn:aws:s3:::acme-*"])),
        policy(allow("s3:GetObject", "*")),
      ],
    },
    {
      name: "what its boundary denies by the tag of other tenants, where S3 looks at tags",
      resources: [
        fenced,
        globex,
        bucket("initech-tickets", "initech"),
        ...["globex-tickets", "initech-tickets"].map(byTags),
        ...boundary(
          anything,
          deny("*", "*", {
            Condition: {
              StringNotEquals: { [`aws:ResourceTag/${tag}`]: "acme" },
              Null: { [`aws:ResourceTag/${tag}`]: "false" },
            },
          }),
        ),
        policy(allow("s3:GetObject", "*")),
      ],
    },
    {
      name: "keys by the tenant's own alias",
      resources: [
        desk,
        resource("aws:kms/key:Key", "globex", { tags: { [tag]: "globex" } }),
        resource("aws:kms/alias:Alias", "globex", {
          name: "alias/globex",
          targetKeyId: outputOf(urnOf("aws:kms/key:Key", "globex")),
        }),
        policy(
          allow("kms:Decrypt", "*", {
            Condition: { StringLike: { "kms:ResourceAliases": "alias/acme*" } },
          }),
        ),
      ],
    },
    {
      name: "a pattern of its own tenant's names by configuration",
      resources: [desk, policy(allow("s3:GetObject", "arn:aws:s3:::acme-*"))],
      settings: {
        tenants: { acme: tenant({ names: ["acme-*"] }), globex: tenant({ names: ["globex-*"] }) },
      },
    },
    {
      name: "everything in its own account, where the other tenant is in another",
      resources: [desk, policy(allow("sqs:*", "*"))],
      settings: { tenants: { globex: tenant({ accounts: ["444455556666"] }) } },
    },
    {
      name: "everything, where the other tenant's bucket is in another account that does not let it in",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("111122223333") },
        { ...globex, provider: providerOf("444455556666") },
        { ...policy(allow("s3:*", "*")), provider: providerOf("111122223333") },
      ],
    },
    {
      name: "a written name that a bucket without one cannot get",
      resources: [
        desk,
        resource(bucketType, "acme", { tags: { [tag]: "globex" } }),
        policy(allow("s3:GetObject", "arn:aws:s3:::acme-reports/*")),
      ],
    },
    {
      name: "a value that waits for the tenant's own resource",
      resources: [
        desk,
        acme,
        globex,
        policy(allow("s3:*", outputOf(urnOf(bucketType, "acme-tickets")))),
      ],
    },
    {
      name: "passing a role of its own tenant",
      resources: [
        desk,
        roleOf("globex-run", "globex"),
        policy(allow("iam:PassRole", "arn:aws:iam::111122223333:role/acme-*")),
      ],
    },
    {
      name: "obtaining a role of another tenant, which is of `no-cross-tenant-trust`",
      resources: [desk, roleOf("globex-run", "globex"), policy(allow("sts:AssumeRole", "*"))],
    },
    {
      name: "what a Deny on its account holds back, where the account of the resource is known",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("111122223333") },
        {
          ...queue("globex-orders", "globex", { region: "eu-central-1" }),
          provider: providerOf("111122223333"),
        },
        {
          ...policy(allow("sqs:SendMessage", "*"), deny("sqs:*", "arn:aws:sqs:*:111122223333:*")),
          provider: providerOf("111122223333"),
        },
      ],
    },
    {
      name: "resources of an account that the caller and the resource are not in",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("111122223333") },
        { ...globex, provider: providerOf("111122223333") },
        {
          ...policy(
            allow("s3:GetObject", "*", {
              Condition: { StringEquals: { "aws:ResourceAccount": "444455556666" } },
            }),
          ),
          provider: providerOf("111122223333"),
        },
      ],
    },
    {
      name: "what people alone obtain",
      resources: [
        resource(roleType, "desk", {
          name: "desk",
          tags: { [tag]: "acme" },
          assumeRolePolicy: JSON.stringify({
            Version: "2012-10-17",
            Statement: [
              {
                Effect: "Allow",
                Principal: { Federated: "arn:aws:iam::111122223333:saml-provider/staff" },
                Action: "sts:AssumeRoleWithSAML",
              },
            ],
          }),
        }),
        globex,
        policy(allow("s3:GetObject", "*")),
      ],
    },
  ],
  rejects: [
    {
      name: "a permission on another tenant's bucket by its name",
      resources: [desk, globex, policy(allow("s3:GetObject", "arn:aws:s3:::globex-tickets/*"))],
      findings: [reading],
    },
    {
      name: "a pattern that takes in all tenants' buckets",
      resources: [desk, acme, globex, policy(allow("s3:GetObject", "arn:aws:s3:::*-tickets/*"))],
      findings: [reading],
    },
    {
      name: "a permission on everything",
      resources: [desk, acme, globex, policy(allow("s3:GetObject", "*"))],
      findings: [reading],
    },
    {
      name: "a permission on all but what it names",
      resources: [
        desk,
        globex,
        policy({ Effect: "Allow", Action: "s3:GetObject", NotResource: "arn:aws:s3:::acme-*" }),
      ],
      findings: [reading],
    },
    {
      name: "all actions but what it names",
      resources: [desk, globex, policy({ Effect: "Allow", NotAction: "iam:*", Resource: "*" })],
      findings: [
        {
          ...toGlobex,
          message:
            "Policy `access` allows tenant `acme` to call actions that it does not exclude on bucket `globex-tickets` of tenant `globex`",
        },
      ],
    },
    {
      name: "a tag that another tenant's resource carries too, or that nobody asks for",
      resources: [
        desk,
        bucket("globex-tickets", "globex", { tags: { [tag]: "globex", team: "desk" } }),
        byTags("globex-tickets"),
        policy(
          allow("s3:GetObject", "*", {
            Condition: {
              StringEquals: { "aws:ResourceTag/team": "desk" },
              Bool: { "aws:SecureTransport": "true" },
            },
          }),
        ),
      ],
      findings: [reading],
    },
    {
      name: "a bucket that its boundary denies by the tag of other tenants, where S3 does not look at tags",
      resources: [
        fenced,
        globex,
        ...boundary(
          anything,
          deny("*", "*", {
            Condition: {
              StringNotEquals: { [`aws:ResourceTag/${tag}`]: "acme" },
              Null: { [`aws:ResourceTag/${tag}`]: "false" },
            },
          }),
        ),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [reading],
    },
    {
      name: "a boundary that denies by a tag which the other tenant's resource lacks",
      resources: [
        fenced,
        bucket("globex-tickets", undefined),
        byTags("globex-tickets"),
        ...boundary(
          anything,
          deny("*", "*", {
            Condition: {
              StringNotEquals: { [`aws:ResourceTag/${tag}`]: "acme" },
              Null: { [`aws:ResourceTag/${tag}`]: "false" },
            },
          }),
        ),
        policy(allow("s3:GetObject", "*")),
      ],
      settings: { tenants: { globex: tenant({ names: ["globex-*"] }) } },
      findings: [reading],
    },
    {
      name: "the tenant of a resource by the provider's default tags, and of a role by its workload",
      resources: [
        resource("pulumi:providers:aws", "globex", {
          defaultTags: JSON.stringify({ tags: { [tag]: "globex" } }),
        }),
        resource(
          bucketType,
          "globex-tickets",
          { bucket: "globex-tickets" },
          {
            provider: urnOf("pulumi:providers:aws", "globex"),
          },
        ),
        untagged,
        resource("aws:lambda/function:Function", "triage", {
          name: "triage",
          role: outputOf(urnOf(roleType, "desk")),
          tags: { [tag]: "acme" },
        }),
        policy(allow("s3:GetObject", "*")),
      ],
      findings: [
        {
          ...reading,
          chain: ["acme/triage -runs as-> desk", ...toGlobex.chain],
        },
      ],
    },
    {
      name: "a way through a role of no tenant",
      resources: [
        resource(roleType, "bridge", {
          name: "bridge",
          assumeRolePolicy: trustOf({ AWS: "arn:aws:iam::111122223333:role/desk" }),
          inlinePolicies: [
            { name: "own", policy: JSON.stringify(document(allow("s3:GetObject", "*"))) },
          ],
        }),
        resource(
          roleType,
          "desk",
          {
            name: "desk",
            tags: { [tag]: "acme" },
            assumeRolePolicy: byLambda,
          },
          { outputs: { arn: "arn:aws:iam::111122223333:role/desk" } },
        ),
        globex,
      ],
      findings: [
        {
          ...toGlobex,
          about: "bridge",
          holder: "bridge",
          at: "bridge: inlinePolicies[0].policy",
          message:
            "Policy `bridge: inlinePolicies[0].policy` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          chain: ["desk -assumes-> bridge", "bridge -allows acting on-> globex-tickets"],
        },
      ],
    },
    {
      name: "each kind of resource by its own actions",
      resources: [
        desk,
        resource("aws:dynamodb/table:Table", "globex-cases", {
          name: "globex-cases",
          tags: { [tag]: "globex" },
          globalSecondaryIndexes: [{ name: "by-day", hashKey: "day", projectionType: "ALL" }],
        }),
        resource("aws:secretsmanager/secret:Secret", "globex-crm", {
          name: "globex/crm",
          tags: { [tag]: "globex" },
        }),
        resource("aws:ssm/parameter:Parameter", "globex-url", {
          name: "/globex/url",
          type: "String",
          value: "x",
          tags: { [tag]: "globex" },
        }),
        policy(
          allow("dynamodb:Query", "arn:aws:dynamodb:*:*:table/globex-cases/index/*"),
          allow("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:*:*:secret:globex/*"),
          allow("ssm:GetParameter", "arn:aws:ssm:*:*:parameter/globex/*"),
        ),
      ],
      findings: [
        {
          ...toGlobex,
          message:
            "Policy `access` allows tenant `acme` to call `dynamodb:Query`, `secretsmanager:GetSecretValue` and `ssm:GetParameter` on table `globex-cases` of tenant `globex`, secret `globex/crm` of tenant `globex` and parameter `globex/url` of tenant `globex`",
          related: [
            "globex-cases: is of tenant `globex`",
            "globex/crm: is of tenant `globex`",
            "globex/url: is of tenant `globex`",
          ],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-cases"],
        },
      ],
    },
    {
      name: "passing a role of another tenant",
      resources: [
        desk,
        roleOf("globex-run", "globex"),
        policy(allow("iam:PassRole", "arn:aws:iam::*:role/globex-*")),
      ],
      findings: [
        {
          ...toGlobex,
          message:
            "Policy `access` allows tenant `acme` to call `iam:PassRole` on role `globex-run` of tenant `globex`",
          related: ["globex-run: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-run"],
        },
      ],
    },
    {
      name: "a pattern that takes in names which are another tenant's by configuration",
      resources: [desk, policy(allow("s3:GetObject", "arn:aws:s3:::globex-*/*"))],
      settings: { tenants: { globex: tenant({ names: ["globex-*"] }) } },
      findings: [
        {
          ...toGlobex,
          message:
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on each bucket `globex-*` of tenant `globex`",
          related: [],
          chain: ["desk -is allowed by-> access"],
        },
      ],
    },
    {
      name: "everything, where the other tenant's bucket in another account lets it in",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("111122223333") },
        { ...globex, provider: providerOf("444455556666") },
        resource("aws:s3/bucketPolicy:BucketPolicy", "guard", {
          bucket: outputOf(urnOf(bucketType, "globex-tickets")),
          policy: document(
            allow("s3:GetObject", "*", { Principal: { AWS: "arn:aws:iam::111122223333:root" } }),
          ),
        }),
        { ...policy(allow("s3:GetObject", "*")), provider: providerOf("111122223333") },
      ],
      findings: [reading],
    },
    {
      name: "another tenant's account by name",
      resources: [desk, policy(allow("sqs:SendMessage", "arn:aws:sqs:*:444455556666:*"))],
      settings: { tenants: { globex: tenant({ accounts: ["444455556666"] }) } },
      findings: [
        {
          ...toGlobex,
          message:
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on resources in account `444455556666` of tenant `globex`",
          related: [],
          chain: ["desk -is allowed by-> access"],
        },
      ],
    },
    {
      name: "a managed policy where it is attached",
      resources: [
        desk,
        globex,
        resource("aws:iam/policy:Policy", "read", {
          name: "read",
          policy: document(allow("s3:GetObject", "arn:aws:s3:::globex-*")),
        }),
        resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
          role: "desk",
          policyArn: outputOf(urnOf("aws:iam/policy:Policy", "read")),
        }),
      ],
      findings: [
        {
          ...reading,
          about: "read",
          message: reading.message.replace("access", "read"),
          at: "attached: policyArn",
          chain: ["desk -is allowed by-> read", "read -allows acting on-> globex-tickets"],
        },
      ],
    },
    {
      name: "a value that waits for another tenant's resource",
      resources: [
        desk,
        globex,
        policy(allow("s3:GetObject", outputOf(urnOf(bucketType, "globex-tickets")))),
      ],
      findings: [reading],
    },
    {
      name: "a path above another tenant's parameter, whose own name is denied",
      resources: [
        desk,
        parameter("globex/key", "globex"),
        policy(
          allow(byPath, underPath("globex")),
          deny("ssm:GetParameter*", underPath("globex/key")),
        ),
      ],
      findings: [
        {
          severity: "critical",
          about: "access",
          holder: "desk",
          at: "access: policy",
          message:
            "Policy `access` allows tenant `acme` to call `ssm:GetParametersByPath` on parameter `globex/key` of tenant `globex`",
          related: ["globex/key: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex/key"],
        },
      ],
    },
    {
      name: "the path above all parameters",
      resources: [desk, parameter("globex/key", "globex"), policy(allow(byPath, underPath("")))],
      findings: [
        {
          severity: "critical",
          about: "access",
          holder: "desk",
          at: "access: policy",
          message:
            "Policy `access` allows tenant `acme` to call `ssm:GetParametersByPath` on parameter `globex/key` of tenant `globex`",
          related: ["globex/key: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex/key"],
        },
      ],
    },
  ],
});
