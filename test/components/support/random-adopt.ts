import * as fc from "fast-check";
import type { Adopt, WorkloadArgs } from "../../../components";

/** What a random workload adopts, by the fields of `adopt`. */
export type RandomAdopt = readonly ("role" | "serviceAccount")[];

/** Mostly nothing. */
export const randomAdopt: fc.Arbitrary<RandomAdopt> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<RandomAdopt>([]) },
  { weight: 1, arbitrary: fc.subarray<RandomAdopt[number]>(["role", "serviceAccount"]) },
);

/** The arguments of a workload that adopts; one outside Kubernetes has no ServiceAccount. */
export function adoptOf(
  { adopts, id }: { readonly adopts: RandomAdopt; readonly id: string },
  isOutside: boolean,
): Pick<WorkloadArgs, "adopt"> {
  const adopt: Adopt = {
    ...(adopts.includes("role") && { role: { name: `${id}_Irsa`, path: "/teams/agents/" } }),
    ...(adopts.includes("serviceAccount") &&
      !isOutside && { serviceAccount: { name: `${id}.sa` } }),
  };
  return Object.keys(adopt).length === 0 ? {} : { adopt };
}
