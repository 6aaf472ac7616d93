import * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne } from "./argument-error";
import { checkTypes } from "./argument-types";
import {
  readAgentCore,
  type AgentCoreFederation,
  type KnownAgentCore,
} from "./federations/agent-core";
import { readEcs, type EcsFederation, type KnownEcs } from "./federations/ecs";
import { readEksIrsa, type EksIrsaFederation, type KnownEksIrsa } from "./federations/eks-irsa";
import {
  readEksPodIdentity,
  type EksPodIdentityFederation,
  type KnownEksPodIdentity,
} from "./federations/eks-pod-identity";
import { readGithub, type GithubFederation, type KnownGithub } from "./federations/github";
import { readGitlab, type GitlabFederation, type KnownGitlab } from "./federations/gitlab";
import { readLambda, type KnownLambda, type LambdaFederation } from "./federations/lambda";
import { readOidc, type KnownOidc, type OidcFederation } from "./federations/oidc";
import {
  readRolesAnywhere,
  type KnownRolesAnywhere,
  type RolesAnywhereFederation,
} from "./federations/roles-anywhere";
import { readSpiffe, type KnownSpiffe, type SpiffeFederation } from "./federations/spiffe";
import { derive } from "./known";
import { checkSdk } from "./newer-sdk";

/** How the workloads of a tenant prove who they are; give exactly one. */
export interface TenantFederation {
  /** Tokens of an EKS cluster's ServiceAccounts, accepted by AWS through the cluster's IAM OIDC provider. */
  eksIrsa?: EksIrsaFederation;
  /** Credentials that EKS gives to pods of one ServiceAccount each, by an association. */
  eksPodIdentity?: EksPodIdentityFederation;
  /** Tokens of GitHub Actions jobs. */
  github?: GithubFederation;
  /** ID tokens of GitLab jobs. */
  gitlab?: GitlabFederation;
  /** Tokens of any other OIDC issuer. */
  oidc?: OidcFederation;
  /** JWT-SVIDs of SPIRE. */
  spiffe?: SpiffeFederation;
  /** Certificates of an authority, accepted by IAM Roles Anywhere. */
  rolesAnywhere?: RolesAnywhereFederation;
  /** Credentials that Amazon ECS gives to tasks. */
  ecs?: EcsFederation;
  /** Credentials that AWS Lambda gives to functions. */
  lambda?: LambdaFederation;
  /** Credentials that Bedrock AgentCore gives to runtimes. */
  agentCore?: AgentCoreFederation;
}

/** A federation with all its values known and checked. */
export type KnownFederation =
  | KnownEksIrsa
  | KnownEksPodIdentity
  | KnownGithub
  | KnownGitlab
  | KnownOidc
  | KnownSpiffe
  | KnownRolesAnywhere
  | KnownEcs
  | KnownLambda
  | KnownAgentCore;

/** Which federation a tenant has. */
export type FederationKind = KnownFederation["kind"];

/** Which cluster a federation is of, by what tells it from others; none of a federation outside Kubernetes. */
export function clusterOf(federation: KnownFederation): string | undefined {
  switch (federation.kind) {
    case "eksIrsa":
      return federation.issuer;
    case "eksPodIdentity":
      return federation.clusterArn;
    case "spiffe":
      return `${federation.trustDomain}/${federation.clusterName}`;
    case "github":
    case "gitlab":
    case "oidc":
    case "rolesAnywhere":
    case "ecs":
    case "lambda":
    case "agentCore":
      return undefined;
  }
}

/** Refuses a federation of none or of two kinds. */
export function checkFederation(subject: string, federation: TenantFederation): void {
  kindIn(subject, federation);
}

/** Reads a federation's values, or throws an error that names `subject`. */
export function readFederation(
  subject: string,
  federation: pulumi.Unwrap<TenantFederation>,
): KnownFederation {
  checkTypes(subject, "TenantFederation", federation, "federation");
  checkFederation(subject, federation);
  const { eksIrsa, eksPodIdentity, github, gitlab, oidc, spiffe, rolesAnywhere } = federation;
  const { ecs, lambda, agentCore } = federation;
  if (eksIrsa !== undefined) return readEksIrsa(subject, eksIrsa);
  if (eksPodIdentity !== undefined) return readEksPodIdentity(subject, eksPodIdentity);
  if (github !== undefined) return readGithub(subject, github);
  if (gitlab !== undefined) return readGitlab(subject, gitlab);
  if (oidc !== undefined) return readOidc(subject, oidc);
  if (spiffe !== undefined) return readSpiffe(subject, spiffe);
  if (rolesAnywhere !== undefined) return readRolesAnywhere(subject, rolesAnywhere);
  if (ecs !== undefined) return readEcs(subject, ecs);
  if (lambda !== undefined) return readLambda(subject, lambda);
  if (agentCore !== undefined) return readAgentCore(subject, agentCore);
  throw argumentError(subject, "federation is empty");
}

/** Which federation it is: at once where the block itself is plain, whatever is in it, else once it is known. */
export function federationKind(
  subject: string,
  federation: pulumi.Input<TenantFederation>,
): FederationKind | pulumi.Output<FederationKind> {
  if (!pulumi.Output.isInstance(federation) && !(federation instanceof Promise)) {
    return kindIn(subject, federation);
  }
  return derive(federation, (known) => kindIn(subject, known as TenantFederation));
}

/** Which federation it is; refuses none and two kinds. */
export function kindIn(subject: string, federation: TenantFederation): FederationKind {
  const { eksIrsa, eksPodIdentity, github, gitlab, oidc, spiffe, rolesAnywhere } = federation;
  const { ecs, lambda, agentCore } = federation;
  const outside = { github, gitlab, oidc, spiffe, rolesAnywhere, ecs, lambda, agentCore };
  const kinds = { eksIrsa, eksPodIdentity, ...outside };
  exactlyOne(subject, "federation", kinds);
  const names = Object.keys(kinds) as (keyof typeof kinds)[];
  const given = names.find((kind) => kinds[kind] !== undefined) ?? "eksIrsa";
  checkSdk(subject, given);
  return given;
}
