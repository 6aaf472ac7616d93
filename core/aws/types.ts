import { analyticsTypes } from "./analytics";
import { apisTypes } from "./apis";
import type { AwsType } from "./aws-type";
import { bedrockTypes } from "./bedrock";
import { buildsTypes } from "./builds";
import { computeTypes } from "./compute";
import { databasesTypes } from "./databases";
import { ecsTypes } from "./ecs";
import { eventsTypes } from "./events";
import { iamTypes } from "./iam";
import { lambdaTypes } from "./lambda";
import { secretsTypes } from "./secrets";
import { storageTypes } from "./storage";

const rows = {
  ...iamTypes,
  ...secretsTypes,
  ...lambdaTypes,
  ...ecsTypes,
  ...computeTypes,
  ...buildsTypes,
  ...bedrockTypes,
  ...storageTypes,
  ...eventsTypes,
  ...databasesTypes,
  ...apisTypes,
  ...analyticsTypes,
};

type Rows = typeof rows;

type NativeOf<Row> = Row extends { readonly native: infer Native extends string } ? Native : never;

/** A type of the AWS Cloud Control provider (`aws-native`) that is judged. */
export type NativeType = { [Type in keyof Rows]: NativeOf<Rows[Type]> }[keyof Rows];

/** All resource types of the AWS provider of which something is known. */
export const awsTypes: ReadonlyMap<string, AwsType> = new Map(Object.entries(rows));

/** The types whose rows have a field, each with the field. */
export function typesWith<Field extends keyof AwsType>(
  field: Field,
): ReadonlyMap<string, NonNullable<AwsType[Field]>> {
  const found = new Map<string, NonNullable<AwsType[Field]>>();
  for (const [type, { [field]: value }] of awsTypes) if (value != null) found.set(type, value);
  return found;
}

const byNative: ReadonlyMap<string, string> = new Map(
  [...typesWith("native")].map(([type, native]) => [native, type]),
);

/** Every type of the AWS Cloud Control provider that is judged. */
export const nativeTypes = [...byNative.keys()] as readonly NativeType[];

/** Whether a type token is such a type. */
export function isNativeType(type: string): type is NativeType {
  return byNative.has(type);
}

/**
 * The type of the AWS provider for a type of AWS Cloud Control, and any other type itself.
 *
 * Readers, rules and references use one type for each thing; inputs of other names are mapped where they are read.
 */
export function classicType(type: string): string {
  return byNative.get(type) ?? type;
}
