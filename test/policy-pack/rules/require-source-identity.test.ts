import type { Resource } from "../../../core/snapshot/resource";
import type { Value } from "../../../core/snapshot/value";
import rule from "../../../policy-pack/rules/require-source-identity";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";

const planner = "arn:aws:iam::111122223333:role/planner";
const config = urnOf("t:index:Config", "config");

function role(condition?: Value, principal: Value = { AWS: planner }): Resource {
  return resource("aws:iam/role:Role", "payments", {
    name: "payments",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: principal,
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
        ...(condition !== undefined && { Condition: condition }),
      },
    },
  });
}

/** The same role, of a tenant. */
function tenanted(of: Resource, tenant: Value = "acme"): Resource {
  return { ...of, inputs: { ...of.inputs, tags: { "agentid.dev/tenant": tenant } } };
}

/** A queue by which a tenant is known. */
function of(tenant: Value): Resource {
  return resource("aws:sqs/queue:Queue", "orders", { tags: { "agentid.dev/tenant": tenant } });
}

const root = "arn:aws:iam::111122223333:root";
const writer = "arn:aws:iam::111122223333:role/writer";

/** A role with statements, each for callers under names. */
function shared(
  ...statements: readonly {
    readonly AWS: Value;
    readonly names: Value;
    readonly arns?: Value;
  }[]
): Resource {
  return resource("aws:iam/role:Role", "payments", {
    name: "payments",
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: statements.map(({ AWS, names, arns }) => ({
        Effect: "Allow",
        Principal: { AWS },
        Action: ["sts:AssumeRole", "sts:SetSourceIdentity"],
        Condition: {
          StringEquals: { "sts:SourceIdentity": names },
          ...(arns !== undefined && { ArnEquals: { "aws:PrincipalArn": arns } }),
        },
      })),
    },
  });
}

function maybeForeign(
  own: string,
  dependsOn: readonly string[],
): typeof found & { readonly message: string } {
  const more = {
    ...found,
    verdict: "undetermined" as const,
    message: `Role \`payments\` of ${own} can be assumed with the source identity of another tenant: globex`,
    dependsOn,
  };
  return more;
}

function target(condition: Value): readonly Resource[] {
  return [
    resource("aws:eks/podIdentityAssociation:PodIdentityAssociation", "desk", {
      clusterName: "prod",
      namespace: "acme",
      serviceAccount: "desk",
      roleArn: planner,
      targetRoleArn: outputOf(urnOf("aws:iam/role:Role", "payments")),
    }),
    resource("aws:iam/role:Role", "payments", {
      name: "payments",
      assumeRolePolicy: {
        Statement: {
          Effect: "Allow",
          Principal: { AWS: planner },
          Action: ["sts:AssumeRole", "sts:TagSession"],
          Condition: condition,
        },
      },
    }),
  ];
}

const found = {
  severity: "medium",
  about: "payments",
  holder: planner,
  at: "payments: assumeRolePolicy",
};
const none = {
  ...found,
  message:
    "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
};
const any = {
  ...found,
  message:
    "Role `payments` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
};
const undetermined = { severity: found.severity, about: found.about, at: found.at };

ruleTester(rule, {
  accepts: [
    {
      name: "an account, when the ARN asked for is of people whom IAM Identity Center signs in",
      resources: [
        role(
          {
            ArnLike: {
              "aws:PrincipalArn":
                "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/*/AWSReservedSSO_Admin_*",
            },
          },
          { AWS: "111122223333" },
        ),
      ],
    },
    {
      name: "everyone without a condition, whom `no-public-trust` tells",
      resources: [role(undefined, "*")],
    },
    {
      name: "roles of any account by one name, whom `no-public-trust` tells",
      resources: [role({ ArnLike: { "aws:PrincipalArn": "arn:aws:iam::*:role/deploy" } }, "*")],
    },
    {
      name: "roles of any account by one name, beside an ARN that is not known yet",
      resources: [
        role(
          { ArnLike: { "aws:PrincipalArn": ["arn:aws:iam::*:role/deploy", outputOf(config)] } },
          "*",
        ),
      ],
    },
    {
      name: "a user by its id",
      resources: [role({ StringEquals: { "aws:userid": "AIDACKCEVSQ6C2EXAMPLE" } }, "*")],
    },
    {
      name: "a caller held to the source identity that it has itself",
      resources: [role({ StringEquals: { "aws:SourceIdentity": "acme.planner" } })],
    },
    {
      name: "everyone of an organisation under names of their own",
      resources: [
        role(
          {
            StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            StringLike: { "sts:SourceIdentity": "acme.*" },
          },
          "*",
        ),
      ],
    },
    {
      name: "the caller's exact name",
      resources: [role({ StringEquals: { "sts:SourceIdentity": "acme.planner" } })],
    },
    {
      name: "a pattern of the caller's names",
      resources: [role({ StringLike: { "sts:SourceIdentity": "acme.*" } })],
    },
    {
      name: "the name that IAM puts in for the caller",
      resources: [
        role({ StringEquals: { "sts:SourceIdentity": "acme.${aws:PrincipalTag/agent}" } }),
      ],
    },
    {
      name: "the name that IAM puts in for the one caller, or a default",
      resources: [
        role({ StringEquals: { "sts:SourceIdentity": "${aws:PrincipalTag/agent, 'planner'}" } }),
      ],
    },
    {
      name: "a user's name, which no session of a role has",
      resources: [role({ StringLike: { "sts:SourceIdentity": "${aws:username}" } })],
    },
    {
      name: "an empty name, which no session has",
      resources: [role({ StringEquals: { "sts:SourceIdentity": "" } })],
    },
    {
      name: "names that start as another tenant's do, of which they are not",
      resources: [
        of("globex"),
        tenanted(role({ StringLike: { "sts:SourceIdentity": ["acme.*", "globex-eu.*"] } })),
      ],
    },
    {
      name: "two callers, each under its own name in a statement of its own",
      resources: [
        shared({ AWS: planner, names: "acme.planner" }, { AWS: writer, names: "acme.writer" }),
      ],
    },
    {
      name: "two callers under the name that IAM puts in for each",
      resources: [shared({ AWS: [planner, writer], names: "${aws:PrincipalTag/agent}" })],
    },
    {
      name: "one caller of two names",
      resources: [shared({ AWS: planner, names: ["acme.planner", "acme.triage"] })],
    },
    {
      name: "names of its own tenant, where another tenant is not known",
      resources: [
        tenanted(role({ StringLike: { "sts:SourceIdentity": "acme.*" } })),
        of(outputOf(config)),
      ],
    },
    {
      name: "another tenant's names on a role of none",
      resources: [of("globex"), role({ StringLike: { "sts:SourceIdentity": "globex.*" } })],
    },
    {
      name: "people who show a second factor",
      resources: [
        role(
          { Bool: { "aws:MultiFactorAuthPresent": "true" } },
          { AWS: "arn:aws:iam::111122223333:root" },
        ),
      ],
    },
    {
      name: "users of an account, by a session name that only they have",
      resources: [
        role(
          { StringLike: { "sts:RoleSessionName": "${aws:username}" } },
          { AWS: "arn:aws:iam::111122223333:root" },
        ),
      ],
    },
    {
      name: "users of an account, by their names",
      resources: [
        role(
          { StringLike: { "aws:username": "on-call-*" } },
          { AWS: "arn:aws:iam::111122223333:root" },
        ),
      ],
    },
    {
      name: "the key in another case",
      resources: [role({ StringEquals: { "STS:sourceidentity": "acme.planner" } })],
    },
    {
      name: "sessions that a service starts",
      resources: [role(undefined, { Service: "lambda.amazonaws.com" })],
    },
    {
      name: "a role of people",
      resources: [
        role(undefined, {
          AWS: "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_0123456789abcdef",
        }),
      ],
    },
    {
      name: "a user, who is judged by its keys",
      resources: [role(undefined, { AWS: "arn:aws:iam::111122223333:user/ada" })],
    },
    {
      name: "a target role whose sessions EKS starts with an external id",
      resources: target({
        StringEquals: { "sts:ExternalId": "eu-west-1/111122223333/prod/acme/desk" },
      }),
    },
  ],
  rejects: [
    {
      name: "a caller of any source identity",
      resources: [role({ StringLike: { "aws:SourceIdentity": "*@acme.example" } })],
      findings: [any],
    },
    {
      name: "a caller that need not have a source identity",
      resources: [role({ StringEqualsIfExists: { "aws:SourceIdentity": "acme.planner" } })],
      findings: [any],
    },
    {
      name: "a role by its id",
      resources: [role({ StringLike: { "aws:userid": "AROADBQP57FF2AEXAMPLE:*" } }, "*")],
      findings: [
        {
          ...found,
          holder: "*",
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    },
    {
      name: "everyone of an organisation, among them its roles",
      resources: [role({ StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" } }, { AWS: "*" })],
      findings: [
        {
          ...found,
          holder: "*",
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    },
    {
      name: "a second factor that is asked for only where the key is present",
      resources: [role({ BoolIfExists: { "aws:MultiFactorAuthPresent": "true" } })],
      findings: [none],
    },
    ...[
      { StringLike: { "sts:RoleSessionName": ["${aws:username}", "run-*"] } },
      { StringLike: { "sts:RoleSessionName": "${aws:username, 'run'}" } },
      { StringLikeIfExists: { "sts:RoleSessionName": "${aws:username}" } },
      { StringNotEquals: { "aws:username": "guest" } },
    ].map((condition) => ({
      name: `an account whose users are not all whom ${JSON.stringify(condition)} lets in`,
      resources: [role(condition, { AWS: "111122223333" })],
      findings: [
        {
          ...found,
          holder: "arn:aws:iam::111122223333:root",
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    })),
    { name: "a role that names nobody", resources: [role()], findings: [none] },
    {
      name: "an account whose roles name nobody",
      resources: [role(undefined, { AWS: "111122223333" })],
      findings: [
        {
          ...found,
          holder: "arn:aws:iam::111122223333:root",
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    },
    {
      name: "the names of another tenant's workloads",
      resources: [
        of("globex"),
        tenanted(role({ StringLike: { "sts:SourceIdentity": ["acme.planner", "globex.*"] } })),
      ],
      findings: [
        {
          ...found,
          message:
            "Role `payments` of tenant `acme` can be assumed with the source identity of another tenant: globex",
        },
      ],
    },
    {
      name: "any name at all",
      resources: [role({ StringLike: { "sts:SourceIdentity": "*" } })],
      findings: [any],
    },
    {
      name: "one name of a list that is any",
      resources: [role({ StringLike: { "sts:SourceIdentity": ["acme.planner", "?*"] } })],
      findings: [any],
    },
    {
      name: "a test that holds also where no name is given",
      resources: [role({ StringEqualsIfExists: { "sts:SourceIdentity": "acme.planner" } })],
      findings: [any],
    },
    {
      name: "a target role without an external id",
      resources: target({ StringEquals: { "aws:PrincipalTag/kubernetes-namespace": "acme" } }),
      findings: [none],
    },
    {
      name: "a role with an external id that no association makes its target",
      resources: [role({ StringEquals: { "sts:ExternalId": "4711" } })],
      findings: [none],
    },
    {
      name: "two callers in one list of names, each of which may take the other's",
      resources: [shared({ AWS: [planner, writer], names: ["acme.planner", "acme.writer"] })],
      findings: [any, { ...any, holder: writer, message: any.message.replace(planner, writer) }],
    },
    {
      name: "two callers that share a default where their tag is missing",
      resources: [shared({ AWS: [planner, writer], names: "${aws:PrincipalTag/agent, 'agent'}" })],
      findings: [any, { ...any, holder: writer, message: any.message.replace(planner, writer) }],
    },
    {
      name: "the very name that is asked for",
      resources: [role({ StringEquals: { "sts:SourceIdentity": "${sts:SourceIdentity}" } })],
      findings: [any],
    },
    {
      name: "the caller's name or one that the call chooses",
      resources: [
        role({
          StringEquals: {
            "sts:SourceIdentity": ["${aws:PrincipalTag/agent}", "${aws:RequestTag/agent}"],
          },
        }),
      ],
      findings: [any],
    },
    {
      name: "the roles of an account under one name",
      resources: [
        shared({
          AWS: "arn:aws:iam::111122223333:root",
          names: "acme.desk",
          arns: [planner, writer],
        }),
      ],
      findings: [
        {
          ...any,
          holder: "arn:aws:iam::111122223333:root",
          message:
            "Role `payments` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
        },
      ],
    },
    {
      name: "as undetermined the names of a tenant that may be another, where one is not known",
      resources: [
        tenanted(role({ StringLike: { "sts:SourceIdentity": "globex.*" } })),
        of(outputOf(config)),
      ],
      findings: [maybeForeign("tenant `acme`", ["config"])],
    },
    {
      name: "as undetermined the names of a tenant on a role whose tenant is not known",
      resources: [
        tenanted(role({ StringLike: { "sts:SourceIdentity": "globex.*" } }), outputOf(config)),
        of("globex"),
      ],
      findings: [maybeForeign("a tenant", ["config"])],
    },
    {
      name: "as undetermined a name that is not known yet",
      resources: [role({ StringEquals: { "sts:SourceIdentity": outputOf(config) } })],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined",
          message:
            "Role `payments` can be assumed with any source identity: `sts:SourceIdentity` is not limited to the caller's",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "as undetermined a principal that is not known yet",
      resources: [role(undefined, { AWS: outputOf(config) })],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined",
          message: "Role `payments` can be assumed by other roles without a source identity",
          dependsOn: ["config"],
        },
      ],
    },
    ...[
      { name: "an ARN that is not known yet", arns: outputOf(config) },
      {
        name: "an ARN that is not known yet beside one of an account",
        arns: [planner, outputOf(config)],
      },
    ].map(({ name, arns }) => ({
      name: `as undetermined everyone with ${name}, which may name nobody`,
      resources: [role({ ArnLike: { "aws:PrincipalArn": arns } }, "*")],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined" as const,
          message: "Role `payments` can be assumed by other roles without a source identity",
          dependsOn: ["config"],
        },
      ],
    })),
    ...[
      {
        name: "an ARN that is not known yet, which may be a user's",
        condition: { ArnLike: { "aws:PrincipalArn": outputOf(config) } },
      },
      {
        name: "a type that is not known yet, which may be that of users",
        condition: { StringEquals: { "aws:PrincipalType": outputOf(config) } },
      },
    ].map(({ name, condition }) => ({
      name: `as undetermined an account with ${name}`,
      resources: [role(condition, { AWS: root })],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined" as const,
          message: "Role `payments` can be assumed by other roles without a source identity",
          dependsOn: ["config"],
        },
      ],
    })),
    ...[
      {
        name: "that of a role of the stack",
        arns: outputOf(urnOf("aws:iam/role:Role", "planner")),
      },
      { name: "not known yet beside that of a role", arns: [planner, outputOf(config)] },
    ].map(({ name, arns }) => ({
      name: `an account with an ARN that is ${name}`,
      resources: [role({ ArnLike: { "aws:PrincipalArn": arns } }, { AWS: root })],
      findings: [
        {
          ...undetermined,
          holder: root,
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    })),
    {
      name: "as undetermined names of another tenant for everyone with an ARN that is not known yet",
      resources: [
        tenanted(
          role(
            {
              ArnLike: { "aws:PrincipalArn": outputOf(config) },
              StringEquals: { "sts:SourceIdentity": "globex.desk" },
            },
            "*",
          ),
        ),
        of("globex"),
      ],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined",
          message: "Role `payments` can be assumed by other roles without a source identity",
          dependsOn: ["config"],
        },
      ],
    },
    {
      name: "everyone of an organisation, with an ARN that is not known yet",
      resources: [
        role(
          {
            StringEquals: { "aws:PrincipalOrgID": "o-a1b2c3d4e5" },
            ArnLike: { "aws:PrincipalArn": outputOf(config) },
          },
          "*",
        ),
      ],
      findings: [
        {
          ...found,
          holder: "*",
          message:
            "Role `payments` can be assumed without a source identity: no condition tests `sts:SourceIdentity`",
        },
      ],
    },
    {
      name: "as undetermined a trust policy that is not known yet",
      resources: [
        resource("aws:iam/role:Role", "payments", { assumeRolePolicy: outputOf(config) }),
      ],
      findings: [
        {
          ...undetermined,
          verdict: "undetermined",
          message: "Role `payments` can be assumed by other roles without a source identity",
          dependsOn: ["config"],
        },
      ],
    },
  ],
});
