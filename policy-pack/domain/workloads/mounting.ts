import type { FactOf } from "../../facts/fact";
import { nameIn, type Mounting } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";

/** Whether pods carry the API token of their account, and why that is unknown in a preview. */
export type Mounted =
  | { readonly kind: "yes" | "no" | "account not in the stack" }
  | Extract<Mounting, { kind: "unknown" }>;

/**
 * Whether pods carry the API token of the account they run as: by their own setting, else the account's, else yes; or by a
 * volume, whatever these are. Source: kubernetes.io, "Configure Service Accounts for Pods".
 *
 * Depends on absent facts, so it needs a complete graph. Undefined for what is no pod.
 */
export function mountedIn(graph: Graph, fact: FactOf<"runs-as">): Mounted | undefined {
  const { mounts } = fact;
  if (mounts === undefined) return undefined;
  if (mounts.kind !== "unset") return mounts.kind === "unknown" ? mounts : { kind: mounts.kind };
  const account = nameIn(fact.identity);
  if (account === undefined) return { kind: "unknown", dependsOn: dependsOnOf(fact) };
  const stated = graph.facts("automounts", "account", account).map((each) => each.mounts);
  const unknown = stated.find((each) => each.kind === "unknown");
  if (unknown !== undefined) return unknown;
  const { volumes } = mounts;
  const isNo = stated.some((each) => each.kind === "no");
  // Kubernetes makes every namespace's `default` account itself, and leaves its token to be mounted.
  const isElsewhere = stated.length === 0 && !fact.isDefault;
  if (!isNo && !isElsewhere) return { kind: "yes" };
  if (volumes !== undefined) return { kind: "unknown", dependsOn: volumes };
  return { kind: isNo ? "no" : "account not in the stack" };
}

function dependsOnOf(fact: FactOf<"runs-as">): readonly string[] {
  return fact.identity.kind === "unknown" ? fact.identity.dependsOn : [];
}
