import * as fc from "fast-check";
import type { TenantFederation, WorkloadSubject } from "../../../components";
import { federation as eksIrsa } from "./acme";

/** The federations that random stacks have. */
export const federationKinds = [
  "eksIrsa",
  "eksPodIdentity",
  "github",
  "gitlab",
  "oidc",
  "spiffe",
  "rolesAnywhere",
  "spiffeOutside",
  "ecs",
  "lambda",
  "agentCore",
] as const;

/** A federation of a random tenant. */
export type RandomFederation = (typeof federationKinds)[number];

/** One of the federations; all tenants of one kind share its cluster or issuer. */
export const randomFederation: fc.Arbitrary<RandomFederation> = fc.constantFrom(...federationKinds);

/** The trust anchor of the certificates of random tenants. */
export const trustAnchorArn =
  "arn:aws:rolesanywhere:eu-central-1:111122223333:trust-anchor/0a1b2c3d";

/** The cluster of the Pod Identity of random tenants. */
export const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";

/** Where services of AWS run the workloads of random tenants. */
export const place = { account: "111122223333", region: "eu-central-1" };

/** The arguments of a federation. */
export function federationOf(kind: RandomFederation): TenantFederation {
  switch (kind) {
    case "eksIrsa":
      return eksIrsa;
    case "eksPodIdentity":
      return { eksPodIdentity: { clusterArn } };
    case "github":
      return { github: { providerArn: providerOf(issuers.github), owner: "acme", ownerId: "1" } };
    case "gitlab":
      return { gitlab: { providerArn: providerOf(issuers.gitlab), group: "acme" } };
    case "spiffe":
    case "spiffeOutside":
      return {
        spiffe: {
          providerArn: providerOf(issuers.spiffe),
          trustDomain: "example.org",
          clusterName: "prod",
        },
      };
    case "rolesAnywhere":
      return { rolesAnywhere: { trustAnchorArn } };
    case "ecs":
      return { ecs: place };
    case "lambda":
      return { lambda: place };
    case "agentCore":
      return { agentCore: place };
    case "oidc":
      return { oidc: { providerArn: providerOf(issuers.oidc), audience: "sts.amazonaws.com" } };
  }
}

/** Issuers of random tenants outside Kubernetes. */
export const issuers = {
  github: "token.actions.githubusercontent.com",
  gitlab: "gitlab.com",
  oidc: "issuer.example.com/agents",
  spiffe: "oidc-discovery.example.org",
} as const;

/** ARN of the IAM OIDC provider of an issuer. */
export function providerOf(issuer: string): string {
  return `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
}

/** The subject of a workload, by its resource's name; none in Kubernetes. */
export function subjectOf(kind: RandomFederation, id: string): WorkloadSubject | undefined {
  switch (kind) {
    case "eksIrsa":
    case "eksPodIdentity":
    case "spiffe":
      return undefined;
    case "spiffeOutside":
      return { spiffe: { parentId: "spiffe://example.org/node", selectors: [`unix:user:${id}`] } };
    case "github":
      return { github: { repository: id, repositoryId: "2", environment: "prod" } };
    case "gitlab":
      return { gitlab: { project: id, projectId: "7", branch: "main" } };
    case "rolesAnywhere":
      return { rolesAnywhere: { uri: `spiffe://example.org/${id}` } };
    case "ecs":
      return { ecs: {} };
    case "lambda":
      return { lambda: {} };
    case "agentCore":
      return { agentCore: {} };
    case "oidc":
      return { oidc: { subject: `agent:${id}` } };
  }
}
