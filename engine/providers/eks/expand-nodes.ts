import { launchTemplateType, nodeGroupType } from "../../../core/aws/compute";
import { instanceProfileType, roleType } from "../../../core/aws/iam";
import { knownString, read } from "../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../core/snapshot/resource";
import { Unknown, type Value, type ValueRecord } from "../../../core/snapshot/value";
import {
  copied,
  fromOf,
  made,
  opaque,
  output,
  referenceTo,
  valueAt,
  type Expanded,
  type FindingPlace,
} from "../children";
import { clusterOf, type Cluster } from "./cluster-of";

/** How machines of a component are launched that are nodes without a group of EKS. */
interface Launched {
  readonly type: string;
  /** The end of its name. */
  readonly named: string;
  /** Where it has its instance profile. */
  readonly profile: (name: Value) => ValueRecord;
  /** Properties of the component that it has as they are. */
  readonly copied: readonly string[];
}

/** Components of `@pulumi/eks` whose machines join a cluster by themselves. */
const launched: Readonly<Record<string, Launched | undefined>> = {
  "eks:index:NodeGroup": {
    type: "aws:ec2/launchConfiguration:LaunchConfiguration",
    named: "nodeLaunchConfiguration",
    profile: (name) => ({ iamInstanceProfile: name }),
    copied: [],
  },
  "eks:index:NodeGroupV2": {
    type: launchTemplateType,
    named: "launchTemplate",
    profile: (name) => ({ iamInstanceProfile: { name } }),
    copied: ["metadataOptions"],
  },
};

const managedType = "eks:index:ManagedNodeGroup";

/** Properties of a managed node group for which the component makes a launch template. */
const templated = [
  ...["kubeletExtraArgs", "bootstrapExtraArgs", "bottlerocketSettings", "nodeadmExtraOptions"],
  ...["enableIMDSv2", "userData", "amiId", "enableEfaSupport"],
] as const;

/** The kind of image of EKS for an operating system, which decides all that counts of an image. */
const images: ReadonlyMap<string | undefined, string> = new Map([
  ["AL2", "AL2_x86_64"],
  ["AL2023", "AL2023_x86_64_STANDARD"],
  ["Bottlerocket", "BOTTLEROCKET_x86_64"],
]);

/** Whether a type is that of a component of `@pulumi/eks` which makes nodes of a cluster. */
export function isNodesComponent(type: string): boolean {
  return type === managedType || launched[type] !== undefined;
}

/**
 * Makes what launches nodes and gives them their role, as the component's plugin does; none of them makes a role.
 *
 * Security groups, scaling groups and stacks of CloudFormation carry no identity and are left out.
 * Source: https://github.com/pulumi/pulumi-eks, `nodejs/eks/nodes/nodegroup.ts`, read on 2026-11-30.
 */
export function expandNodes(component: Resource, place: FindingPlace): Expanded {
  const cluster = clusterOf(component, place);
  if (cluster === undefined)
    return opaque(component, "cluster", "is no `eks.Cluster` of this program");
  const how = launched[component.type];
  return how === undefined
    ? managed(component, place, cluster)
    : byOwn(component, place, cluster, how);
}

function byOwn(
  component: Resource,
  place: FindingPlace,
  { component: of, cluster }: Cluster,
  how: Launched,
): Expanded {
  const { inputs, name, urn } = component;
  const type = instanceProfileType;
  const ofCluster = place.find(place.urnOf(of.urn, type, `${of.name}-instanceProfile`));
  const profile =
    profileIn(inputs, type) ??
    profileIn(valueAt(of.inputs, "nodeGroupOptions"), type) ??
    profileIn(of.inputs, type) ??
    (ofCluster && output(ofCluster, "name"));
  if (profile === undefined)
    return opaque(component, "instanceProfile", "is not set, and its cluster has none");
  const template = made(component, place, urn, how.type, `${name}-${how.named}`, {
    ...copied(inputs, ...how.copied),
    ...how.profile(profile),
    userData: output(cluster, "endpoint"),
  });
  return { children: [template], notes: [], outputs: {}, from: {} };
}

/** The name of the instance profile that some arguments give. */
function profileIn(given: Value | undefined, type: string): Value | undefined {
  return valueAt(given, "instanceProfileName") ?? namedBy(given, "instanceProfile", type, "name");
}

/** An output of the resource that an argument is. */
function namedBy(
  given: Value | undefined,
  property: string,
  type: string,
  name: string,
): Value | undefined {
  const found = read(given, property);
  if (found.kind === "absent") return undefined;
  // What exists already is read by its id, which is the name of a role or of a profile.
  if (found.kind !== "unknown") return knownString(given, property);
  const urns = new Set(found.dependsOn.filter((urn) => typeInUrn(urn) === type));
  return urns.size === 1 ? new Unknown([...urns], false, name) : new Unknown(found.dependsOn);
}

function managed(component: Resource, place: FindingPlace, { cluster }: Cluster): Expanded {
  const { inputs, name, urn } = component;
  const has = (property: string): boolean => read(inputs, property).kind !== "absent";
  const role = valueAt(inputs, "nodeRoleArn") ?? namedBy(inputs, "nodeRole", roleType, "arn");
  if (role === undefined) return opaque(component, "nodeRole", "is not given");
  const template = templated.some(has)
    ? made(component, place, urn, launchTemplateType, `${name}-launchTemplate`, {
        ...copied(inputs, "userData"),
        ...(has("enableIMDSv2") && { metadataOptions: metadataOf(inputs) }),
      })
    : undefined;
  const os = images.get(knownString(inputs, "operatingSystem"));
  const image = has("amiId") ? "CUSTOM" : (valueAt(inputs, "amiType") ?? os);
  const group = made(component, place, urn, nodeGroupType, name, {
    ...copied(cluster.inputs, "version"),
    ...copied(inputs, "version", "tags", "launchTemplate"),
    clusterName: valueAt(inputs, "clusterName") ?? output(cluster, "name"),
    nodeRoleArn: role,
    ...(image !== undefined && { amiType: image }),
    ...(template !== undefined && { launchTemplate: { id: output(template, "id") } }),
  });
  const outputs = { nodeGroup: referenceTo(group) };
  const children = template === undefined ? [group] : [template, group];
  return { children, notes: [], outputs, from: fromOf(outputs) };
}

function metadataOf(inputs: ValueRecord): ValueRecord {
  const asks = valueAt(inputs, "enableIMDSv2");
  const tokens = typeof asks === "boolean" ? (asks ? "required" : "optional") : undefined;
  return {
    httpTokens: tokens ?? (asks instanceof Unknown ? asks : new Unknown()),
    httpPutResponseHopLimit: 2,
    httpEndpoint: "enabled",
  };
}
