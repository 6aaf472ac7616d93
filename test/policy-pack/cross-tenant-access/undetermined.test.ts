import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import type { Resource } from "../../../core/snapshot/resource";
import { outputOf, resource, urnOf } from "../../support/resources";
import { ruleTester } from "../../support/rule-tester";
import {
  roleType,
  bucketType,
  tag,
  desk,
  allow,
  deny,
  policy,
  globex,
  acme,
  toGlobex,
  reading,
  accounts,
  providerOf,
  queue,
  document,
} from "../../support/two-tenants";

/** A queue of tenant `globex` that allows a role by its ARN. */
function letting(role: string, provider?: string): Resource {
  const principal = { AWS: `arn:aws:iam::111122223333:role/${role}` };
  const inputs = { policy: document(allow("sqs:SendMessage", "*", { Principal: principal })) };
  const it = queue("globex-orders", "globex", inputs);
  return provider === undefined ? it : { ...it, provider };
}

ruleTester(rule, {
  accepts: [
    {
      name: "a role of another name that a resource lets in",
      resources: [desk, letting("desk-2")],
    },
    {
      name: "the resource's own tenant, whose role may be the one that it lets in",
      resources: [
        { ...desk, inputs: { ...desk.inputs, tags: { [tag]: "globex" } } },
        acme,
        letting("desk"),
      ],
    },
    {
      name: "a role of another account than the one that a resource lets in",
      resources: [
        ...accounts,
        { ...desk, provider: providerOf("444455556666") },
        letting("desk", providerOf("111122223333")),
      ],
    },
  ],
  rejects: [
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
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["acme-tickets", "globex-tickets"],
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
            "Policy `access` allows a tenant to call `s3:GetObject` on bucket `acme-tickets` of tenant `acme` and bucket `globex-tickets` of tenant `globex`",
          related: ["acme-tickets: is of tenant `acme`", ...toGlobex.related],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> acme-tickets"],
          dependsOn: ["who", "acme-tickets", "globex-tickets"],
        },
      ],
    },
    {
      name: "as undetermined a role that may be the one of its name that a resource lets in",
      resources: [desk, letting("desk")],
      findings: [
        {
          verdict: "undetermined",
          severity: "critical",
          about: "globex-orders",
          holder: "desk",
          at: "globex-orders: policy",
          message:
            "The policy of queue `globex-orders` of tenant `globex` allows tenant `acme` to call `sqs:SendMessage`",
          chain: ["desk -is allowed by-> globex-orders"],
          dependsOn: ["desk"],
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
          message: "Policy `access` allows tenant `acme` to act on resources of other tenants",
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
          message: "Policy `access` allows tenant `acme` to act on resources of other tenants",
          related: [],
          chain: ["desk -is allowed by-> access"],
          dependsOn: ["acme-tickets"],
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
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          dependsOn: ["globex-orders"],
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
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          dependsOn: ["globex-orders"],
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
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
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
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["globex-tickets"],
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
            "Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `globex-tickets` of tenant `globex`",
          dependsOn: ["globex-tickets"],
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
            "Policy `access` allows tenant `acme` to call `sqs:SendMessage` on queue `globex-orders` of tenant `globex`",
          related: ["globex-orders: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-orders"],
          dependsOn: ["globex-orders"],
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
          globalSecondaryIndexes: [{ name: "by-day", hashKey: "day", projectionType: "ALL" }],
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
            "Policy `access` allows tenant `acme` to call `dynamodb:Query` on table `globex-cases` of tenant `globex`",
          related: ["globex-cases: is of tenant `globex`"],
          chain: ["desk -is allowed by-> access", "access -allows acting on-> globex-cases"],
        },
      ],
    },
  ],
});
