import { nativeTypes } from "../../../core/aws/types";
import { readString, readThrough } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import {
  hidden,
  isList,
  isRecord,
  isSecret,
  type Value,
  type ValueRecord,
} from "../../../core/snapshot/value";

/** The inputs of a type that declares any resource of AWS by the name of its type. */
interface AnyType {
  readonly typeName: string;
  readonly state: string;
}

/**
 * The types of which an input names the type of AWS, and another has its properties.
 *
 * Source: `cloudcontrol.Resource` of `@pulumi/aws` 7; `ExtensionResource` of `@pulumi/aws-native` 1.
 */
const anyTypes: Readonly<Record<string, AnyType>> = {
  "aws:cloudcontrol/resource:Resource": { typeName: "typeName", state: "desiredState" },
  "aws-native:cloudcontrol:Resource": { typeName: "typeName", state: "desiredState" },
  "aws-native:index:ExtensionResource": { typeName: "type", state: "properties" },
};

/** The tokens of judged types, by their letters alone: `AWS::IAM::OIDCProvider` is `aws-native:iam:OidcProvider`. */
const judged = new Map(nativeTypes.map((type) => [type.toLowerCase(), type]));

/** Whether a type declares any resource of AWS by the name of its type. */
export function isAnyType(type: string): boolean {
  return Object.hasOwn(anyTypes, type);
}

/**
 * A resource of any type as AWS Native declares it with a type of its own, where the name of the type and all properties are
 * known; any other resource unchanged.
 */
export function asTyped(resource: Resource): Resource {
  const { type, inputs, outputs, propertyDependencies } = resource;
  const any = Object.hasOwn(anyTypes, type) ? anyTypes[type] : undefined;
  if (any === undefined) return resource;
  const named = readString(inputs, any.typeName);
  const token = named.kind === "present" ? tokenOf(named.value) : undefined;
  const state = propertiesIn(inputs, any.state);
  if (token === undefined || state === undefined) return resource;
  const made = outputs && propertiesIn(outputs, "properties");
  const dependsOn = propertyDependencies[any.state];
  return {
    ...resource,
    type: token,
    inputs: state,
    ...(made && { outputs: { ...state, ...made } }),
    propertyDependencies:
      dependsOn === undefined
        ? {}
        : Object.fromEntries(Object.keys(state).map((name) => [name, dependsOn])),
  };
}

/** The property of a resource of any type that has a property of the typed one. */
export function stateProperty(type: string, property: string): string {
  const any = anyTypes[type];
  return any === undefined || property === "" || property === any.typeName ? property : any.state;
}

/** The token of `AWS::IAM::Role`. */
function tokenOf(name: string): string | undefined {
  const [, service = "", kind = ""] = /^AWS::(\w+)::(\w+)$/.exec(name) ?? [];
  if (kind === "") return undefined;
  const token = `aws-native:${service.toLowerCase()}:${kind}`;
  return judged.get(token.toLowerCase()) ?? token;
}

/** The properties in a text of JSON, or in a map, by their names in the SDK; undefined where not all of it is known. */
function propertiesIn(values: ValueRecord, name: string): ValueRecord | undefined {
  const found = readThrough(values, name);
  if (found.kind !== "present") return undefined;
  const value = typeof found.value === "string" ? parsed(found.value) : found.value;
  const properties = value === undefined ? undefined : sdkNames(value);
  if (properties === undefined || !isRecord(properties)) return undefined;
  if (!isSecret(values[name])) return properties;
  return Object.fromEntries(Object.entries(properties).map(([key, part]) => [key, hidden(part)]));
}

function parsed(text: string): Value | undefined {
  try {
    return JSON.parse(text) as Value;
  } catch {
    return undefined;
  }
}

/** Properties with maps whose keys are a program's own. */
const maps =
  /^(?:Variables|EnvironmentVariables|Parameters|Tags|Labels|Options|RequestParameters)$/;

/** A value with the names of properties as the SDK has them; keys of policies and maps stay. */
function sdkNames(value: Value, name = ""): Value {
  if (isList(value)) return value.map((item) => sdkNames(item));
  if (!isRecord(value) || maps.test(name) || Object.hasOwn(value, "Statement")) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [sdkName(key), sdkNames(part, key)]),
  );
}

/** `RoleName` is `roleName`, `SSEAlgorithm` is `sseAlgorithm`, `FSxVolume` is `fSxVolume`. */
function sdkName(name: string): string {
  const [capitals = ""] = /^[A-Z]+/.exec(name) ?? [];
  const length = capitals.length > 1 && capitals !== name ? capitals.length - 1 : capitals.length;
  return name.slice(0, length).toLowerCase() + name.slice(length);
}
