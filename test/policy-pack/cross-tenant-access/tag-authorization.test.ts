import assert from "node:assert/strict";
import { Unknown, type Value, type ValueRecord } from "../../../core/snapshot/value";
import type { Resource } from "../../../core/snapshot/resource";
import { judgeSnapshot } from "../../../policy-pack/run/judge";
import rule from "../../../policy-pack/rules/no-cross-tenant-access";
import { defaultSettings } from "../../../policy-pack/findings/settings";
import { outputOf, resource, snapshotOf, urnOf } from "../../support/resources";
import { stated } from "../../support/stated";
import { threeForms } from "../../support/three-forms";
import {
  allow,
  bucketType,
  byLambda,
  deny,
  document,
  roleType,
  tag,
  tenant,
} from "../../support/two-tenants";

const account = "111122223333";
const provider = resource("pulumi:providers:aws", "prod", {
  allowedAccountIds: [account],
  region: "eu-west-1",
});
const resourceTag = `aws:ResourceTag/${tag}`;
const objectTag = `s3:ExistingObjectTag/${tag}`;

/** What denies acme's roles the resources with another tenant's tag. */
function otherTenantsDenied(key: string): ValueRecord {
  return deny("*", "*", {
    Condition: { StringNotEquals: { [key]: "acme" }, Null: { [key]: "false" } },
  });
}

/** The role `desk` of acme, whose policy allows all actions of a list on everything. */
function desk(
  actions: Value,
  more: ValueRecord,
  ...boundary: readonly ValueRecord[]
): readonly Resource[] {
  const policyType = "aws:iam/policy:Policy";
  return [
    resource(roleType, "desk", {
      name: "desk",
      tags: { [tag]: "acme" },
      assumeRolePolicy: byLambda,
      ...(boundary.length > 0 && { permissionsBoundary: outputOf(urnOf(policyType, "boundary")) }),
    }),
    resource("aws:iam/rolePolicy:RolePolicy", "access", {
      role: "desk",
      policy: document(allow(actions, "*", more)),
    }),
    ...(boundary.length > 0
      ? [
          resource(policyType, "boundary", {
            name: "boundary",
            policy: document(allow("*", "*"), ...boundary),
          }),
        ]
      : []),
  ];
}

/** The bucket of globex, and a resource beside it with its tags. */
function bucket(
  status?: Value,
  of: Value = outputOf(urnOf(bucketType, "tickets")),
): readonly Resource[] {
  return [
    resource(bucketType, "tickets", { bucket: "globex-tickets", tags: { [tag]: "globex" } }),
    ...(status === undefined
      ? []
      : [
          resource("aws:s3/bucketAbac:BucketAbac", "tickets", {
            bucket: of,
            abacStatus: { status },
          }),
        ]),
  ];
}

function of(type: string, inputs: ValueRecord): readonly Resource[] {
  return [resource(type, "tickets", { ...inputs, tags: { [tag]: "globex" } })];
}

const outputs = new Map<string, ValueRecord>([
  [
    urnOf("aws:iam/policy:Policy", "boundary"),
    {
      arn: `arn:aws:iam::${account}:policy/boundary`,
      id: `arn:aws:iam::${account}:policy/boundary`,
    },
  ],
  [urnOf(bucketType, "tickets"), { arn: "arn:aws:s3:::globex-tickets", id: "globex-tickets" }],
  [
    urnOf("aws:secretsmanager/secret:Secret", "tickets"),
    { arn: `arn:aws:secretsmanager:eu-west-1:${account}:secret:tickets-a1B2c3` },
  ],
  [
    urnOf("aws:dynamodb/table:Table", "tickets"),
    { arn: `arn:aws:dynamodb:eu-west-1:${account}:table/tickets` },
  ],
]);

const denied = otherTenantsDenied(resourceTag);
const secret = of("aws:secretsmanager/secret:Secret", { name: "tickets" });
const table = of("aws:dynamodb/table:Table", { name: "tickets" });
const elsewhere = resource("aws:s3/bucketObject:BucketObject", "other", {});

interface Question {
  readonly authentication: string;
  readonly resources: readonly Resource[];
  /** What is accessible, certain or unknown; nothing where none is. */
  readonly reached?: string;
  readonly possible?: string;
}

const onBucket = "bucket `tickets` of tenant `globex`";

const questions: readonly Question[] = [
  {
    authentication: "a Deny by tag of a bucket, which S3 does not look at",
    resources: [...desk("s3:GetObject", {}, denied), ...bucket()],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "a Deny by tag of a bucket that says S3 is not to look",
    resources: [...desk("s3:GetObject", {}, denied), ...bucket("Disabled")],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "a Deny by tag of a bucket that says S3 is to look",
    resources: [...desk("s3:GetObject", {}, denied), ...bucket("Enabled")],
  },
  {
    authentication: "a Deny by tag of a bucket that says so by its name",
    resources: [...desk("s3:GetObject", {}, denied), ...bucket("Enabled", "globex-tickets")],
  },
  {
    authentication: "a Deny by tag where another bucket says that S3 is to look",
    resources: [...desk("s3:GetObject", {}, denied), ...bucket("Enabled", "globex-archive")],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "a Deny by S3's own key of a bucket that says S3 is to look",
    resources: [
      ...desk("s3:GetObject", {}, otherTenantsDenied(`s3:BucketTag/${tag}`)),
      ...bucket("Enabled"),
    ],
  },
  {
    authentication: "a Deny by S3's own key of a bucket that S3 does not look at",
    resources: [
      ...desk("s3:GetObject", {}, otherTenantsDenied(`s3:BucketTag/${tag}`)),
      ...bucket(),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "an Allow by S3's own key of the tenant's tag",
    resources: [
      ...desk("s3:GetObject", { Condition: { StringEquals: { [`s3:BucketTag/${tag}`]: "acme" } } }),
      ...bucket("Enabled"),
    ],
  },
  {
    authentication: "an Allow by S3's own key of the other tenant's tag",
    resources: [
      ...desk("s3:GetObject", {
        Condition: { StringEquals: { [`s3:BucketTag/${tag}`]: "globex" } },
      }),
      ...bucket("Enabled"),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "an Allow by the tenant's tag of objects",
    resources: [
      ...desk("s3:GetObject", { Condition: { StringEquals: { [objectTag]: "acme" } } }),
      ...bucket(),
    ],
  },
  {
    authentication: "an Allow by the caller's own tag of objects",
    resources: [
      ...desk("s3:GetObject", {
        Condition: { StringEquals: { [objectTag]: `\${aws:PrincipalTag/${tag}}` } },
      }),
      ...bucket(),
    ],
  },
  {
    authentication: "an Allow by the other tenant's tag of objects",
    resources: [
      ...desk("s3:GetObject", { Condition: { StringEquals: { [objectTag]: "globex" } } }),
      ...bucket(),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "an Allow by another tag of objects, which may be on anybody's",
    resources: [
      ...desk("s3:GetObject", {
        Condition: { StringEquals: { "s3:ExistingObjectTag/public": "yes" } },
      }),
      ...bucket(),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "an Allow by the tenant's tag of objects where they have one",
    resources: [
      ...desk("s3:GetObject", { Condition: { StringEqualsIfExists: { [objectTag]: "acme" } } }),
      ...bucket(),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "a Deny of objects that do not carry the tenant's tag",
    resources: [
      ...desk(
        "s3:GetObject",
        {},
        deny("*", "*", { Condition: { StringNotEquals: { [objectTag]: "acme" } } }),
      ),
      ...bucket(),
    ],
  },
  {
    authentication: "a Deny of objects that carry another tenant's tag, which leaves those without",
    resources: [...desk("s3:GetObject", {}, otherTenantsDenied(objectTag)), ...bucket()],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
  {
    authentication: "a Deny by tag of a secret",
    resources: [...desk("secretsmanager:GetSecretValue", {}, denied), ...secret],
  },
  {
    authentication: "a Deny by the own key of Secrets Manager of a secret",
    resources: [
      ...desk(
        "secretsmanager:GetSecretValue",
        {},
        otherTenantsDenied(`secretsmanager:ResourceTag/${tag}`),
      ),
      ...secret,
    ],
  },
  {
    authentication: "a Deny by a key of another service of a secret",
    resources: [
      ...desk("secretsmanager:GetSecretValue", {}, otherTenantsDenied(`ssm:ResourceTag/${tag}`)),
      ...secret,
    ],
    reached: "`secretsmanager:GetSecretValue` on secret `tickets` of tenant `globex`",
  },
  {
    authentication: "a Deny by tag of a table",
    resources: [...desk(["dynamodb:GetItem", "dynamodb:Scan"], {}, denied), ...table],
  },
  {
    authentication: "a Deny by tag of a table, of whose stream it is no tag",
    resources: [
      ...desk(["dynamodb:GetItem", "dynamodb:GetRecords"], {}, denied),
      ...of("aws:dynamodb/table:Table", { name: "tickets", streamEnabled: true }),
    ],
    reached: "`dynamodb:GetRecords` on table `tickets` of tenant `globex`",
  },
  {
    authentication: "a Deny by tag of a topic",
    resources: [
      ...desk("sns:Publish", {}, denied),
      ...of("aws:sns/topic:Topic", { name: "tickets" }),
    ],
  },
  {
    authentication: "a Deny by tag of an API, whose calls carry none",
    resources: [
      ...desk("execute-api:Invoke", {}, denied),
      ...of("aws:apigateway/restApi:RestApi", { name: "tickets" }),
    ],
    reached: "`execute-api:Invoke` on REST API `tickets` of tenant `globex`",
  },
  {
    authentication: "a Deny by tag of a role that is passed, which IAM does not vouch for",
    resources: [
      ...desk("iam:PassRole", {}, denied),
      ...of(roleType, { name: "tickets", assumeRolePolicy: byLambda }),
    ],
    reached: "`iam:PassRole` on role `tickets` of tenant `globex`",
  },
  {
    authentication: "a Deny by tag of a role that is assumed",
    resources: [
      ...desk("sts:AssumeRole", {}, denied),
      ...of(roleType, { name: "tickets", assumeRolePolicy: byLambda }),
    ],
  },
  {
    authentication: "a Deny by tag of a bucket of AWS Cloud Control that says S3 is to look",
    resources: [
      ...desk("s3:GetObject", {}, denied),
      resource("aws-native:s3:Bucket", "tickets", {
        bucketName: "globex-tickets",
        abacStatus: "Enabled",
        tags: [{ key: tag, value: "globex" }],
      }),
    ],
  },
  {
    authentication: "a Deny by tag of a bucket of AWS Cloud Control",
    resources: [
      ...desk("s3:GetObject", {}, denied),
      resource("aws-native:s3:Bucket", "tickets", {
        bucketName: "globex-tickets",
        tags: [{ key: tag, value: "globex" }],
      }),
    ],
    reached: `\`s3:GetObject\` on ${onBucket}`,
  },
];

describe("what tags deny a tenant, by what AWS evaluates", () => {
  for (const { authentication, resources, reached } of questions) {
    for (const [form, stack] of Object.entries(threeForms(resources, outputs))) {
      it(`${authentication}, in a ${form}`, async () => {
        const expected =
          reached === undefined
            ? []
            : [`critical Policy \`access\` allows tenant \`acme\` to call ${reached} <desk>`];
        assert.deepEqual(await reported(stack), expected);
      });
    }
  }

  it("leaves open whether a setting that is not known yet has S3 look", async () => {
    const status = new Unknown([elsewhere.urn]);
    const resources = [...desk("s3:GetObject", {}, denied), ...bucket(status), elsewhere];
    assert.deepEqual(await reported(resources), [possible]);
  });

  it("leaves open which bucket a setting is of that is not known yet", async () => {
    const which = new Unknown([elsewhere.urn]);
    const resources = [...desk("s3:GetObject", {}, denied), ...bucket("Enabled", which), elsewhere];
    assert.deepEqual(await reported(resources), [possible]);
  });

  it("leaves open whose objects a bucket has whose tenant is not known yet", async () => {
    const tagged = desk("s3:GetObject", {
      Condition: { StringEquals: { [objectTag]: "globex" } },
    });
    const unknown = resource(bucketType, "tickets", {
      bucket: "globex-tickets",
      tags: { [tag]: new Unknown([elsewhere.urn]) },
    });
    assert.deepEqual(await reported([...tagged, unknown, elsewhere]), [
      "critical undetermined: Policy `access` allows tenant `acme` to call `s3:GetObject` on bucket `tickets` of another tenant <desk> (waits for other)",
    ]);
  });

  it("takes S3 not to look at the tags of buckets that configuration names", async () => {
    const tenants = { globex: tenant({ names: ["globex-*"] }) };
    const s3 = [
      ...desk("s3:GetObject", {}, denied),
      ...of("aws:s3/bucket:Bucket", { bucket: "x" }).slice(1),
    ];
    assert.deepEqual(await reported(s3, tenants), [
      "critical Policy `access` allows tenant `acme` to call `s3:GetObject` on each bucket `globex-*` of tenant `globex` <desk>",
    ]);
    assert.deepEqual(
      await reported(desk("secretsmanager:GetSecretValue", {}, denied), tenants),
      [],
    );
  });
});

const possible = `critical undetermined: Policy \`access\` allows tenant \`acme\` to call \`s3:GetObject\` on ${onBucket} <desk> (waits for other)`;

async function reported(
  resources: readonly Resource[],
  tenants: (typeof defaultSettings)["tenants"] = {},
): Promise<readonly string[]> {
  const placed = resources.map((each) =>
    each.type.startsWith("aws:") ? { ...each, provider: provider.urn } : each,
  );
  const settings = { ...defaultSettings, tenants };
  const judged = await judgeSnapshot(snapshotOf([provider, ...placed]), {
    settings,
    rules: [rule],
  });
  return judged.findings.map((finding) => {
    const names = finding.dependsOn.map((urn) => urn.split("::").at(-1) ?? "");
    return `${finding.severity} ${stated(finding)}${names.length === 0 ? "" : ` (waits for ${names.join(", ")})`}`;
  });
}
