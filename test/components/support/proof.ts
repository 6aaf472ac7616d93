import * as assert from "node:assert/strict";
import { issuer, providerArn } from "./acme";
import { clusterArn } from "./random-federation";
import type { Registered } from "./registered";
import type { Request } from "./trust";

/** What the workload of a role asks STS with, as what was made for it lets it. */
export function proofOf(role: Registered, resources: readonly Registered[]): Request {
  const own = (type: string) =>
    resources.find((each) => each.name === role.name && each.type === type)?.inputs;
  const association = own("aws:eks/podIdentityAssociation:PodIdentityAssociation");
  if (association !== undefined) return podIdentityProof(association);
  const account = own("kubernetes:core/v1:ServiceAccount");
  if (account !== undefined) return tokenProof(account);
  return assert.fail(`nothing proves ${role.name}`);
}

/** The same proof, made for another than AWS or by another than ours. */
export function elsewhere(proof: Request): Request {
  const keys = Object.entries(proof.keys).map(([key, value]) => {
    if (key.endsWith(":aud")) return [key, "vault"];
    return [key, key === "aws:SourceAccount" ? "444455556666" : value];
  });
  return { ...proof, keys: Object.fromEntries(keys) as Record<string, string> };
}

function tokenProof(account: Registered["inputs"]): Request {
  const { name, namespace } = account["metadata"] as { name: string; namespace: string };
  return {
    principal: { type: "Federated", value: providerArn },
    action: "sts:AssumeRoleWithWebIdentity",
    keys: {
      [`${issuer}:sub`]: `system:serviceaccount:${namespace}:${name}`,
      [`${issuer}:aud`]: "sts.amazonaws.com",
    },
  };
}

function podIdentityProof(association: Registered["inputs"]): Request {
  const { clusterName, namespace, serviceAccount } = association as Record<string, string>;
  return {
    principal: { type: "Service", value: "pods.eks.amazonaws.com" },
    action: "sts:AssumeRole",
    keys: {
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": `arn:aws:eks:eu-central-1:111122223333:podidentityassociation/${String(clusterName)}/a-1`,
      "aws:RequestTag/eks-cluster-arn": clusterArn,
      "aws:RequestTag/kubernetes-namespace": String(namespace),
      "aws:RequestTag/kubernetes-service-account": String(serviceAccount),
    },
  };
}
