import type { Value, ValueRecord } from "../../../../../core/snapshot/value";
import type { Resource } from "../../../../../core/snapshot/resource";
import rule from "../../../../../policy-pack/rules/no-cross-tenant-access";
import { outputOf, resource, urnOf } from "../../../../support/resources";
import { ruleTester } from "../../../../support/rule-tester";

const roleType = "aws:iam/role:Role";
const tag = "agentid.dev/tenant";
const prod = resource("pulumi:providers:aws", "prod", { allowedAccountIds: ["111122223333"] });

function inProd(of: Resource): Resource {
  return { ...of, provider: prod.urn };
}

function role(name: string, tenant: Value | undefined, principal?: ValueRecord): Resource {
  return inProd(
    resource(roleType, name, {
      name,
      ...(tenant !== undefined && { tags: { [tag]: tenant } }),
      assumeRolePolicy: {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: principal ?? { Service: "lambda.amazonaws.com" },
            Action: "sts:AssumeRole",
          },
        ],
      },
    }),
  );
}

const acme = role("acme-desk", "acme");
const globex = role("globex-desk", "globex");
const tickets = inProd(
  resource("aws:s3/bucket:Bucket", "acme-tickets", {
    bucket: "acme-tickets",
    tags: { [tag]: "acme" },
  }),
);

function guardedBy(policy: Value): Resource {
  return inProd(
    resource("aws:s3/bucketPolicy:BucketPolicy", "guard", { bucket: "acme-tickets", policy }),
  );
}

function letting(principal: Value, more: ValueRecord = {}): Resource {
  return guardedBy({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: principal,
        Action: "s3:GetObject",
        Resource: "arn:aws:s3:::acme-tickets/*",
        ...more,
      },
    ],
  });
}

const arnOfGlobex = "arn:aws:iam::111122223333:role/globex-desk";
const other = urnOf("pulumi:pulumi:StackReference", "other");

const found = {
  severity: "critical",
  about: "acme-tickets",
  holder: "globex-desk",
  at: "guard: policy",
  message:
    "The policy of bucket `acme-tickets` of tenant `acme` allows tenant `globex` to call `s3:GetObject`",
  chain: ["globex-desk -is allowed by-> acme-tickets"],
} as const;

const open = {
  verdict: "undetermined",
  severity: "critical",
  about: "acme-tickets",
  at: "guard: policy",
  message: "The policy of bucket `acme-tickets` of tenant `acme` allows other tenants to act on it",
} as const;

ruleTester(rule, {
  accepts: [
    {
      name: "a policy of a resource that leaves a principal of another tenant out",
      resources: [
        prod,
        acme,
        globex,
        tickets,
        guardedBy({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Deny",
              NotPrincipal: { AWS: arnOfGlobex },
              Action: "s3:*",
              Resource: "*",
            },
          ],
        }),
      ],
    },
    {
      name: "a role of another account that another tenant's resource names, which its own policies have to let call too",
      resources: [
        prod,
        acme,
        resource("pulumi:providers:aws", "other", { allowedAccountIds: ["444455556666"] }),
        { ...globex, provider: urnOf("pulumi:providers:aws", "other") },
        tickets,
        letting({ AWS: "arn:aws:iam::444455556666:role/globex-desk" }),
      ],
    },
    {
      name: "a role of another tenant that a resource names and people alone obtain",
      resources: [
        prod,
        acme,
        role("globex-people", "globex", {
          Federated: "arn:aws:iam::111122223333:saml-provider/company",
        }),
        tickets,
        letting({ AWS: "arn:aws:iam::111122223333:role/globex-people" }),
      ],
    },
    {
      name: "a role of none that a resource names and nobody obtains",
      resources: [
        prod,
        acme,
        globex,
        role("platform", undefined),
        tickets,
        letting({ AWS: "arn:aws:iam::111122223333:role/platform" }),
      ],
    },
    {
      name: "actions that are about no resource of the kind",
      resources: [
        prod,
        acme,
        globex,
        tickets,
        letting({ AWS: arnOfGlobex }, { Action: "s3:ListAllMyBuckets" }),
      ],
    },
    {
      name: "a policy that is not known and waits for the resource itself, which names nobody",
      resources: [prod, acme, globex, tickets, guardedBy(outputOf(tickets.urn))],
    },
    {
      name: "a policy that is not known and waits for a role of the resource's own tenant",
      resources: [prod, acme, globex, tickets, guardedBy(outputOf(acme.urn, tickets.urn))],
    },
    {
      name: "a policy that is not known where there is one tenant",
      resources: [prod, acme, tickets, guardedBy(outputOf(other))],
    },
  ],
  rejects: [
    {
      name: "a role of another tenant that a resource names by its output",
      resources: [prod, acme, globex, tickets, letting({ AWS: outputOf(globex.urn) })],
      findings: [found],
    },
    {
      name: "a resource that lets in whoever has the ARN of another tenant's role",
      resources: [
        prod,
        acme,
        globex,
        tickets,
        letting("*", { Condition: { ArnEquals: { "aws:PrincipalArn": arnOfGlobex } } }),
      ],
      findings: [found],
    },
    {
      name: "a role of none that another tenant obtains",
      resources: [
        prod,
        acme,
        globex,
        role("bridge", undefined, { AWS: arnOfGlobex }),
        tickets,
        letting({ AWS: "arn:aws:iam::111122223333:role/bridge" }),
      ],
      findings: [
        {
          ...found,
          holder: "bridge",
          message:
            "The policy of bucket `acme-tickets` of tenant `acme` allows tenant `globex` to call `s3:GetObject`",
          chain: ["globex-desk -assumes-> bridge", "bridge -is allowed by-> acme-tickets"],
        },
      ],
    },
    {
      name: "as undetermined a role whose tenant is not known",
      resources: [
        prod,
        acme,
        globex,
        role("desk", outputOf(other)),
        tickets,
        letting({ AWS: "arn:aws:iam::111122223333:role/desk" }),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          holder: "desk",
          message:
            "The policy of bucket `acme-tickets` of tenant `acme` allows another tenant to call `s3:GetObject`",
          chain: ["desk -is allowed by-> acme-tickets"],
          dependsOn: ["other"],
        },
      ],
    },
    {
      name: "as undetermined a policy that waits for another tenant's role",
      resources: [prod, acme, globex, tickets, guardedBy(outputOf(globex.urn, tickets.urn))],
      findings: [{ ...open, dependsOn: ["globex-desk", "acme-tickets"] }],
    },
    {
      name: "as undetermined a statement that another stack gives",
      resources: [
        prod,
        acme,
        globex,
        tickets,
        guardedBy({ Version: "2012-10-17", Statement: [outputOf(other)] }),
      ],
      findings: [{ ...open, dependsOn: ["other"] }],
    },
    {
      name: "as undetermined a grant of a key whose operations are not known",
      resources: [
        prod,
        acme,
        globex,
        inProd(resource("aws:kms/key:Key", "acme-key", { tags: { [tag]: "acme" } })),
        inProd(
          resource("aws:kms/grant:Grant", "grant", {
            keyId: outputOf(urnOf("aws:kms/key:Key", "acme-key")),
            granteePrincipal: outputOf(globex.urn),
            operations: outputOf(other),
          }),
        ),
      ],
      findings: [
        {
          ...found,
          verdict: "undetermined",
          about: "acme-key",
          at: "grant: granteePrincipal",
          message:
            "The policy of key `acme-key` of tenant `acme` allows tenant `globex` to call actions that it does not exclude",
          chain: ["globex-desk -is allowed by-> acme-key"],
          dependsOn: ["other"],
        },
      ],
    },
  ],
});
