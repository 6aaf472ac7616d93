import { eksClusterType, launchTemplateType } from "../../../core/aws/compute";
import {
  instanceProfileType,
  oidcProviderType,
  rolePolicyAttachmentType,
  roleType,
} from "../../../core/aws/iam";
import { listAt, read } from "../../../core/snapshot/read";
import type { Resource } from "../../../core/snapshot/resource";
import type { Value, ValueRecord } from "../../../core/snapshot/value";
import {
  copied,
  fromOf,
  made,
  nameHash,
  opaque,
  output,
  referenceTo,
  referring,
  valueAt,
  type Expanded,
  type Place,
} from "../children";

/** Type of the component of `@pulumi/eks` that makes a cluster of Amazon EKS. */
export const clusterComponentType = "eks:index:Cluster";

/** Properties that decide what is made; where one is not known, nothing of it can be read. */
const deciding = [
  ...["authenticationMode", "autoMode", "createInstanceRole", "createOidcProvider", "fargate"],
  ...["instanceProfileName", "instanceRole", "instanceRoles", "nodeGroupOptions", "serviceRole"],
  ...["skipDefaultNodeGroup", "skipDefaultSecurityGroups"],
] as const;

/** AWS's own policies that the roles of the component have. */
const policies = {
  cluster: ["AmazonEKSClusterPolicy"],
  autoMode: [
    ...["AmazonEKSComputePolicy", "AmazonEKSBlockStoragePolicy"],
    ...["AmazonEKSLoadBalancingPolicy", "AmazonEKSNetworkingPolicy"],
  ],
  autoNodes: ["AmazonEKSWorkerNodeMinimalPolicy", "AmazonEC2ContainerRegistryPullOnly"],
  nodes: [
    ...["AmazonEKSWorkerNodePolicy", "AmazonEKS_CNI_Policy"],
    "AmazonEC2ContainerRegistryReadOnly",
  ],
  fargate: ["AmazonEKSFargatePodExecutionRolePolicy"],
} as const;

/**
 * Makes the roles, the cluster, its OIDC provider and the template of its nodes, as the component's plugin does.
 *
 * Networks, add-ons and the node group itself carry no identity and are left out; entries are read of the component.
 * Source: https://github.com/pulumi/pulumi-eks, `nodejs/eks/cluster/cluster.ts`, versions 3.9 and 4.3.
 */
export function expandCluster(component: Resource, place: Place): Expanded {
  const { inputs, name, urn } = component;
  const hidden = deciding.find((property) => read(inputs, property).kind === "unknown");
  if (hidden !== undefined) return opaque(component, hidden);
  const has = (property: string): boolean => read(inputs, property).kind !== "absent";
  const isOn = (...path: readonly string[]): boolean => valueAt(inputs, ...path) === true;
  const make = (type: string, child: string, given: ValueRecord = {}): Resource =>
    made(component, place, urn, type, child, given);

  const isAuto = isOn("autoMode", "enabled");
  const hasFargate = has("fargate") && valueAt(inputs, "fargate") !== false;
  const hasNodes = !isOn("skipDefaultNodeGroup") && !hasFargate && !isAuto;
  const managed = [...policies.cluster, ...(isAuto ? policies.autoMode : [])];
  const own = (child: string, service: string, attached: readonly string[], actions: string[]) =>
    roleOf(component, place, `${name}-${child}`, service, attached, actions);
  const eks = ["sts:AssumeRole", "sts:TagSession"];
  const clusterRole = has("serviceRole")
    ? undefined
    : own("eksRole", "eks.amazonaws.com", managed, eks);
  const makesNodeRole = isAuto && valueAt(inputs, "autoMode", "createNodeRole") !== false;
  const assume = ["sts:AssumeRole"];
  const autoRole = makesNodeRole
    ? own("nodeRole", "ec2.amazonaws.com", policies.autoNodes, assume)
    : undefined;
  const makesInstanceRole =
    isOn("createInstanceRole") || (!has("createInstanceRole") && !isOn("skipDefaultNodeGroup"));
  const isGiven = has("instanceRole") || has("instanceRoles");
  const instanceRole =
    makesInstanceRole && !isGiven
      ? own("instanceRole", "ec2.amazonaws.com", policies.nodes, assume)
      : undefined;
  const podRole =
    hasFargate && read(inputs, "fargate", "podExecutionRoleArn").kind === "absent"
      ? own("podExecutionRole", "eks-fargate-pods.amazonaws.com", policies.fargate, assume)
      : undefined;

  const cluster = make(eksClusterType, `${name}-eksCluster`, {
    ...copied(inputs, "name", "version", "tags"),
    ...(clusterRole !== undefined && { roleArn: output(clusterRole.role, "arn") }),
    ...(autoRole !== undefined && {
      computeConfig: { enabled: true, nodeRoleArn: output(autoRole.role, "arn") },
    }),
    ...(has("authenticationMode") && {
      accessConfig: { authenticationMode: valueAt(inputs, "authenticationMode") ?? null },
    }),
  });
  const oidc = isOn("createOidcProvider")
    ? make(oidcProviderType, `${name}-oidcProvider`, {
        clientIdLists: ["sts.amazonaws.com"],
        url: output(cluster, "identities"),
      })
    : undefined;
  const groups = isOn("skipDefaultSecurityGroups") || isAuto ? [] : ["eksCluster", "node"];
  const [clusterGroup, nodeGroup] = groups.map((group) =>
    make("aws:ec2/securityGroup:SecurityGroup", `${name}-${group}SecurityGroup`),
  );
  const profile =
    instanceRole === undefined || has("instanceProfileName")
      ? undefined
      : make(instanceProfileType, `${name}-instanceProfile`, {
          role: output(instanceRole.role, "name"),
        });
  const template = hasNodes
    ? make(launchTemplateType, `${name}-launchTemplate`, {
        ...copied(valueAt(inputs, "nodeGroupOptions"), "metadataOptions"),
        ...(profile !== undefined && { iamInstanceProfile: { name: output(profile, "name") } }),
        userData: output(cluster, "endpoint"),
      })
    : undefined;

  const roles = [clusterRole, autoRole, instanceRole, podRole].filter((each) => each !== undefined);
  const rest = [cluster, oidc, clusterGroup, nodeGroup, profile, template];
  const children = [
    ...roles.flatMap(({ all }) => all),
    ...rest.filter((each) => each !== undefined),
  ];
  const references = {
    eksCluster: cluster,
    clusterSecurityGroup: clusterGroup,
    nodeSecurityGroup: nodeGroup,
  };
  const instanceRoles =
    instanceRole === undefined ? listAt(inputs, "instanceRoles") : [referenceTo(instanceRole.role)];
  const outputs: Record<string, Value> = {
    ...referring(references),
    instanceRoles,
    core: {
      instanceRoles,
      ...referring({
        cluster,
        oidcProvider: oidc,
        clusterIamRole: clusterRole?.role,
        clusterSecurityGroup: clusterGroup,
      }),
      endpoint: output(cluster, "endpoint"),
    },
    oidcProviderArn: oidc === undefined ? "" : output(oidc, "arn"),
    autoModeNodeRoleName: autoRole === undefined ? "" : output(autoRole.role, "name"),
  };
  const ofCluster = [
    ...["kubeconfig", "kubeconfigJson", "oidcIssuer", "oidcProviderUrl", "clusterSecurityGroupId"],
    ...["nodeSecurityGroupId", "clusterIngressRuleId", "defaultNodeGroupAsgName"],
    ...["fargateProfileId", "fargateProfileStatus", "defaultNodeGroup"],
  ];
  for (const property of ofCluster) outputs[property] = output(cluster);
  return { children, notes: [], outputs, from: fromOf(outputs) };
}

/** The component with a role for a service, the role in it, and the policies that it has. */
interface ServiceRole {
  readonly role: Resource;
  readonly all: readonly Resource[];
}

function roleOf(
  component: Resource,
  place: Place,
  name: string,
  service: string,
  attached: readonly string[],
  actions: readonly string[],
): ServiceRole {
  const around: Resource = {
    ...made(component, place, component.urn, "eks:index:ServiceRole", name, {}),
    custom: false,
  };
  const role = made(component, place, around.urn, roleType, `${name}-role`, {
    assumeRolePolicy: {
      Version: "2012-10-17",
      Statement: [{ Action: actions, Effect: "Allow", Principal: { Service: [service] } }],
    },
    ...copied(component.inputs, "tags"),
  });
  const type = rolePolicyAttachmentType;
  const policies = attached.map((policy) => {
    const arn = `arn:aws:iam::aws:policy/${policy}`;
    const id = nameHash(arn);
    const given = { policyArn: arn, role: output(role, "name") };
    return made(component, place, around.urn, type, `${name}-${id}`, given);
  });
  return { role, all: [around, role, ...policies] };
}
