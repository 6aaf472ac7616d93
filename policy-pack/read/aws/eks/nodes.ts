import { decodedBase64 } from "../../../domain/secrets/decoded";
import { named, type MetadataOptions, type Ref, type Text } from "../../../facts/fact-values";
import {
  ec2InstanceType,
  eksClusterType,
  launchTemplateType,
  nodeGroupType,
} from "../../../../core/aws/compute";
import { entriesAt, knownString, listAt, read, readThrough } from "../../../../core/snapshot/read";
import { typeInUrn, type Resource } from "../../../../core/snapshot/resource";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, textAt } from "../../resource/values";
import { launchedBy } from "../compute/ec2";
import { referred, addNames } from "../naming";
import { launchConfiguration, launchTemplate, role } from "../refs";

/** Reads one type of what describes machines. */
type Read = (list: FactList, context: ReadContext) => void;

const reads: Readonly<Record<string, Read>> = {
  [nodeGroupType]: readNodeGroup,
  "aws:autoscaling/group:Group": readAutoScalingGroup,
  [launchTemplateType]: (list) => {
    readMachines(list);
  },
  "aws:ec2/launchConfiguration:LaunchConfiguration": readLaunchConfiguration,
  [ec2InstanceType]: readInstance,
};

/** Reads machines that run pods, and who can read the credentials of machines. */
export const nodeReader: Reader = {
  name: "aws nodes",
  types: Object.keys(reads),
  read: (resource, context) => {
    const list = new FactList(resource);
    reads[resource.type]?.(list, context);
    return list.all();
  },
};

/** Source: Amazon EC2 user guide, "Configure instance metadata options for new instances": it is enabled by default. */
const unsaid: MetadataOptions = {
  httpEndpoint: known("enabled"),
  httpTokens: undefined,
  httpPutResponseHopLimit: undefined,
};

/**
 * The defaults of EKS's own images without a launch template's setting, and the settings of EKS's own launch template.
 *
 * Sources: EKS user guide, "Upgrade from Amazon Linux 2 to Amazon Linux 2023"; aws/containers-roadmap#930;
 * hashicorp/terraform-provider-aws#38516. For Bottlerocket and Windows there is no source.
 */
const images: readonly {
  readonly amiType: RegExp;
  readonly tokens: string;
  readonly hops: string;
}[] = [
  { amiType: /^AL2_/, tokens: "optional", hops: "2" },
  { amiType: /^AL2023_/, tokens: "required", hops: "1" },
];

function readNodeGroup(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const template = launchedBy(list, context, "launchTemplate");
  const amiType = imageOf(resource);
  const image = images.find((each) => each.amiType.test(amiType));
  const usual =
    image === undefined
      ? unsaid
      : {
          ...unsaid,
          httpTokens: known(image.tokens),
          // A launch template of one's own has its own setting.
          httpPutResponseHopLimit: template === undefined ? known(image.hops) : undefined,
        };
  const waiting = textAt(resource, "amiType");
  const hidden: MetadataOptions =
    waiting?.kind === "unknown"
      ? { ...unsaid, httpTokens: waiting, httpPutResponseHopLimit: waiting }
      : usual;
  addNodes(list, template, hidden, referred(list, context, role, "nodeRoleArn"));
}

/** The image of a node group; where none is chosen, that of Amazon Linux 2023, from Kubernetes 1.30 on. Source: EKS user guide, "Create a managed node group". */
function imageOf(resource: Resource): string {
  const chosen = textAt(resource, "amiType");
  if (chosen !== undefined) return chosen.kind === "known" ? chosen.text : "";
  const version = /^1\.(\d+)/.exec(knownString(resource.inputs, "version") ?? "")?.[1];
  return version !== undefined && Number(version) < 30 ? "AL2_x86_64" : "AL2023_x86_64_STANDARD";
}

function readAutoScalingGroup(list: FactList, context: ReadContext): void {
  const { resource } = list;
  const keys = [...listAt(resource.inputs, "tags").flatMap((tag) => knownString(tag, "key") ?? [])];
  if (!keys.some(isClusterTag)) return;
  const mixed = ["launchTemplate", "launchTemplateSpecification"] as const;
  const template =
    launchedBy(list, context, "launchTemplate") ??
    referred(
      list,
      context,
      launchTemplate,
      "mixedInstancesPolicy",
      ...mixed,
      "launchTemplateName",
    ) ??
    referred(list, context, launchTemplate, "mixedInstancesPolicy", ...mixed, "launchTemplateId") ??
    referred(list, context, launchConfiguration, "launchConfiguration");
  if (template !== undefined) addNodes(list, template, unsaid);
}

function readLaunchConfiguration(list: FactList, context: ReadContext): void {
  addNames(list, context, launchConfiguration);
  readMachines(list);
}

/** An instance takes missing settings from its launch template. */
function readInstance(list: FactList, context: ReadContext): void {
  const isOwn = read(list.resource.inputs, "metadataOptions").kind !== "absent";
  readMachines(list, isOwn ? undefined : launchedBy(list, context, "launchTemplate"));
}

function readMachines(list: FactList, template?: Ref): void {
  const { resource } = list;
  const { urn: machines } = resource;
  const runsPods = hasClusterTag(resource) || joinsCluster(resource);
  if (template !== undefined && !runsPods) return;
  list.add("machines", "metadataOptions", {
    machines,
    ...(template === undefined && { options: optionsOf(resource) }),
    ...(runsPods && { template: template ?? named(machines), usual: unsaid }),
  });
}

function addNodes(
  list: FactList,
  template: Ref | undefined,
  usual: MetadataOptions,
  carried?: Ref,
): void {
  list.add("machines", "launchTemplate", {
    machines: list.resource.urn,
    usual,
    ...(template !== undefined && { template }),
    ...(carried !== undefined && { role: carried }),
  });
}

function optionsOf(resource: Resource): MetadataOptions {
  const at = (property: string): Text | undefined => {
    const text = textAt(resource, "metadataOptions", property);
    return text?.kind === "known" && text.text === "" ? undefined : text;
  };
  return {
    httpEndpoint: at("httpEndpoint"),
    httpTokens: at("httpTokens"),
    httpPutResponseHopLimit: at("httpPutResponseHopLimit"),
  };
}

/** Tags by which machines are known as a cluster's. Sources: EKS user guide, "Self-managed nodes"; Cluster Autoscaler, AWS. */
function isClusterTag(key: string): boolean {
  return /^(?:kubernetes\.io\/cluster|k8s\.io\/cluster|k8s\.io\/cluster-autoscaler)\/./.test(key);
}

function hasClusterTag({ inputs }: Resource): boolean {
  const launched = listAt(inputs, "tagSpecifications").flatMap((each) => entriesAt(each, "tags"));
  return [...entriesAt(inputs, "tags"), ...launched].some(([key]) => isClusterTag(key));
}

/**
 * What machines run to become nodes. Sources: EKS user guide, "Customize managed nodes with launch templates";
 * kubernetes.io, "kubeadm join"; docs.k3s.io.
 */
const joining =
  /\/etc\/eks\/bootstrap\.sh|node\.eks\.aws|Start-EKSBootstrap|\[settings\.kubernetes\]|\bkubeadm join\b|\bk3s(?:-agent| agent)\b|K3S_URL=/;

const clusterTypes = [eksClusterType, "eks:index:Cluster"];

/** Whether machines join a cluster as they start; what waits for a cluster is written to join it. */
function joinsCluster({ inputs, propertyDependencies }: Resource): boolean {
  return ["userData", "userDataBase64"].some((property) => {
    const found = readThrough(inputs, property);
    if (found.kind === "unknown") {
      const dependsOn = [...found.dependsOn, ...(propertyDependencies[property] ?? [])];
      return dependsOn.some((urn) => clusterTypes.includes(typeInUrn(urn)));
    }
    const text = found.kind === "present" ? found.value : undefined;
    return typeof text === "string" && joining.test(decodedBase64(text) ?? text);
  });
}

function known(text: string): Text {
  return { kind: "known", text };
}
