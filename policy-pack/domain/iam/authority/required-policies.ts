import type { Graph } from "../../../facts/graph";
import type { Name } from "../../../facts/name";
import { and, fromBoolean, no, unknown, type Three } from "../../../../core/three-valued";
import { admissions, type Admission } from "../../trust/admission";
import { lookupsIn } from "../../trust/in-graph";
import { plainService } from "../../trust/source";
import type { Policy } from "./authority";
import { isRunAs } from "./permission-holder";

/**
 * AWS managed policies that a service requires on the role that it acts by itself, by service. No code of a user runs as such a role.
 *
 * As of 2026-12-02. Sources: EKS user guide, "Amazon EKS Auto Mode cluster IAM role"; ECS developer guide, "Amazon ECS infrastructure
 * IAM role", for Managed Instances.
 */
const required: Readonly<Record<string, readonly string[]>> = {
  "eks.amazonaws.com": ["AmazonEKSComputePolicy"],
  "ecs.amazonaws.com": ["AmazonECSInfrastructureRolePolicyForManagedInstances"],
};

/**
 * Whether AWS requires a policy on an identity: the policy is AWS's own, the identity is a role that only the service assumes that
 * requires it, and no workload runs as that role.
 */
export function isRequired(graph: Graph, identity: Name, { managed }: Policy): Three {
  if (managed === undefined || isRunAs(graph, identity)) return no;
  const services = Object.keys(required).filter((each) => required[each]?.includes(managed));
  const trusts = graph.facts("trusts", "identity", identity);
  if (services.length === 0 || trusts.length === 0) return no;
  return and(
    trusts.map(({ trust }) => {
      if (trust.kind === "problem") return no;
      if (trust.kind === "unknown") return notKnown(trust);
      const all = admissions(trust.document, lookupsIn(graph));
      return all.length === 0 ? no : and(all.map((each) => isOf(services, each)));
    }),
  );
}

function isOf(services: readonly string[], { principal, holds, dependsOn }: Admission): Three {
  if (principal.kind === "service") {
    const isOne = services.includes(plainService(principal.service));
    return isOne || holds.kind === "yes" ? fromBoolean(isOne) : holds;
  }
  const mayBeService =
    principal.kind === "unknown" && (principal.type === "Service" || principal.type === "any");
  return mayBeService || holds.kind === "unknown" ? notKnown({ dependsOn }) : no;
}

function notKnown({ dependsOn }: Pick<Admission, "dependsOn">): Three {
  return unknown("who can assume the role is not known yet", dependsOn);
}
