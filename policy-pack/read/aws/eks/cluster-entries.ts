import { likeNoOther, type RbacReach, type Ref } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { userType } from "../../../../core/aws/iam";
import { entriesAt, listAt, read, type Step } from "../../../../core/snapshot/read";
import { typeInUrn } from "../../../../core/snapshot/resource";
import type { ReadContext, Reader } from "../../resource/reader";
import { FactList, textAt, dependenciesAt } from "../../resource/values";
import { accessPolicyIn, isOfItsParts, rulesOfAccessPolicy } from "./access-policies";
import { clusterAt } from "./eks-cluster";
import { referred, addConfigured } from "../naming";
import { role } from "../refs";
import { isOfNodes, addAccessEntry } from "../../resource/access-entries";

type Path = readonly [top: string, ...rest: readonly Step[]];

/** The names of a type's inputs for the parts of an entry. */
interface Shape {
  readonly user: string;
  readonly groups: string;
  readonly principal: string;
}

const ofTerraform: Shape = {
  user: "userName",
  groups: "kubernetesGroups",
  principal: "principalArn",
};
const ofCloudFormation: Shape = { ...ofTerraform, user: "username" };
const ofMapping: Shape = { user: "username", groups: "groups", principal: "roleArn" };

/**
 * Reads which roles of AWS have access entries of a cluster of Amazon EKS, their user names, and the rights of their access
 * policies.
 *
 * Entries of users are not read, since users are people's, nor those of nodes: `type` is then another than `STANDARD`. Source:
 * EKS user guide, "Create access entries".
 */
export const clusterEntryReader: Reader = {
  name: "aws cluster entries",
  types: [
    "aws:eks/accessEntry:AccessEntry",
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
    "aws-native:eks:AccessEntry",
    "eks:index:Cluster",
  ],
  read: (resource, context) => {
    const list = new FactList(resource);
    switch (resource.type) {
      case "aws:eks/accessEntry:AccessEntry":
        addEntry(list, context, [], ofTerraform);
        break;
      case "aws:eks/accessPolicyAssociation:AccessPolicyAssociation":
        addPolicy(list, context, [], ["principalArn"]);
        break;
      case "aws-native:eks:AccessEntry":
        addEntry(list, context, [], ofCloudFormation);
        addHidden(list, context, ["accessPolicies"], ["principalArn"]);
        for (const index of listAt(resource.inputs, "accessPolicies").keys()) {
          addPolicy(list, context, ["accessPolicies", index], ["principalArn"]);
        }
        break;
      default:
        addOfComponent(list, context);
    }
    return list.all();
  },
};

/** The arguments of the cluster of `@pulumi/eks`. Source: Pulumi registry, `eks.Cluster`. */
function addOfComponent(list: FactList, context: ReadContext): void {
  const { inputs } = list.resource;
  addHidden(list, context, ["accessEntries"]);
  addHidden(list, context, ["roleMappings"]);
  for (const [name] of entriesAt(inputs, "accessEntries")) {
    const entry: Path = ["accessEntries", name];
    addEntry(list, context, entry, ofCloudFormation);
    addHidden(list, context, [...entry, "accessPolicies"], [...entry, "principalArn"]);
    for (const [policy] of entriesAt(inputs, ...entry, "accessPolicies")) {
      addPolicy(list, context, [...entry, "accessPolicies", policy], [...entry, "principalArn"]);
    }
  }
  for (const index of listAt(inputs, "roleMappings").keys()) {
    addEntry(list, context, ["roleMappings", index], ofMapping);
  }
}

function addEntry(
  list: FactList,
  context: ReadContext,
  entry: readonly Step[],
  { user, groups, principal }: Shape,
): void {
  const { resource } = list;
  const type = textAt(resource, ...under(entry, "type"));
  if (type?.kind === "known" && type.text !== "STANDARD") return;
  const identity = identityAt(list, context, under(entry, principal));
  if (identity === undefined) return;
  const cluster = clusterAt(resource, context, "clusterName");
  const add = (as: "User" | "Group", path: Path): void => {
    const called = textAt(resource, ...path);
    if (called === undefined || (called.kind === "known" && isOfNodes(called.text))) return;
    const body = { entry: resource.urn, cluster, identity, as, called };
    list.addFacts(
      ...addAccessEntry({ urn: resource.urn, property: textOf(path) }, body, groups === "groups"),
    );
  };
  add("User", under(entry, user));
  const path = under(entry, groups);
  const count = listAt(resource.inputs, ...path).length;
  if (count === 0) add("Group", path);
  for (let index = 0; index < count; index += 1) add("Group", [...path, index]);
}

/**
 * States that wholly unknown entries or policies may give anything.
 *
 * @param principal their principal, where that is set
 */
function addHidden(list: FactList, context: ReadContext, path: Path, principal?: Path): void {
  const { resource } = list;
  const found = read(resource.inputs, ...path);
  if (found.kind !== "unknown") return;
  const dependsOn = dependenciesAt(resource, path[0], found);
  const identity: Ref | undefined =
    principal === undefined ? { kind: "unknown", dependsOn } : identityAt(list, context, principal);
  if (identity === undefined) return;
  list.add("access-entry", textOf(path), {
    as: "policy",
    entry: resource.urn,
    cluster: clusterAt(resource, context, "clusterName"),
    identity,
    role: likeNoOther({ urn: resource.urn, property: textOf(path) }),
    roleName: "",
    roleDependsOn: dependsOn,
    gives: "anything",
    where: { kind: "cluster" },
  });
}

/** @param association where an access policy is associated */
function addPolicy(
  list: FactList,
  context: ReadContext,
  association: readonly Step[],
  principal: Path,
): void {
  const { resource } = list;
  const identity = identityAt(list, context, principal);
  const path = under(association, "policyArn");
  const arn = textAt(resource, ...path);
  if (identity === undefined || arn === undefined) return;
  const policy = arn.kind === "known" ? accessPolicyIn(arn.text) : "";
  if (isOfItsParts(policy)) return;
  const cluster = clusterAt(resource, context, "clusterName");
  const gives: Name =
    arn.kind === "known"
      ? k8sName(cluster.scope, "", "AccessPolicy", policy)
      : likeNoOther({ urn: resource.urn, property: textOf(path) });
  const rules = rulesOfAccessPolicy(policy);
  if (rules !== undefined) list.add("rbac-role", textOf(path), { role: gives, rules });
  const rest = {
    as: "policy" as const,
    entry: resource.urn,
    cluster,
    identity,
    role: gives,
    roleName: policy,
    gives: "access policy" as const,
    ...(arn.kind === "unknown" && { roleDependsOn: arn.dependsOn }),
  };
  for (const [property, where] of scopesAt(list, under(association, "accessScope"))) {
    if (where.kind === "namespace") {
      const namespace = k8sName(cluster.scope, "", "Namespace", where.namespace);
      addConfigured(list, context, namespace, property, { namespace: where.namespace });
    }
    list.add("access-entry", property, { ...rest, where });
  }
}

/** The scope of an access policy: the whole cluster, or namespaces that may be named by patterns. */
function scopesAt(list: FactList, path: Path): readonly (readonly [string, RbacReach])[] {
  const { resource } = list;
  const type = textAt(resource, ...path, "type");
  const property = textOf(path);
  if (type === undefined) return [];
  if (type.kind === "unknown") {
    return [[property, { kind: "unknown", dependsOn: type.dependsOn, mayBeCluster: true }]];
  }
  if (type.text === "cluster") return [[property, { kind: "cluster" }]];
  const spaces: Path = [...path, "namespaces"];
  const count = listAt(resource.inputs, ...spaces).length;
  const paths =
    count === 0 ? [spaces] : Array.from({ length: count }, (_, at): Path => [...spaces, at]);
  return paths.flatMap((each): readonly (readonly [string, RbacReach])[] => {
    const text = textAt(resource, ...each);
    if (text === undefined) return [];
    const where: RbacReach =
      text.kind === "unknown"
        ? text
        : text.text === "*"
          ? { kind: "cluster" }
          : { kind: "namespace", namespace: text.text };
    return [[textOf(each), where]];
  });
}

/** The role that an entry is of; undefined where it is a user's, who is one of people. */
function identityAt(list: FactList, context: ReadContext, path: Path): Ref | undefined {
  const ref = referred(list, context, role, ...path);
  const dependsOn = ref?.kind === "unknown" ? ref.dependsOn : [];
  const isUsers = dependsOn.length > 0 && dependsOn.every((urn) => typeInUrn(urn) === userType);
  return isUsers ? undefined : ref;
}

function under(path: readonly Step[], property: string): Path {
  const [top, ...rest] = path;
  return top === undefined ? [property] : [String(top), ...rest, property];
}

/** As people write it: `accessPolicies[0].policyArn`. */
function textOf(path: Path): string {
  return path
    .map((step, at) => (typeof step === "number" ? `[${step}]` : at === 0 ? step : `.${step}`))
    .join("");
}
