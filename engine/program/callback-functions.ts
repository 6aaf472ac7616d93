import { isRecord, type Value } from "../../core/snapshot/value";
import { partialDocument } from "../partial/partial-document";

/**
 * Functions of `@pulumi/aws` under `iam` that read no cloud: what they give of one argument that may not be known in
 * part; undefined where that is not known either.
 */
export const iamFunctions: Readonly<Record<string, (argument: Value) => Value | undefined>> = {
  getPolicyDocument: documentOf,
  getPolicyDocumentOutput: documentOf,
  // https://github.com/pulumi/pulumi-aws/blob/master/sdk/nodejs/iam/documents.ts
  assumeRolePolicyForPrincipal: (principal) => ({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "AllowAssumeRole",
        Effect: "Allow",
        Principal: principal,
        Action: "sts:AssumeRole",
      },
    ],
  }),
};

function documentOf(args: Value): Value | undefined {
  return isRecord(args) ? partialDocument(args) : undefined;
}
