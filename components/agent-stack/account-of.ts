import type * as pulumi from "@pulumi/pulumi";
import { readFederation, type TenantFederation } from "../federation";
import { isPlain } from "../known";
import type { Mistakes } from "../../yaml/problems";
import { subject } from "./component-checks";
import type { Manifest, ManifestTenant } from "./manifest-shape";

/** Account of a tenant's roles, where its federation is fully known and without mistakes. */
export function accountOf(
  { federation: name }: ManifestTenant,
  { federations }: Partial<Manifest>,
  mistakes: Mistakes,
): string | undefined {
  const federation = federations?.[name];
  if (federation === undefined || !mistakes.isClean(`federations.${name}`) || !isPlain(federation))
    return undefined;
  return readFederation(subject, federation as pulumi.Unwrap<TenantFederation>).account;
}
