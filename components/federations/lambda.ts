import type * as pulumi from "@pulumi/pulumi";
import { fitting } from "../arguments/argument-error";
import { otherFunctionsDenied } from "../documents/permissions";
import { serviceTrust } from "../documents/trust";
import { functionNameOf } from "../arguments/naming";
import type { Federation } from "./federation";
import { readPlace, type Place } from "./place";

/** Functions of AWS Lambda in one account and region. */
export interface LambdaFederation {
  /** Account that the functions are in, 12 digits; the tenant's roles are made there. */
  account: pulumi.Input<string>;
  /** Region that the functions are in, such as `eu-central-1`. */
  region: pulumi.Input<string>;
}

/** The function that acts as a workload. */
export interface LambdaSubject {
  /** Name of the function. Default: `<tenant>_<workload>`, cut to 64 characters. */
  functionName?: pulumi.Input<string>;
}

/** Source: AWS Lambda API, CreateFunction. */
const functionNames = /^[A-Za-z0-9_-]{1,64}$/;

/** The name of a workload's function, or an error that names `subject`. */
export function lambdaFunction(
  subject: string,
  { functionName }: pulumi.Unwrap<LambdaSubject>,
  tenant: string,
  workload: string,
): string {
  if (functionName === undefined) return functionNameOf(tenant, workload);
  fitting(
    subject,
    "subject.lambda.functionName",
    functionName,
    functionNames,
    "the name of one function, up to 64 letters, digits, `-` and `_`",
  );
  return functionName;
}

/** AWS Lambda. */
export const lambda: Federation<LambdaFederation, Place, LambdaSubject> = {
  knownBy: "subject",
  read: (subject, given) => readPlace(subject, "lambda", given),
  // Lambda sends nothing of the function; what another function does with the role is refused by its policy.
  trust: (subject, place, { tenant, name }, given) => ({
    statement: serviceTrust({ service: "lambda.amazonaws.com" }),
    proof: functionArn(subject, place, given, tenant, name),
  }),
  statements: (subject, place, { tenant, name }, given) => [
    otherFunctionsDenied(functionArn(subject, place, given, tenant, name)),
  ],
  fronted: {
    is: "function",
    arn: (subject, place, { tenant, name }, given) =>
      functionArn(subject, place, given, tenant, name),
  },
};

function functionArn(
  subject: string,
  { partition, region, account }: Place,
  given: pulumi.Unwrap<LambdaSubject>,
  tenant: string,
  workload: string,
): string {
  const name = lambdaFunction(subject, given, tenant, workload);
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
}
