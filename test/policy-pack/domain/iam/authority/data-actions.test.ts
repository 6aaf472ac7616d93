import assert from "node:assert/strict";
import { authorizedType } from "../../../../../core/aws/authorization-reference";
import { covers } from "../../../../../core/pattern";
import { broadestOf } from "../../../../../policy-pack/domain/iam/authority/broadest";
import { dataKinds } from "../../../../../policy-pack/domain/iam/authority/data-actions";
import table from "../../../../../policy-pack/domain/iam/authority/data-actions.json";
import type { Policy } from "../../../../../policy-pack/domain/iam/authority/authority";
import { requested } from "../../../../../policy-pack/domain/iam/authority/grants";

/** What is broad where an action is allowed on a resource, with the severity. */
function broadOn(action: string, resource: string): string | undefined {
  const policy: Policy = {
    name: "urn:desk",
    at: { urn: "urn:desk", property: "policy" },
    content: {
      kind: "document",
      document: {
        variables: true,
        statements: [
          {
            kind: "statement",
            index: 0,
            effect: "Allow",
            actions: { negated: false, values: [requested(action)] },
            resources: { negated: false, values: [requested(resource)] },
            conditions: [],
          },
        ],
      },
    },
  };
  const found = broadestOf(policy, { policies: [policy], limits: [] });
  return found && `${found.breadth} ${found.severity}`;
}

/** The forms of a kind's ARN, with each part that differs written as a text. */
function arnsOf(arns: (typeof kinds)[number]["arns"], name: string): readonly string[] {
  return arns.map(
    ({ service, resource }) =>
      `arn:aws:${service}:eu-west-1:111122223333:${resource.replaceAll("*", name)}`,
  );
}

/** What AWS grades as lists, with the content of memories or users in the answers. */
const withContent = [
  "ListEvents",
  "ListMemoryRecords",
  "RetrieveMemoryRecords",
  "AdminListDevices",
  "AdminListGroupsForUser",
];

const kinds = dataKinds();
const actions = kinds.flatMap((kind) => kind.actions.map((action) => ({ ...kind, action })));

describe("actions on data", () => {
  it("are reported on every resource, however that is written", () => {
    const passed = actions.flatMap(({ action, arns, isSecret }) =>
      ["*", "arn:aws:*", ...arnsOf(arns, "*")]
        .filter(
          (resource) => broadOn(action, resource) !== (isSecret ? "secrets high" : "data medium"),
        )
        .map((resource) => `${action} on ${resource}`),
    );
    assert.deepEqual(passed, []);
  });

  it("are ignored on a named resource", () => {
    const reported = actions.flatMap(({ action, arns }) =>
      arnsOf(arns, "tickets")
        .filter((resource) => broadOn(action, resource) !== undefined)
        .map((resource) => `${action} on ${resource}`),
    );
    assert.deepEqual(reported, []);
  });

  it("are ignored on everything in a named resource", () => {
    for (const [action, resource] of [
      ["neptune-db:ReadDataViaQuery", "arn:aws:neptune-db:*:*:cluster-ABC/*"],
      ["rds-db:connect", "arn:aws:rds-db:*:*:dbuser:cluster-ABC/*"],
      ["redshift:GetClusterCredentials", "arn:aws:redshift:*:*:dbuser:desk/*"],
      ["dynamodb:Query", "arn:aws:dynamodb:*:*:table/desk/index/*"],
      ["s3vectors:QueryVectors", "arn:aws:s3vectors:*:*:bucket/desk/index/*"],
      ["cassandra:Select", "arn:aws:cassandra:*:*:/keyspace/desk/table/*"],
      [
        "bedrock-agentcore:GetWorkloadAccessToken",
        "arn:aws:bedrock-agentcore:*:*:workload-identity-directory/default/workload-identity/desk-*",
      ],
    ] as const) {
      assert.equal(broadOn(action, resource), undefined, resource);
    }
  });

  it("have no list and no description, but those with data or a secret in the answer", () => {
    const known = actions
      .map(({ action }) => action)
      .filter((action) => /:(?:Describe|List)/.test(action));
    assert.deepEqual(known, [
      "cognito-idp:DescribeUserPoolClient",
      "bedrock-agentcore:ListEvents",
      "bedrock-agentcore:ListMemoryRecords",
    ]);
  });

  it("leave out lists and tags of every type with data", () => {
    const reported = table.rows
      .flatMap((row) => row.types)
      .flatMap((type) => {
        const { List = [], Tagging = [] } = authorizedType(type).actions;
        const others = List.filter((name) => !withContent.includes(name));
        return [...others, ...Tagging].map((name) => `${type.split(":")[0] ?? ""}:${name}`);
      })
      .filter((action) => broadOn(action, "*") !== undefined);
    assert.deepEqual(reported, []);
  });

  for (const action of [
    "dynamodb:DescribeTable",
    "dynamodb:UpdateTable",
    "s3:GetBucketPolicy",
    "s3:GetBucketLocation",
    "s3:GetObjectTagging",
    "sqs:GetQueueAttributes",
    "sns:Publish",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:DescribeKey",
    "kms:GetPublicKey",
    "logs:PutLogEvents",
    "logs:CreateLogStream",
    "secretsmanager:DescribeSecret",
    "secretsmanager:ListSecrets",
    "secretsmanager:GetRandomPassword",
    "secretsmanager:DeleteResourcePolicy",
    "acm:GetCertificate",
    "acm:DescribeCertificate",
    "ec2:DescribeInstances",
    "redshift:DescribeClusters",
    "lambda:ListFunctions",
    "lambda:InvokeFunction",
    "bedrock:InvokeModel",
    "ecr:GetAuthorizationToken",
    "bedrock-agentcore:GetWorkloadIdentity",
  ]) {
    it(`leave out ${action}`, () => {
      assert.equal(broadOn(action, "*"), undefined);
    });
  }
});

describe("the table of data actions", () => {
  for (const { what, types, because, only, except, also, ...row } of table.rows.map((each) => ({
    only: [],
    except: [],
    also: [],
    because: undefined,
    ...each,
  }))) {
    const names = types.flatMap((type) => Object.values(authorizedType(type).actions).flat());

    it(`${what} of ${types.join(", ")}: names only actions there are, with the reason`, () => {
      const dead = [...only, ...except, ...also].filter(
        (pattern) => !names.some((name) => covers(pattern, name)),
      );
      assert.deepEqual(dead, []);
      assert.equal(because === undefined, only.length + except.length + also.length === 0);
      assert.deepEqual(
        Object.keys(row).filter((key) => key !== "secret"),
        [],
      );
    });
  }
});
