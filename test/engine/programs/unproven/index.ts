import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import defaultUser, { Factory, label, userFor } from "./factory";

const account = aws.getCallerIdentityOutput().accountId;
const network = new pulumi.StackReference("acme/network/prod");
const vpc = network.getOutput("vpc") as pulumi.Output<string>;
const existing = aws.iam.Role.get("existing", "deployer");
const imported = new aws.s3.Bucket("imported", {}, { import: "kept" });
const factory = new Factory();
const arns: string[] = [];
const makers: Record<string, (name: string) => void> = { user: (name) => void userFor(name) };

// Each line that ends in a comment is reported with the comment's text.
account.apply((id) => new aws.iam.User(id)); // creates `aws.iam.User`
vpc.apply((id) => new aws.ec2.SecurityGroup("of-vpc", { vpcId: id })); // creates `aws.ec2.SecurityGroup`
network.requireOutput("vpc").apply((id) => userFor(`${id}`)); // calls `userFor`
existing.arn.apply((arn) => new aws.iam.User(arn)); // creates `aws.iam.User`
imported.arn.apply((arn) => new aws.iam.User(arn)); // creates `aws.iam.User`
account.apply(label); // calls `userFor`
account.apply(userFor.bind(undefined)); // has a text that cannot be read
account.apply((id) => factory.make(id)); // calls `factory.make`
account.apply((id) => defaultUser(`called-${id}`)); // calls `default`
account.apply((id) => [id].map(userFor)); // calls `userFor`
account.apply((id) => makers[id]?.(id)); // calls `makers[id]`
account.apply(async (id) => (await import("./factory")).userFor(id)); // calls `(await import("./factory")).userFor`
account.apply(async (id) => {
  await Promise.resolve();
  new aws.iam.User(`later-${id}`);
}); // creates `aws.iam.User`
account.apply((id) => arns.push(id)); // changes `arns`
account.apply((id) => {
  process.env["ACCOUNT"] = id;
}); // changes `process.env["ACCOUNT"]`
account.apply((id) => eval(`new aws.iam.User("${id}")`)); // calls `eval`
pulumi.all([vpc, account]).apply(([a, b]) => new aws.iam.User(`${a}-${b}`)); // creates `aws.iam.User`
pulumi.interpolate`${vpc}-a`.apply((name) => new aws.iam.User(name)); // creates `aws.iam.User`
account.apply((id) => id.length).apply((length) => userFor(`of-${length}`)); // calls `userFor`
pulumi
  .output("known")
  .apply(() => vpc)
  .apply((id) => userFor(`inner-${id}`)); // calls `userFor`

function each(ids: pulumi.Output<string>, make: (id: string) => void): void {
  ids.apply((id) => make(id)); // calls `make`
  ids.apply((id) => [id, id].forEach(make)); // calls `make`
}
each(account, (id) => void userFor(id));

aws.getCallerIdentity().then((me) => {
  if (me.accountId === "1") userFor("first");
}); // tests `me.accountId === "1"`
aws.getRegion({}).then(({ name }) => (name ? userFor(name) : undefined)); // tests `name`
aws.getAvailabilityZones().then((zones) => {
  for (let at = 0; at < zones.names.length; at++) userFor(`${at}`);
}); // tests `at < zones.names.length`
aws.iam.getRole({ name: "deployer" }).catch(() => userFor("deployer")); // calls `userFor` where the call fails
network.getOutputDetails("vpc").then((vpc) => {
  if (vpc.value !== undefined) userFor("of-details");
}); // tests `vpc.value !== undefined`

async function isProduction(): Promise<boolean> {
  const me = await aws.getCallerIdentity({}); // tests `me.accountId === "2"`
  return me.accountId === "2";
}

async function main(): Promise<void> {
  if (await isProduction()) userFor("production");
  try {
    await aws.ec2.getVpc({ default: true }); // creates `aws.ec2.Vpc` where the call fails
  } catch {
    new aws.ec2.Vpc("default", { cidrBlock: "10.0.0.0/16" });
  }
}
void main();
