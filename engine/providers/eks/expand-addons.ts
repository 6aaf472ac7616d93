import { eksAddonType } from "../../../core/aws/compute";
import type { Resource } from "../../../core/snapshot/resource";
import { Unknown, type Value } from "../../../core/snapshot/value";
import { jsonOf } from "../../partial/partly-made";
import { clusterOf } from "./cluster-of";
import { dependenciesIn, made, output, type Expanded, type FindingPlace } from "../children";

/** Properties of an add-on that carry an identity, or tell it from others. */
const carried = ["addonName", "podIdentityAssociations", "serviceAccountRoleArn", "tags"] as const;

const vpcCniType = "eks:index:VpcCniAddon";

/** Whether a type is that of a component of `@pulumi/eks` which makes an add-on of a cluster. */
export function isAddonComponent(type: string): boolean {
  return type === "eks:index:Addon" || type === vpcCniType;
}

/**
 * Makes the add-on of EKS with the roles and the configuration that the component receives.
 *
 * The patch of the VPC CNI's DaemonSet changes no identity and is left out.
 * Source: https://github.com/pulumi/pulumi-eks, `nodejs/eks/addons/addon.ts` and `cni-addon.ts`, read on 2026-12-02.
 */
export function expandAddon(component: Resource, place: FindingPlace): Expanded {
  const { inputs, name, urn, type } = component;
  const configured = inputs["configurationValues"];
  const addon = made(component, place, urn, eksAddonType, name, {
    ...Object.fromEntries(
      carried.flatMap((key) => (inputs[key] === undefined ? [] : [[key, inputs[key]] as const])),
    ),
    ...(type === vpcCniType && { addonName: "vpc-cni" }),
    clusterName: clusterName(component, place),
    ...(configured !== undefined &&
      configured !== null && { configurationValues: jsonOf(configured) }),
  });
  return { children: [addon], notes: [], outputs: {}, from: {} };
}

/** The name of the add-on's cluster: configured, or that of the component which it receives. */
function clusterName(component: Resource, place: FindingPlace): Value {
  const named = component.inputs["clusterName"];
  if (named !== undefined) return named;
  const found = clusterOf(component, place);
  if (found !== undefined) return output(found.cluster, "name");
  return new Unknown(dependenciesIn(component.inputs["cluster"] ?? null));
}
