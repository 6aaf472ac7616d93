import * as aws from "@pulumi/aws";

export = async () => {
  const role = await aws.iam.getRole({ name: "existing" });
  return { path: role.arn.split("/")[1] };
};
