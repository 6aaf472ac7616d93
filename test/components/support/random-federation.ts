import * as fc from "fast-check";
import type { TenantFederation } from "../../../components";
import { federation as eksIrsa } from "./acme";

/** The federations that random stacks have. */
export const federationKinds = ["eksIrsa", "eksPodIdentity"] as const;

/** A federation of a random tenant. */
export type RandomFederation = (typeof federationKinds)[number];

/** One of the federations; all tenants of one kind share its cluster or issuer. */
export const randomFederation: fc.Arbitrary<RandomFederation> = fc.constantFrom(...federationKinds);

/** The cluster of the Pod Identity of random tenants. */
export const clusterArn = "arn:aws:eks:eu-central-1:111122223333:cluster/prod";

/** The arguments of a federation. */
export function federationOf(kind: RandomFederation): TenantFederation {
  switch (kind) {
    case "eksIrsa":
      return eksIrsa;
    case "eksPodIdentity":
      return { eksPodIdentity: { clusterArn } };
  }
}
