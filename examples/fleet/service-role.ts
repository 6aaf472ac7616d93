import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

/** What a role of a service is made from. */
interface ServiceRole {
  readonly name: string;
  readonly tags: Record<string, string>;
  /** The service that assumes it, such as `states.amazonaws.com`. */
  readonly service: string;
  /** ARN of the one thing for which the service assumes it. */
  readonly sourceArn: string;
  readonly account: string;
  /** What it allows. */
  readonly statements: readonly Statement[];
}

/** A statement of a policy that allows something. */
interface Statement {
  readonly Action: readonly string[];
  readonly Resource: readonly pulumi.Input<string>[];
}

/** A role that one service assumes for one thing of this account. */
export function serviceRole(resource: string, given: ServiceRole): pulumi.Output<string> {
  const { name, tags, service, sourceArn, account, statements } = given;
  const role = new aws.iam.Role(resource, {
    name,
    tags,
    assumeRolePolicy: JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Service: service },
          Action: "sts:AssumeRole",
          Condition: {
            StringEquals: { "aws:SourceAccount": account },
            ArnEquals: { "aws:SourceArn": sourceArn },
          },
        },
      ],
    }),
  });
  const policy = new aws.iam.RolePolicy(resource, {
    role: role.name,
    policy: pulumi.jsonStringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    }),
  });
  // What uses the role is created after its policy.
  return pulumi.all([role.arn, policy.id]).apply(([arn]) => arn);
}
