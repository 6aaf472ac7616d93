import * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne } from "../arguments/argument-error";
import { checkTypes } from "../arguments/argument-types";
import { agentCore, type AgentCoreFederation, type AgentCoreSubject } from "./agent-core";
import { ecs, type EcsFederation, type EcsSubject } from "./ecs";
import { eksIrsa, type EksIrsaFederation } from "./eks-irsa";
import { eksPodIdentity, type EksPodIdentityFederation } from "./eks-pod-identity";
import type { Federation, Home, Trust, WorkloadName } from "./federation";
import { github, type GithubFederation, type GithubSubject } from "./github";
import { gitlab, type GitlabFederation, type GitlabSubject } from "./gitlab";
import { lambda, type LambdaFederation, type LambdaSubject } from "./lambda";
import { oidc, type OidcFederation, type OidcSubject } from "./oidc";
import {
  rolesAnywhere,
  type RolesAnywhereFederation,
  type RolesAnywhereSubject,
} from "./roles-anywhere";
import { spiffe, type SpiffeFederation, type SpiffeSubject } from "./spiffe";
import { derive } from "../arguments/known";
import { checkSdk } from "../arguments/newer-sdk";

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

/** Who a workload is to an issuer outside Kubernetes; give exactly one, the block of its federation. */
export interface WorkloadSubject {
  /** Jobs of GitHub Actions. */
  github?: GithubSubject;
  /** Jobs of GitLab pipelines. */
  gitlab?: GitlabSubject;
  /** Holders of the tokens of another OIDC issuer. */
  oidc?: OidcSubject;
  /** A process that a SPIRE agent attests outside Kubernetes. */
  spiffe?: SpiffeSubject;
  /** Holders of certificates. */
  rolesAnywhere?: RolesAnywhereSubject;
  /** Tasks of Amazon ECS. */
  ecs?: EcsSubject;
  /** A function of AWS Lambda. */
  lambda?: LambdaSubject;
  /** A runtime of Bedrock AgentCore. */
  agentCore?: AgentCoreSubject;
}

/** Which federation a tenant has. */
export type FederationKind = keyof TenantFederation;

/** All federations, in the order in which messages name them. */
export const federations: Readonly<Record<FederationKind, Federation>> = {
  eksIrsa,
  eksPodIdentity,
  github,
  gitlab,
  oidc,
  spiffe,
  rolesAnywhere,
  ecs,
  lambda,
  agentCore,
};

/** The kinds of all federations. */
export const federationKinds = Object.keys(federations) as FederationKind[];

/** A federation with all its values known and checked. */
export interface KnownFederation extends Home {
  readonly kind: FederationKind;
}

/** A subject with all its values known. */
export type KnownSubject = pulumi.Unwrap<WorkloadSubject>;

/** A workload as trust policies name it, and who it is outside Kubernetes. */
export interface TrustedWorkload extends Omit<WorkloadName, "serviceAccount"> {
  /** Name of its ServiceAccount. Default: its own. */
  readonly serviceAccount?: string;
  readonly subject?: KnownSubject | undefined;
}

/** Which cluster a federation is of, by what distinguishes it from others; none of a federation outside Kubernetes. */
export function clusterOf(federation: KnownFederation): string | undefined {
  return federations[federation.kind].cluster?.(federation);
}

/** Whether a federation is for workloads outside Kubernetes alone. */
export function isOutside(kind: FederationKind): boolean {
  return federations[kind].knownBy === "subject";
}

/** Reads a federation's values, or throws an error that names `subject`. */
export function readFederation(
  subject: string,
  federation: pulumi.Unwrap<TenantFederation>,
): KnownFederation {
  checkTypes(subject, "TenantFederation", federation, "federation");
  const kind = kindIn(subject, federation);
  return { kind, ...federations[kind].read(subject, federation[kind] ?? {}) };
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
  const blocks = federationKinds.map((kind) => [kind, federation[kind]] as const);
  exactlyOne(subject, "federation", Object.fromEntries(blocks));
  const [kind] = blocks.find(([, block]) => block !== undefined) ?? ["eksIrsa" as const];
  const { sdk } = federations[kind];
  if (sdk !== undefined) checkSdk(subject, kind, sdk);
  return kind;
}

/** The federation that a workload's subject is for; undefined where it gives none. */
export function subjectKind(
  given: WorkloadSubject | KnownSubject | undefined,
): keyof WorkloadSubject | undefined {
  const [kind] = blocksIn(given);
  return kind;
}

/** Trust by which one workload, and nothing else, assumes its role; an error names `subject`. */
export function trustFor(
  subject: string,
  federation: KnownFederation,
  { serviceAccount, subject: given, ...workload }: TrustedWorkload,
): Trust {
  if (given !== undefined) checkTypes(subject, "WorkloadSubject", given, "subject");
  const { kind } = federation;
  checkSubject(subject, kind, given);
  const named = { ...workload, serviceAccount: serviceAccount ?? workload.name };
  return federations[kind].trust(subject, federation, named, blockOf(given, kind));
}

/** The block that a subject has for a kind of federation, if any. */
export function blockOf(
  given: WorkloadSubject | KnownSubject | undefined,
  kind: FederationKind,
): object | undefined {
  return given?.[kind as keyof WorkloadSubject];
}

function blocksIn(
  given: WorkloadSubject | KnownSubject | undefined,
): readonly (keyof WorkloadSubject)[] {
  const blocks = Object.entries(given ?? {}).flatMap(([block, value]) =>
    value === undefined ? [] : [block],
  );
  return blocks as (keyof WorkloadSubject)[];
}

/** Refuses a subject that is missing, or that is of another kind than the tenant's federation. */
export function checkSubject(
  subject: string,
  kind: FederationKind,
  given: WorkloadSubject | KnownSubject | undefined,
): void {
  const { knownBy } = federations[kind];
  const named = blocksIn(given);
  if (given === undefined && knownBy !== "subject") return;
  if (knownBy === "account") {
    throw argumentError(
      subject,
      `subject is set, but its federation, \`${kind}\`, identifies workloads by their ServiceAccount; leave \`subject\` out`,
    );
  }
  if (named.length === 1 && named[0] === kind) return;
  throw argumentError(
    subject,
    named.length === 0
      ? `subject is missing; its federation is \`${kind}\`, so give \`subject.${kind}\``
      : `subject has ${named.map((block) => `\`${block}\``).join(" and ")}; its federation is \`${kind}\`, so give \`subject.${kind}\` alone`,
  );
}
