import { readFederation } from "../federations/all-federations";
import type { Mistakes } from "../../yaml/problems";
import { subject } from "./component-checks";
import { anyKnownFederation } from "./federations-of";
import type { Manifest, ManifestTenant } from "./manifest-shape";

/** Account of a tenant's roles, where one of its federations is fully known and without mistakes. */
export function accountOf(
  tenant: ManifestTenant,
  manifest: Partial<Manifest>,
  mistakes: Mistakes,
): string | undefined {
  const federation = anyKnownFederation(tenant, manifest, mistakes);
  return federation === undefined ? undefined : readFederation(subject, federation).account;
}
