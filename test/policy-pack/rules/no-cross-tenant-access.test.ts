import type { Value, ValueRecord } from "../../../core/snapshot/value";
import type { Resource } from "../../../core/snapshot/resource";
import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import type { TenantPatterns } from "../../../policy-pack/settings";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const roleType = "aws:iam/role:Role";
const bucketType = "aws:s3/bucket:Bucket";
const tag = "agentid.dev/tenant";

function trustOf(principal: ValueRecord): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: principal, Action: "sts:AssumeRole" }],
  });
}

const byLambda = trustOf({ Service: "lambda.amazonaws.com" });

/** The role `desk` of tenant `acme`. */
const desk = resource(roleType, "desk", {
  name: "desk",
  tags: { [tag]: "acme" },
  assumeRolePolicy: byLambda,
});

const untagged = resource(roleType, "desk", { name: "desk", assumeRolePolicy: byLambda });

function allow(action: Value, on: Value, more: ValueRecord = {}): ValueRecord {
  return { Effect: "Allow", Action: action, Resource: on, ...more };
}

function deny(action: Value, on: Value, more: ValueRecord = {}): ValueRecord {
  return { ...allow(action, on, more), Effect: "Deny" };
}

function document(...statements: readonly ValueRecord[]): ValueRecord {
  return { Version: "2012-10-17", Statement: [...statements] };
}

function policy(...statements: readonly ValueRecord[]): Resource {
  return resource("aws:iam/rolePolicy:RolePolicy", "access", {
    role: "desk",
    policy: document(...statements),
  });
}

function bucket(name: string, tenant: string | undefined, inputs: ValueRecord = {}): Resource {
  return resource(bucketType, name, {
    bucket: name,
    ...(tenant !== undefined && { tags: { [tag]: tenant } }),
    ...inputs,
  });
}

const globex = bucket("globex-tickets", "globex");
const acme = bucket("acme-tickets", "acme");

function tenant(patterns: Partial<TenantPatterns>): TenantPatterns {
  return { namespaces: [], accounts: [], rolePaths: [], names: [], ...patterns };
}

const toGlobex = {
  grade: "critical",
  about: "access",
  holder: "desk",
  at: "access: policy",
  related: ["globex-tickets: is of tenant `globex`"],
  chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-tickets"],
} as const;

const reading = {
  ...toGlobex,
  message:
    "`desk` of tenant `acme` may call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
};

function boundary(...statements: readonly ValueRecord[]): readonly Resource[] {
  return [
    resource("aws:iam/policy:Policy", "fence", { name: "fence", policy: document(...statements) }),
    resource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "unused", {
      role: "other",
      policyArn: "arn:aws:iam::111122223333:policy/fence",
    }),
  ];
}

const fenced = resource(roleType, "desk", {
  name: "desk",
  tags: { [tag]: "acme" },
  assumeRolePolicy: byLambda,
  permissionsBoundary: outputOf(urnOf("aws:iam/policy:Policy", "fence")),
});

const accounts = ["111122223333", "444455556666"].map((account) =>
  resource("pulumi:providers:aws", `in-${account}`, { allowedAccountIds: [account] }),
);

function providerOf(account: string): string {
  return urnOf("pulumi:providers:aws", `in-${account}`);
}

const anything = allow("*", "*");

function queue(name: string, of: string, inputs: ValueRecord = {}): Resource {
  return resource("aws:sqs/queue:Queue", name, { name, tags: { [tag]: of }, ...inputs });
}

function gateway(name: string, inputs: ValueRecord = {}): Resource {
  return resource("aws:bedrock/agentcoreGateway:AgentcoreGateway", name, {
    name,
    authorizerType: "AWS_IAM",
    roleArn: "arn:aws:iam::111122223333:role/gateway",
    ...inputs,
  });
}

function roleOf(name: string, of: string, ...statements: readonly ValueRecord[]): Resource {
  return resource(roleType, name, {
    name,
    tags: { [tag]: of },
    assumeRolePolicy: byLambda,
    ...(statements.length > 0 && {
      inlinePolicies: [{ name: "own", policy: JSON.stringify(document(...statements)) }],
    }),
  });
}

const invoke = "bedrock-agentcore:InvokeGateway";

function parameter(name: string, tenant: string | undefined, type = "SecureString"): Resource {
  return resource("aws:ssm/parameter:Parameter", name, {
    name: `/${name}`,
    type,
    ...(tenant !== undefined && { tags: { [tag]: tenant } }),
  });
}

const byPath = "ssm:GetParametersByPath";

function underPath(path: string): string {
  return `arn:aws:ssm:*:*:parameter/${path}`;
}

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
      name: "a plain parameter of no tenant that the roles of two read",
      resources: [
        parameter("shared/region", undefined, "String"),
        roleOf("acme", "acme", allow("ssm:GetParameter", underPath("shared/*"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("shared/*"))),
      ],
    },
    {
      name: "a SecureString of no tenant that the role of one reads",
      resources: [
        parameter("shared/key", undefined),
        roleOf("acme", "acme", allow("ssm:GetParameter", underPath("shared/*"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("globex/*"))),
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
      name: "what its boundary denies by the tag of other tenants",
      resources: [
        fenced,
        globex,
        bucket("initech-tickets", "initech"),
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
      name: "a gateway of no tenant that one tenant uses, and one that asks for tokens",
      resources: [
        gateway("tools"),
        gateway("open", { authorizerType: "CUSTOM_JWT" }),
        roleOf("acme", "acme", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/*")),
        roleOf("globex", "globex", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/open-*")),
      ],
    },
    {
      name: "a gateway of no tenant that a Deny keeps one of them from",
      resources: [
        gateway("tools"),
        roleOf("acme", "acme", allow(invoke, "*")),
        roleOf("globex", "globex", allow(invoke, "*"), deny("bedrock-agentcore:*", "*")),
      ],
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
            "`desk` of tenant `acme` may call what its policy does not leave out on bucket `globex-tickets` of tenant `globex`",
        },
      ],
    },
    {
      name: "a tag that another tenant's resource carries too, or that nobody asks for",
      resources: [
        desk,
        bucket("globex-tickets", "globex", { tags: { [tag]: "globex", team: "desk" } }),
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
      name: "a boundary that denies by a tag which the other tenant's resource lacks",
      resources: [
        fenced,
        bucket("globex-tickets", undefined),
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
            "`bridge` of tenant `acme` may call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
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
            "`desk` of tenant `acme` may call `dynamodb:Query`, `secretsmanager:GetSecretValue` and `ssm:GetParameter` on table `globex-cases` of tenant `globex`, secret `globex/crm` of tenant `globex` and parameter `globex/url` of tenant `globex`",
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
            "`desk` of tenant `acme` may call `iam:PassRole` on role `globex-run` of tenant `globex`",
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
            "`desk` of tenant `acme` may call `s3:GetObject` on each bucket `globex-*` of tenant `globex`",
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
            "`desk` of tenant `acme` may call `sqs:SendMessage` on what is in account `444455556666` of tenant `globex`",
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
      name: "as undetermined a value that waits for resources of two tenants",
      resources: [
        desk,
        acme,
        globex,
        policy(
          allow(
            "s3:GetObject",
            outputOf(urnOf(bucketType, "acme-tickets"), urnOf(bucketType, "globex-tickets")),
          ),
        ),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: a resource of a policy is not known yet",
          waitsFor: ["acme-tickets", "globex-tickets"],
        },
      ],
    },
    {
      name: "as undetermined what both the tenant of a role and a value decide, and names both",
      resources: [
        { ...desk, inputs: { ...desk.inputs, tags: { [tag]: outputOf(urnOf(roleType, "who")) } } },
        acme,
        globex,
        policy(
          allow(
            "s3:GetObject",
            outputOf(urnOf(bucketType, "acme-tickets"), urnOf(bucketType, "globex-tickets")),
          ),
        ),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of a tenant that is not known yet may be able to call `s3:GetObject` on bucket `acme-tickets` of tenant `acme` and bucket `globex-tickets` of tenant `globex`: a resource of a policy is not known yet",
          related: ["acme-tickets: is of tenant `acme`", ...toGlobex.related],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> acme-tickets"],
          waitsFor: ["who", "acme-tickets", "globex-tickets"],
        },
      ],
    },
    {
      name: "as undetermined a value that nothing in the stack says",
      resources: [desk, globex, policy(allow("s3:GetObject", outputOf()))],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: a preview cannot know whether `access` lets `desk` of tenant `acme` act on resources of other tenants: a resource of a policy is not known yet",
          related: [],
          chain: ["desk -is allowed by-> access"],
        },
      ],
    },
    {
      name: "as undetermined a policy that is not known",
      resources: [
        desk,
        globex,
        resource("aws:iam/rolePolicy:RolePolicy", "access", {
          role: "desk",
          policy: outputOf(urnOf(bucketType, "acme-tickets")),
        }),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: a preview cannot know whether `access` lets `desk` of tenant `acme` act on resources of other tenants: a policy is not known yet",
          related: [],
          chain: ["desk -is allowed by-> access"],
          waitsFor: ["acme-tickets"],
        },
      ],
    },
    {
      name: "as undetermined a name that fits in an account that is not known",
      resources: [
        desk,
        queue("globex-orders", "globex", { region: "eu-central-1" }),
        policy(allow("sqs:SendMessage", "arn:aws:sqs:eu-central-1:111122223333:globex-orders")),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`: the account of a resource is not known",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          waitsFor: ["globex-orders"],
        },
      ],
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
            "undetermined: `desk` of tenant `acme` may be able to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`: the policy of a resource is not known yet",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          waitsFor: ["desk"],
        },
        {
          verdict: "undetermined",
          grade: "critical",
          about: "globex-orders",
          at: "globex-orders: policy",
          message:
            "undetermined: a preview cannot know whether queue `globex-orders` of tenant `globex` lets identities of other tenants act on it: the policy of a resource is not known yet",
          waitsFor: ["desk"],
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
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: which resource a policy is of is not known yet",
          waitsFor: ["name"],
        },
      ],
    },
    {
      name: "as undetermined what a Deny on an account may hold back from a resource of none that is known",
      resources: [
        desk,
        queue("globex-orders", "globex", { region: "eu-central-1" }),
        policy(allow("sqs:SendMessage", "*"), deny("sqs:*", "arn:aws:sqs:*:444455556666:*")),
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`: the account of a resource is not known",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          waitsFor: ["globex-orders"],
        },
      ],
    },
    {
      name: "what a Deny on another queue of an account leaves of one whose account is not known",
      resources: [
        desk,
        queue("globex-orders", "globex", { region: "eu-central-1" }),
        policy(
          allow("sqs:SendMessage", "*"),
          deny("sqs:*", "arn:aws:sqs:*:444455556666:acme-orders"),
        ),
      ],
      findings: [
        {
          ...toGlobex,
          message:
            "`desk` of tenant `acme` may call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
        },
      ],
    },
    {
      name: "as undetermined a permission for resources of an account, where that of a resource is not known",
      resources: [
        desk,
        globex,
        policy(
          allow("s3:GetObject", "*", {
            Condition: { StringEquals: { "s3:ResourceAccount": "444455556666" } },
          }),
        ),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: the account of a resource is not known",
          waitsFor: ["globex-tickets"],
        },
      ],
    },
    {
      name: "as undetermined a permission for resources of an account by the key of every service, where that of a resource is not known",
      resources: [
        desk,
        globex,
        policy(
          allow("s3:GetObject", "*", {
            Condition: { StringEquals: { "aws:ResourceAccount": "444455556666" } },
          }),
        ),
      ],
      findings: [
        {
          ...reading,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: the account of a resource is not known",
          waitsFor: ["globex-tickets"],
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
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: the account of a role is not known",
          waitsFor: ["desk"],
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
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: a principal of a policy is not known yet",
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
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: a principal of a policy is not known yet",
          waitsFor: ["desk", "other"],
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
            "undetermined: `desk` of tenant `acme` may be able to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`: the account of a role is not known",
          waitsFor: ["desk"],
        },
      ],
    },
    {
      name: "as undetermined what a Deny in a region may hold back from a resource of none that is known",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("111122223333") },
        { ...queue("globex-orders", "globex"), provider: providerOf("111122223333") },
        {
          ...policy(allow("sqs:SendMessage", "*"), deny("sqs:*", "arn:aws:sqs:eu-central-1:*:*")),
          provider: providerOf("111122223333"),
        },
      ],
      findings: [
        {
          ...toGlobex,
          verdict: "undetermined",
          message:
            "undetermined: `desk` of tenant `acme` may be able to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`: the region of a resource is not known",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          waitsFor: ["globex-orders"],
        },
      ],
    },
    {
      name: "what a Deny on one index in an account leaves of a table whose account is not known",
      resources: [
        desk,
        resource("aws:dynamodb/table:Table", "globex-cases", {
          name: "globex-cases",
          tags: { [tag]: "globex" },
        }),
        policy(
          allow("dynamodb:Query", "arn:aws:dynamodb:*:*:table/globex-cases/index/*"),
          deny("dynamodb:*", "arn:aws:dynamodb:*:444455556666:table/globex-cases/index/by-day"),
        ),
      ],
      findings: [
        {
          ...toGlobex,
          message:
            "`desk` of tenant `acme` may call `dynamodb:Query` on table `globex-cases` of tenant `globex`",
          related: ["globex-cases: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-cases"],
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
            "undetermined: `desk` of tenant `acme` may be able to call `kms:Decrypt` on key `globex` of tenant `globex`: a principal of a policy is not known yet",
          related: ["globex: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex"],
          waitsFor: ["desk", "other"],
        },
        {
          verdict: "undetermined",
          grade: "critical",
          about: "globex",
          holder: "desk",
          at: "globex: policy",
          message:
            "undetermined: key `globex` of tenant `globex` may let `desk` of tenant `acme` call `kms:*`: a principal of a policy is not known yet",
          chain: ["desk -is let in by-> globex"],
          waitsFor: ["desk", "other"],
        },
      ],
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
          grade: "critical",
          about: "access",
          holder: "desk",
          at: "access: policy",
          message:
            "`desk` of tenant `acme` may call `ssm:GetParametersByPath` on parameter `globex/key` of tenant `globex`",
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
          grade: "critical",
          about: "access",
          holder: "desk",
          at: "access: policy",
          message:
            "`desk` of tenant `acme` may call `ssm:GetParametersByPath` on parameter `globex/key` of tenant `globex`",
          related: ["globex/key: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex/key"],
        },
      ],
    },
    {
      name: "a SecureString of no tenant that the roles of two read, by its path and by its name",
      resources: [
        parameter("shared/key", undefined),
        roleOf("acme", "acme", allow(byPath, underPath("shared"))),
        roleOf("globex", "globex", allow("ssm:GetParameter", underPath("shared/key"))),
      ],
      findings: [
        {
          grade: "critical",
          about: "shared/key",
          at: "globex: inlinePolicies[0].policy",
          message:
            "`shared/key` can be used from tenants `acme` and `globex`, by `ssm:GetParametersByPath` and `ssm:GetParameter`",
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> shared/key", "globex -allows using-> shared/key"],
        },
      ],
    },
    {
      name: "a gateway of no tenant that the roles of two may call",
      resources: [
        gateway("tools"),
        roleOf("acme", "acme", allow(invoke, "*")),
        roleOf("globex", "globex", allow(invoke, "arn:aws:bedrock-agentcore:*:*:gateway/tools-*")),
      ],
      findings: [
        {
          grade: "critical",
          about: "tools",
          at: "globex: inlinePolicies[0].policy",
          message: `\`tools\` can be used from tenants \`acme\` and \`globex\`, by \`${invoke}\``,
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> tools", "globex -allows using-> tools"],
        },
      ],
    },
    {
      name: "a credential provider of no tenant from which the roles of two get tokens",
      resources: [
        resource(
          "aws:bedrock/agentcoreOauth2CredentialProvider:AgentcoreOauth2CredentialProvider",
          "crm",
          { name: "crm", credentialProviderVendor: "CustomOauth2" },
        ),
        roleOf("acme", "acme", allow("bedrock-agentcore:GetResourceOauth2Token", "*")),
        roleOf("globex", "globex", allow("bedrock-agentcore:Get*", "*")),
      ],
      findings: [
        {
          grade: "critical",
          about: "crm",
          at: "globex: inlinePolicies[0].policy",
          message:
            "`crm` can be used from tenants `acme` and `globex`, by `bedrock-agentcore:GetResourceOauth2Token` and `bedrock-agentcore:Get*`",
          related: ["acme: may use it for tenant `acme`", "globex: may use it for tenant `globex`"],
          chain: ["acme -allows using-> crm", "globex -allows using-> crm"],
        },
      ],
    },
  ],
});
