import * as pulumi from "@pulumi/pulumi";
import { argumentError, exactlyOne } from "./argument-error";
import { readEksIrsa, type EksIrsaFederation, type KnownEksIrsa } from "./federations/eks-irsa";
import {
  readEksPodIdentity,
  type EksPodIdentityFederation,
  type KnownEksPodIdentity,
} from "./federations/eks-pod-identity";
import { derive } from "./known";

/** How the workloads of a tenant prove who they are; give exactly one. */
export interface TenantFederation {
  /** Tokens of an EKS cluster's ServiceAccounts, accepted by AWS through the cluster's IAM OIDC provider. */
  eksIrsa?: EksIrsaFederation;
  /** Credentials that EKS gives to pods of one ServiceAccount each, by an association. */
  eksPodIdentity?: EksPodIdentityFederation;
}

/** A federation with all its values known and checked. */
export type KnownFederation = KnownEksIrsa | KnownEksPodIdentity;

/** Which federation a tenant has. */
export type FederationKind = KnownFederation["kind"];

/** Refuses a federation of none or of two kinds. */
export function checkFederation(subject: string, federation: TenantFederation): void {
  const { eksIrsa, eksPodIdentity } = federation;
  exactlyOne(subject, "federation", { eksIrsa, eksPodIdentity });
}

/** Reads a federation's values, or throws an error that names `subject`. */
export function readFederation(
  subject: string,
  federation: pulumi.Unwrap<TenantFederation>,
): KnownFederation {
  checkFederation(subject, federation);
  const { eksIrsa, eksPodIdentity } = federation;
  if (eksIrsa !== undefined) return readEksIrsa(subject, eksIrsa);
  if (eksPodIdentity !== undefined) return readEksPodIdentity(subject, eksPodIdentity);
  throw argumentError(subject, "federation is of no kind that is known");
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

function kindIn(subject: string, federation: TenantFederation): FederationKind {
  checkFederation(subject, federation);
  return federation.eksIrsa !== undefined ? "eksIrsa" : "eksPodIdentity";
}
