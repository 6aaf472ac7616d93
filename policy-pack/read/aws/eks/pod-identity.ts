import { named, type Ref, type Text } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { eksAddonType, podIdentityAssociationType } from "../../../../core/aws/compute";
import { knownString, listAt } from "../../../../core/snapshot/read";
import type { ReadContext, Reader } from "../../resource/reader";
import { configuredTenants } from "../../resource/tenancy";
import { FactList, flagAt, onlyOf, textAt } from "../../resource/values";
import { clusterAt } from "./eks-cluster";
import { referred } from "../naming";
import { role } from "../refs";
import { addWorkload } from "../compute/workload";

const serviceAccountTypes = ["kubernetes:core/v1:ServiceAccount"];
const namespaceTypes = ["kubernetes:core/v1:Namespace"];

/** Reads EKS Pod Identity associations: a ServiceAccount of a cluster assumes a role. */
export const podIdentityReader: Reader = {
  name: "aws pod identity",
  types: [podIdentityAssociationType],
  read: (resource, context) => {
    const list = new FactList(resource);
    readAssociation(list, context);
    return list.all();
  },
};

function readAssociation(list: FactList, context: ReadContext): void {
  const ref = referred(list, context, role, "roleArn");
  const target = referred(list, context, role, "targetRoleArn");
  const account = accountOf(list, context);
  if (account === undefined) return;
  const namespace = textAt(list.resource, "namespace");
  if (namespace?.kind === "known") {
    for (const tenant of configuredTenants(context.settings, { namespace: namespace.text })) {
      list.add("belongs-to", "namespace", {
        thing: account,
        tenant: { kind: "known", text: tenant },
        by: "configuration",
      });
    }
  }
  const by = "pod-identity" as const;
  const flag = flagAt(list.resource, "disableSessionTags");
  const tags = flag === undefined ? {} : { withoutTags: flag };
  if (ref !== undefined) {
    list.add("assumes", "roleArn", { identity: account, role: ref, by, ...tags });
  }
  if (target !== undefined) {
    list.add("assumes", "targetRoleArn", { identity: account, role: target, by, ...tags });
  }
}

/**
 * The ServiceAccount of an association. An unknown one is represented by the association, so that its role still has an
 * assuming principal.
 */
function accountOf(list: FactList, context: ReadContext): Name | undefined {
  const { resource } = list;
  const namespace = textAt(resource, "namespace");
  const account = textAt(resource, "serviceAccount");
  if (namespace === undefined || account === undefined) return undefined;
  if (account.kind === "unknown") {
    const only = onlyOf(account, serviceAccountTypes);
    if (only === undefined) addInside(list, resource.urn, namespaceOf(list, context, namespace));
    return only ?? resource.urn;
  }
  if (namespace.kind === "known") {
    const thing = k8sName(clusterOf(list, context), namespace.text, "ServiceAccount", account.text);
    addInside(list, thing, namespaceOf(list, context, namespace));
    return thing;
  }
  const made = onlyOf(namespace, namespaceTypes);
  const resourceMade = made === undefined ? undefined : context.resource(made);
  if (made === undefined || resourceMade === undefined) {
    addInside(list, resource.urn, namespaceOf(list, context, namespace));
    return resource.urn;
  }
  const name = knownString(resourceMade.inputs, "metadata", "name") ?? made;
  const cluster = context.clusterOf(resourceMade);
  const thing = k8sName(cluster, name, "ServiceAccount", account.text);
  addInside(list, thing, named(made));
  return thing;
}

function namespaceOf(list: FactList, context: ReadContext, namespace: Text): Ref {
  if (namespace.kind === "known") {
    return named(k8sName(clusterOf(list, context), "", "Namespace", namespace.text));
  }
  const made = onlyOf(namespace, namespaceTypes);
  return made === undefined ? namespace : named(made);
}

function addInside(list: FactList, thing: Name, namespace: Ref): void {
  list.add("inside", "namespace", { thing, namespace });
}

function clusterOf(list: FactList, context: ReadContext): string {
  return clusterAt(list.resource, context, "clusterName").scope;
}

const associated = "podIdentityAssociations";
const capability = "aws:eks/capability:Capability";

/**
 * Reads what EKS runs in a cluster or beside it by a role: add-ons, which assume theirs as any pod does, and capabilities.
 *
 * An add-on is one workload, whatever accounts of it assume roles. Sources: EKS API, CreateAddon (`serviceAccountRoleArn`,
 * `podIdentityAssociations`) and CreateCapability (`roleArn`).
 */
export const clusterRoleReader: Reader = {
  name: "aws cluster roles",
  types: [eksAddonType, capability],
  read: (resource, context) => {
    const list = new FactList(resource);
    if (resource.type === capability) {
      const workload = addWorkload(list, context, "EKS capability", "capabilityName");
      const identity = referred(list, context, role, "roleArn");
      if (identity !== undefined) {
        list.add("runs-as", "roleArn", {
          workload,
          identity,
          how: "capability role",
          isDefault: false,
        });
      }
      return list.all();
    }
    const workload = addWorkload(list, context, "EKS add-on", "addonName");
    const associations = listAt(resource.inputs, associated).map(
      (_, index) => [associated, index, "roleArn"] as const,
    );
    // What is not known as a whole may be any role.
    const ways = [["serviceAccountRoleArn"] as const, [associated] as const, ...associations];
    for (const [top, ...path] of ways) {
      const identity = referred(list, context, role, top, ...path);
      if (identity === undefined) continue;
      const how = top === associated ? "Pod Identity" : "IRSA";
      list.add("runs-as", [top, ...path].join("."), { workload, identity, how, isDefault: false });
    }
    return list.all();
  },
};
