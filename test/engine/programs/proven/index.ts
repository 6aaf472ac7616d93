import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createHash } from "crypto";
import { arnOf, nameOf } from "./naming";

const account = aws.getCallerIdentityOutput().accountId;
const network = new pulumi.StackReference("acme/network/prod");
const vpc = network.getOutput("vpc") as pulumi.Output<string>;
const existing = aws.iam.Role.get("existing", "deployer");
const created = new aws.s3.Bucket("created");
const role = (name: string, args: Partial<aws.iam.RoleArgs>): aws.iam.Role =>
  new aws.iam.Role(name, { assumeRolePolicy: "{}", ...args });

// What a real preview does not call either.
created.arn.apply((arn) => new aws.iam.User(arn));
pulumi.all([created.arn, account]).apply(([arn, id]) => new aws.iam.User(`${arn}-${id}`));
created.arn
  .apply((arn) => aws.iam.getRoleOutput({ name: arn }).arn)
  .apply((arn) => new aws.iam.User(arn));
aws.iam.getRoleOutput({ name: created.id }).arn.apply((arn) => new aws.iam.User(arn));
// What is called here as well.
pulumi.output("known").apply((name) => new aws.iam.User(name));

role("plain", { description: account.apply((id) => id.toUpperCase()) });
role("text", {
  description: vpc.apply(
    (id) =>
      `of ${id
        .split("-")
        .map((part) => part.trim())
        .join()}`,
  ),
});
role("helper", { description: account.apply(nameOf) });
role("helper called", { description: account.apply((id) => arnOf(id, nameOf("desk"))) });
role("library", { description: vpc.apply((id) => createHash("sha256").update(id).digest("hex")) });
role("document", {
  assumeRolePolicy: account.apply((id) =>
    aws.iam.getPolicyDocument({
      statements: [{ principals: [{ type: "AWS", identifiers: [id] }] }],
    }),
  ).json,
});
role("json", {
  assumeRolePolicy: pulumi.all([existing.arn, account]).apply(([arn, id]) => {
    const statements = [];
    for (const principal of [arn, id])
      statements.push({ Effect: "Allow", Principal: { AWS: principal } });
    if (statements.length === 0) throw new Error(`nobody may assume it: ${id}`);
    return JSON.stringify({ Version: "2012-10-17", Statement: statements });
  }),
});
role("native", {
  description: account.apply(String),
  tags: pulumi.output({ account }).apply(JSON.stringify) as never,
});
role("async", {
  description: vpc.apply(async (id) => {
    await Promise.resolve();
    return id.trim();
  }),
});
network.getOutput("subnets").apply((subnets) => {
  console.log(JSON.stringify(subnets));
});

async function ownArn(): Promise<string> {
  const { accountId } = await aws.getCallerIdentity();
  return arnOf(accountId, "desk");
}

const me = aws.getCallerIdentity({});
role("promise", { description: me.then((answer) => `of ${answer.accountId}`) });
role("awaited", { description: ownArn() });
const statement = me.then(({ accountId }) => ({
  Effect: "Allow",
  Resource: [`arn:aws:s3:::${accountId}`],
}));
role("nested", { description: statement.then((given) => JSON.stringify({ Statement: [given] })) });

async function main(): Promise<Record<string, string>> {
  const [identity, region] = await Promise.all([aws.getCallerIdentity(), aws.getRegion()]);
  const issuers: Record<string, string> = {};
  issuers["own"] = `https://${identity.accountId}.example`;
  role(`of-${region.name}`, {
    description: issuers["own"],
    tags: { [`${region.name}/owner`]: identity.arn },
  });
  try {
    const vpc = await aws.ec2.getVpc({ default: true });
    const { ids } = await aws.ec2.getSubnets({ filters: [{ name: "vpc-id", values: [vpc.id] }] });
    new aws.eks.Cluster("cluster", { roleArn: identity.arn, vpcConfig: { subnetIds: ids } });
  } catch (error) {
    throw new Error(`no network: ${String(error)}`);
  }
  return { account: identity.accountId };
}
export const outputs = main();
export const details = network.getOutputDetails("vpc").then(({ value }) => `${value}`);
