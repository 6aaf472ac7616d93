import * as assert from "node:assert/strict";
import { issuer } from "./acme";
import { clusterArn, issuers, providerOf, trustAnchorArn } from "./random-federation";
import { functionNameOf, runtimeNameOf } from "../../../components/arguments/naming";
import type { Registered } from "./registered";
import type { Request } from "./trust";

/** The request to STS of a role's workload, as its components allow it. */
export function proofOf(role: Registered, resources: readonly Registered[]): Request {
  const own = (type: string) =>
    resources.find((each) => each.name === role.name && each.type === type)?.inputs;
  const association = own("aws:eks/podIdentityAssociation:PodIdentityAssociation");
  if (association !== undefined) return podIdentityProof(association);
  const entry = own("kubernetes:spire.spiffe.io/v1alpha1:ClusterStaticEntry");
  if (entry !== undefined) {
    return tokenProof(issuers.spiffe, (entry["spec"] as { spiffeID: string }).spiffeID);
  }
  if (own("aws:rolesanywhere/profile:Profile") !== undefined) return certificateProof(role.name);
  const account = own("kubernetes:core/v1:ServiceAccount");
  if (account !== undefined) {
    const { name, namespace } = account["metadata"] as { name: string; namespace: string };
    const registration = own("kubernetes:spire.spiffe.io/v1alpha1:ClusterSPIFFEID");
    if (registration !== undefined) {
      const id = renderedId(registration, namespace, name);
      return tokenProof(issuers.spiffe, id);
    }
    return tokenProof(issuer, `system:serviceaccount:${namespace}:${name}`);
  }
  const component = own(role.under);
  if (component !== undefined) return outsideProof(component, role.name);
  return assert.fail(`nothing proves ${role.name}`);
}

/** Whether a service assumes a role without a source. */
export function tellsNobody(proof: Request): boolean {
  return proof === taskProof || proof === functionProof;
}

/** ARN of the function that a role is for, if it is for one. */
export function functionOf(role: Registered, resources: readonly Registered[]): string | undefined {
  const component = resources.find(
    ({ name, type }) => name === role.name && type === role.under,
  )?.inputs;
  const tenant = component?.["tenant"] as { name: string } | undefined;
  const subject = component?.["subject"] as object | undefined;
  if (component === undefined || tenant === undefined || !("lambda" in (subject ?? {}))) {
    return undefined;
  }
  const name = functionNameOf(tenant.name, String(component["name"]));
  return `arn:aws:lambda:eu-central-1:111122223333:function:${name}`;
}

/** The same proof, made for another than AWS or by another than ours. */
export function elsewhere(proof: Request): Request {
  const keys = Object.entries(proof.keys).map(([key, value]) => {
    if (key.endsWith(":aud")) return [key, "vault"];
    if (key === "aws:SourceArn") return [key, value.replace("111122223333", "444455556666")];
    return [key, value];
  });
  return { ...proof, keys: Object.fromEntries(keys) as Record<string, string> };
}

/** The SPIFFE ID that SPIRE's controller manager makes for a pod of an account. */
function renderedId(registration: Registered["inputs"], namespace: string, name: string): string {
  const { spiffeIDTemplate } = registration["spec"] as { spiffeIDTemplate: string };
  return spiffeIDTemplate
    .replace("{{ .TrustDomain }}", "example.org")
    .replace("{{ .ClusterName }}", "prod")
    .replace("{{ .PodMeta.Namespace }}", namespace)
    .replace("{{ .PodSpec.ServiceAccountName }}", name);
}

/** The context of ECS for any task. */
const taskProof: Request = {
  principal: { type: "Service", value: "ecs-tasks.amazonaws.com" },
  action: "sts:AssumeRole",
  keys: {
    "aws:SourceAccount": "111122223333",
    "aws:SourceArn": "arn:aws:ecs:eu-central-1:111122223333:task/prod/0a1b",
  },
};

/** The context of Lambda for a function: nothing. */
const functionProof: Request = {
  principal: { type: "Service", value: "lambda.amazonaws.com" },
  action: "sts:AssumeRole",
  keys: {},
};

/** The context of AgentCore for a runtime, whose id starts with its name. */
function runtimeProof(name: string): Request {
  return {
    principal: { type: "Service", value: "bedrock-agentcore.amazonaws.com" },
    action: "sts:AssumeRole",
    keys: {
      "aws:SourceAccount": "111122223333",
      "aws:SourceArn": `arn:aws:bedrock-agentcore:eu-central-1:111122223333:runtime/${name}-a1B2c3D4e5`,
    },
  };
}

/** The token of a workload outside Kubernetes, as its issuer writes it. */
function outsideProof(component: Registered["inputs"], id: string): Request {
  const { name: tenant } = component["tenant"] as { name: string };
  const subject = component["subject"] as object;
  if ("ecs" in subject) return taskProof;
  if ("lambda" in subject) return functionProof;
  if ("agentCore" in subject) {
    return runtimeProof(runtimeNameOf(tenant, String(component["name"])));
  }
  if ("github" in subject) {
    return tokenProof(issuers.github, `repo:acme@1/${id}@2:environment:prod`);
  }
  if ("gitlab" in subject) {
    return tokenProof(
      issuers.gitlab,
      `project_id:7:project_path:acme/${id}:ref_type:branch:ref:main`,
    );
  }
  return tokenProof(issuers.oidc, `agent:${id}`);
}

function tokenProof(host: string, subject: string): Request {
  return {
    principal: { type: "Federated", value: providerOf(host) },
    action: "sts:AssumeRoleWithWebIdentity",
    keys: { [`${host}:sub`]: subject, [`${host}:aud`]: "sts.amazonaws.com" },
  };
}

function certificateProof(id: string): Request {
  return {
    principal: { type: "Service", value: "rolesanywhere.amazonaws.com" },
    action: "sts:AssumeRole",
    keys: {
      "aws:SourceArn": trustAnchorArn,
      "aws:PrincipalTag/x509SAN/URI": `spiffe://example.org/${id}`,
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
