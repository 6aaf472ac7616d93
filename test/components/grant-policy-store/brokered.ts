import type { BrokeredGrant, BrokeredWorkload } from "../../../components";

/** A reference to a workload with grants, as another stack may give it. */
export function brokered(
  name: string,
  grants: BrokeredGrant[],
  tenant: string = "acme",
): BrokeredWorkload {
  return { tenant, name, grants };
}
