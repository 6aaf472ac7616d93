import type * as pulumi from "@pulumi/pulumi";
import type { TenantFederation } from "../federations/all-federations";
import { isPlain } from "../arguments/known";
import type { TenantArgs } from "../tenant/tenant";
import type { Mistakes } from "../../yaml/problems";
import type { Manifest, ManifestTenant } from "./manifest-shape";

/** Something of a tenant that may name one of its federations. */
interface Federated {
  federation?: string;
}

/** Names of a tenant's federations. */
export function federationNames({ federation, federations }: ManifestTenant): readonly string[] {
  // A mistaken name has left a hole, which `flatMap` passes over.
  return (federations ?? [federation]).flatMap((name) => name ?? []);
}

/** Name of the federation of something of a tenant: the one that it names, else the tenant's only one. */
export function federationNameOf(
  tenant: ManifestTenant,
  { federation }: Federated,
): string | undefined {
  const names = federationNames(tenant);
  return federation ?? (names.length === 1 ? names[0] : undefined);
}

/** A federation of a manifest where it is fully known and has no mistakes. */
export function knownFederation(
  name: string | undefined,
  { federations = {} }: Partial<Manifest>,
  mistakes: Mistakes,
): pulumi.Unwrap<TenantFederation> | undefined {
  if (name === undefined || !Object.hasOwn(federations, name)) return undefined;
  const federation = federations[name];
  const isKnown = mistakes.isClean(`federations.${name}`) && isPlain(federation);
  return isKnown ? (federation as pulumi.Unwrap<TenantFederation> | undefined) : undefined;
}

/** One of a tenant's federations that is fully known: all are of one account. */
export function anyKnownFederation(
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): pulumi.Unwrap<TenantFederation> | undefined {
  return federationNames(tenant)
    .map((name) => knownFederation(name, manifest, mistakes))
    .find((known) => known !== undefined);
}

/** A tenant's federations as its component takes them. */
export function federationArgs(
  tenant: ManifestTenant,
  { federations = {} }: Partial<Manifest>,
): Pick<TenantArgs, "federation" | "federations"> {
  const named = federationNames(tenant).map((name) => [name, federations[name] ?? {}] as const);
  const [first] = named;
  if (tenant.federations === undefined && first !== undefined) return { federation: first[1] };
  return { federations: Object.fromEntries(named) };
}

/** Something of a tenant as its component takes it: without its choice where the tenant has one federation, without a name. */
export function withChoice<F extends Federated>(tenant: ManifestTenant, declared: F): F {
  if (tenant.federations !== undefined) return declared;
  const others = { ...declared };
  delete others.federation;
  return others;
}
