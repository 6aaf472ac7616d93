import { listAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { FactList } from "../values";
import { referred } from "./naming";
import { role } from "./refs";
import { addWorkload } from "./workload";

const addon = "aws:eks/addon:Addon";
const associated = "podIdentityAssociations";
const capability = "aws:eks/capability:Capability";

/**
 * Reads what EKS runs in a cluster or beside it by a role: add-ons, which obtain theirs as any pod does, and capabilities.
 *
 * An add-on is one workload, whatever accounts of it obtain roles. Sources: EKS API, CreateAddon (`serviceAccountRoleArn`,
 * `podIdentityAssociations`) and CreateCapability (`roleArn`).
 */
export const clusterRoleReader: Reader = {
  name: "aws cluster roles",
  types: [addon, capability],
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
