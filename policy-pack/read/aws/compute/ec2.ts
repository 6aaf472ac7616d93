import { mayHaveCredential } from "../../../domain/secrets/known-part";
import type { Ref } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { ec2InstanceType, launchTemplateType } from "../../../../core/aws/compute";
import { comparableText, listAt, read, type Step } from "../../../../core/snapshot/read";
import type { Resource } from "../../../../core/snapshot/resource";
import { Secret, type Value } from "../../../../core/snapshot/value";
import { unpackedText } from "../../credentials/packed";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, valueIn, unknownLike } from "../../resource/values";
import {
  addReceived,
  addKnownParts,
  addMarkedText,
  addUnknownText,
  addUnknownLocation,
} from "../secrets/received";
import { referred, addNames } from "../naming";
import { instance, instanceProfile, launchTemplate } from "../refs";
import { addWorkload } from "./workload";

/** Launches instances by specifications of its own, or by launch templates, which are workloads themselves. */
const fleet = "aws:ec2/spotFleetRequest:SpotFleetRequest";
/** Has no profile of its own to be read here: what its nodes run as is read with them. */
const configuration = "aws:ec2/launchConfiguration:LaunchConfiguration";
const userDataProperties = ["userData", "userDataBase64"] as const;

/** Reads EC2 instances and launch templates. An instance without a profile of its own is its template's workload. */
export const ec2Reader: Reader = {
  name: "aws ec2",
  types: [
    ec2InstanceType,
    "aws:ec2/spotInstanceRequest:SpotInstanceRequest",
    fleet,
    launchTemplateType,
    configuration,
  ],
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const isTemplate = resource.type === launchTemplateType;
    if (resource.type === configuration) {
      for (const property of userDataProperties) {
        readUserData(list, context, resource.urn, property);
      }
      return list.all();
    }
    if (resource.type === fleet) {
      readFleet(list, context);
      return list.all();
    }
    if (isTemplate) addNames(list, context, launchTemplate);
    else joinTemplate(list, context);
    if (instance.types.includes(resource.type)) addNames(list, context, instance);
    const workload = addWorkload(list, context, isTemplate ? "launch template" : "EC2 instance");
    readProfile(list, context, workload, isTemplate);
    for (const property of userDataProperties) readUserData(list, context, workload, property);
    return list.all();
  },
};

function readFleet(list: FactList, context: ReadContext): void {
  const top = "launchSpecifications";
  const { inputs } = list.resource;
  if (read(inputs, top).kind === "absent") return;
  const specifications = listAt(inputs, top);
  const workload = addWorkload(list, context, "spot fleet");
  addUnknownLocation(list, { workload, top, property: top }, inputs, top);
  for (const index of specifications.keys()) {
    const arn = [top, index, "iamInstanceProfileArn"] as const;
    addProfile(list, context, workload, [arn, [top, index, "iamInstanceProfile"]]);
    readUserData(list, context, workload, top, index, "userData");
  }
}

function readProfile(
  list: FactList,
  context: ReadContext,
  workload: Name,
  isTemplate: boolean,
): void {
  const top = "iamInstanceProfile";
  const ways = isTemplate ? ["arn", "name"].map((way) => [top, way] as const) : [[top] as const];
  addProfile(list, context, workload, ways);
}

/** @param ways where the profile may be; the first counts */
function addProfile(
  list: FactList,
  context: ReadContext,
  workload: Name,
  ways: readonly (readonly [string, ...(readonly Step[])])[],
): void {
  for (const way of ways) {
    const identity = referred(list, context, instanceProfile, ...way);
    if (identity === undefined) continue;
    const property = way.join(".");
    list.add("runs-as", property, {
      workload,
      identity,
      how: "instance profile",
      isDefault: false,
    });
    return;
  }
}

function readUserData(
  list: FactList,
  context: ReadContext,
  workload: Name,
  top: string,
  ...path: readonly Step[]
): void {
  const found = read(list.resource.inputs, top, ...path);
  const place = {
    workload,
    top,
    property: [top, ...path].join("."),
    under: undefined,
    through: "user data",
  } as const;
  if (found.kind === "unknown") {
    if (addKnownParts(list, context, place, found)) return;
    const declared = declaredUserData(list.resource, context);
    if (declared !== undefined) {
      addReceived(list, context, place, declared);
      return;
    }
    addReceived(list, context, place, unknownLike(found));
    if (mayHaveCredential(found.parts, context.credentialIn)) addUnknownText(list, place, found);
    return;
  }
  const text = comparableText(list.resource.inputs, top, ...path);
  if (text === undefined) return;
  const script = unpackedText(text);
  if (found.kind === "secret") {
    addReceived(list, context, { ...place, markedAround: true }, new Secret(script));
    addMarkedText(list, place);
  } else {
    addReceived(list, context, place, script);
  }
}

/**
 * The arguments of a component of `@pulumi/eks` for its script, by which nodes join the cluster; empty without any.
 *
 * Source: https://github.com/pulumi/pulumi-eks, `nodejs/eks/nodes/nodegroup.ts`, `userDataOverride` and `nodeUserData`.
 */
function declaredUserData(resource: Resource, context: ReadContext): Value | undefined {
  const component = resource.parent === undefined ? undefined : context.resource(resource.parent);
  if (component === undefined || !nodeComponents.test(component.type)) return undefined;
  const given = [[], ["nodeGroupOptions"]].flatMap((path) =>
    userDataOfNodes.flatMap((property) => valueIn(read(component.inputs, ...path, property)) ?? []),
  );
  const texts = given.filter((value) => typeof value === "string");
  return texts.length === given.length ? texts.join("\n") : given.find(isNoText);
}

/** Components of `@pulumi/eks` that make scripts for nodes, and their arguments for them. */
const nodeComponents = /^eks:index:(Cluster|(Managed)?NodeGroup|NodeGroupV2)$/;
const userDataOfNodes = [
  ...["nodeUserDataOverride", "nodeUserData", "userData", "bootstrapExtraArgs"],
  "kubeletExtraArgs",
] as const;

function isNoText(value: Value): boolean {
  return typeof value !== "string";
}

function joinTemplate(list: FactList, context: ReadContext): void {
  const { resource } = list;
  if (read(resource.inputs, "iamInstanceProfile").kind !== "absent") return;
  const also = launchedBy(list, context, "launchTemplate");
  if (also?.kind === "named") {
    list.add("alias", "launchTemplate", { thing: resource.urn, also: also.name });
  }
}

/** The launch template that a property names or has the id of. */
export function launchedBy(
  list: FactList,
  context: ReadContext,
  top: string,
  ...path: readonly string[]
): Ref | undefined {
  return (
    referred(list, context, launchTemplate, top, ...path, "name") ??
    referred(list, context, launchTemplate, top, ...path, "id")
  );
}
