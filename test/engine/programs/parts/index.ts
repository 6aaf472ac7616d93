import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { arn } = new aws.s3.Bucket("bucket");
const { url } = new aws.iam.OpenIdConnectProvider("issuer", {
  url: "https://tokens.example",
  clientIdLists: [],
});
const elsewhere = process.env["HOME"] ?? "";

const parameter = (
  name: string,
  policy: pulumi.Input<string | aws.iam.PolicyDocument>,
  opts?: pulumi.CustomResourceOptions,
): aws.iam.Policy => new aws.iam.Policy(name, { policy }, opts);
const statement = { Effect: "Allow", Action: "s3:*", Resource: pulumi.interpolate`${arn}/*` };
const json = pulumi.jsonStringify({ Statement: [statement, { Effect: "Deny" }] }, undefined, 2);

parameter("json", json);
const key = new aws.kms.Key("whole");
parameter(
  "resource",
  pulumi.jsonStringify({ Statement: [{ Sid: arn, Action: "s3:*", Resource: key }] }),
);
parameter("interpolate", pulumi.interpolate`{"Statement":{"Resource":["${arn}","${url}",${7}]}}`);
parameter("concat", pulumi.concat('{"Statement":[{"Resource":"', arn, '"}]}'));
parameter("all", pulumi.output(pulumi.all({ Statement: [{ Resource: arn, Sid: "a" }] })));
const document = aws.iam.getPolicyDocumentOutput({
  statements: [{ actions: ["s3:*"], resources: [arn, pulumi.interpolate`${arn}/*`] }],
});
parameter("document", document.json);
parameter(
  "document, taken",
  document.apply((made) => made.minifiedJson),
);
parameter(
  "callback",
  pulumi.all([arn, url, { a: arn }]).apply(([bucket, issuer, { a }]) => {
    const host = issuer.replace("https://", "");
    return JSON.stringify({
      Statement: [
        { Action: ["s3:Get" + "Object", elsewhere], Resource: [bucket, `${a}/*`, "\u0061"] },
        { Condition: { StringEquals: { [`${issuer}:aud`]: ["b"], c: `${host}:c` } } },
        { Condition: { StringEquals: { [`${host}:aud`]: "a" } } },
      ],
    });
  }),
);
parameter(
  "object",
  arn.apply((bucket) => ({
    Version: "2012-10-17" as const,
    Statement: [{ Effect: "Allow" as const, Action: "*", Resource: bucket }],
  })),
);

const composed = arn.apply((bucket) =>
  aws.iam.getPolicyDocument({ statements: [{ actions: ["s3:*"], resources: [bucket] }] }),
);
parameter("composed", composed.json);
parameter(
  "composed, taken",
  arn.apply((bucket) =>
    aws.iam
      .getPolicyDocument({ statements: [{ actions: ["s3:*"], resources: [bucket] }] })
      .then((made) => made.json),
  ),
);
parameter(
  "for a principal",
  arn.apply((bucket) => aws.iam.assumeRolePolicyForPrincipal({ AWS: bucket })),
);
parameter("secret", pulumi.jsonStringify({ Statement: [pulumi.secret("canary-in-parts"), arn] }));
parameter(
  "replaced",
  pulumi.jsonStringify({ Statement: [{ Sid: arn }] }, () => "never called"),
);
const list = pulumi.all([arn, ["known"]]);
parameter(
  "changed",
  list.apply(([bucket, items]) => JSON.stringify({ Statement: [items, items.push(bucket)] })),
);
parameter(
  "computed",
  arn.apply((bucket) => JSON.stringify(Object.assign({}, { Statement: bucket }))),
);
parameter("transformed", json, {
  transforms: [({ props, opts }) => ({ props: { ...props, description: "other" }, opts })],
});
const later = [{ Resource: arn, Action: "s3:GetObject" }];
parameter("changed later", pulumi.jsonStringify({ Statement: later }));
later.pop();
let doubled = pulumi.interpolate`${arn}`;
for (let i = 0; i < 60; i++) doubled = pulumi.interpolate`${doubled}${doubled}`;
parameter("doubled", doubled);

class Team extends pulumi.ComponentResource {
  constructor() {
    super("example:index:Team", "team");
    const waits = Promise.resolve(new Set([this]));
    const later = Promise.resolve(undefined);
    const no = Promise.resolve(false);
    const own = Reflect.construct(pulumi.Output as never, [
      this,
      later,
      no,
      no,
      waits,
    ]) as typeof arn;
    const policy = pulumi.interpolate`{"Statement":[{"Resource":"${own}"}]}`;
    parameter("of its component", policy, { parent: this });
  }
}
new Team();

export const seen = parameter("told", json).policy;
