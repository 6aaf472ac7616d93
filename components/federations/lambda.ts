import type * as pulumi from "@pulumi/pulumi";
import { fitting } from "../argument-error";
import { functionNameOf } from "../naming";
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

/** AWS Lambda with all values known and checked. */
export interface KnownLambda extends Place {
  readonly kind: "lambda";
}

/** Source: AWS Lambda API, CreateFunction. */
const functionNames = /^[A-Za-z0-9_-]{1,64}$/;

/** Reads AWS Lambda as a federation, or throws an error that names `subject`. */
export function readLambda(subject: string, given: pulumi.Unwrap<LambdaFederation>): KnownLambda {
  return { kind: "lambda", ...readPlace(subject, "lambda", given) };
}

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

/** ARN of a workload's function, or an error that names `subject`. */
export function functionArn(
  subject: string,
  { partition, region, account }: KnownLambda,
  given: pulumi.Unwrap<LambdaSubject>,
  tenant: string,
  workload: string,
): string {
  const name = lambdaFunction(subject, given, tenant, workload);
  return `arn:${partition}:lambda:${region}:${account}:function:${name}`;
}
