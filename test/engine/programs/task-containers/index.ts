import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const { repositoryUrl: image } = new aws.ecr.Repository("images");
const { arn } = new aws.s3.Bucket("bucket");
// Loading its module has the SDK watched for what it marks as secret by itself.
new aws.ssm.Parameter("host", { type: "String", value: "db.acme.internal" });
const elsewhere = [{ name: "DB_PASSWORD", value: "elsewhere-Qm7vXw2Lr9" }];
const task = (family: string, containerDefinitions: pulumi.Input<string>): aws.ecs.TaskDefinition =>
  new aws.ecs.TaskDefinition(family, { family, containerDefinitions });
const password = (value: pulumi.Input<string>) => [{ name: "DB_PASSWORD", value }];

// Reported: the password is in the program.
task(
  "json",
  pulumi.jsonStringify([{ name: "a", image, environment: password("json-Qm7vXw2Lr9") }]),
);
task(
  "callback",
  image.apply((url) =>
    JSON.stringify([
      {
        name: "a",
        image: url,
        environment: [{ name: "DB_PASSWORD", value: "callback-Qm7vXw2Lr9" }],
      },
    ]),
  ),
);
task(
  "all",
  pulumi.all([image, arn]).apply(([url, bucket]) =>
    JSON.stringify([
      {
        name: "a",
        image: url,
        environment: [
          { name: "BUCKET", value: bucket },
          { name: "DB_PASSWORD", value: "all-Qm7vXw2Lr9" },
        ],
      },
    ]),
  ),
);
task(
  "stringify",
  pulumi
    .output([{ name: "a", image, environment: password("stringify-Qm7vXw2Lr9") }])
    .apply(JSON.stringify),
);
task(
  "beside a secret",
  pulumi.jsonStringify([
    {
      name: "a",
      image,
      environment: [
        { name: "MODE", value: pulumi.secret("canary-of-a-marked-part") },
        ...password("beside-Qm7vXw2Lr9"),
      ],
    },
  ]),
);
const crosswalk = (name: string, container: pulumi.Input<object>): pulumi.ComponentResource =>
  new pulumi.ComponentResource("awsx:ecs:FargateTaskDefinition", name, { container }, {}, true);
crosswalk("crosswalk", { image, environment: password("crosswalk-Qm7vXw2Lr9") });
crosswalk(
  "crosswalk callback",
  image.apply((url) => ({
    image: url,
    environment: [{ name: "DB_PASSWORD", value: "crosswalk-callback-Qm7vXw2Lr9" }],
  })),
);

// Not proven: the text of the callback does not contain the value.
task(
  "elsewhere",
  image.apply((url) => JSON.stringify([{ name: "a", image: url, environment: elsewhere }])),
);
task(
  "computed",
  image.apply((url) =>
    JSON.stringify(["a"].map((name) => ({ name, image: url, environment: elsewhere }))),
  ),
);
task(
  "marked",
  pulumi.jsonStringify([
    { name: "a", image, environment: password(pulumi.secret("canary-marked")) },
  ]),
);
crosswalk(
  "crosswalk elsewhere",
  image.apply((url) => Object.assign({ image: url }, { environment: elsewhere })),
);

// Holds: no password is in it.
task(
  "honest",
  pulumi.jsonStringify([
    { name: "a", image, environment: [{ name: "BUCKET", value: arn }], secrets: [] },
  ]),
);
task(
  "honest callback",
  pulumi
    .all([image, arn])
    .apply(([url, bucket]) =>
      JSON.stringify([{ name: "a", image: url, environment: [{ name: "BUCKET", value: bucket }] }]),
    ),
);
crosswalk("honest crosswalk", { image, environment: [{ name: "BUCKET", value: arn }] });
