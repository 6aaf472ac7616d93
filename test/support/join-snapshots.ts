import type { Snapshot } from "../../core/snapshot/resource";

/** Snapshots as one, or the stack that two of them are of. */
export type Joined =
  | { readonly kind: "joined"; readonly snapshot: Snapshot }
  | { readonly kind: "given-twice"; readonly stack: string };

/**
 * Joins the snapshots of several stacks, so that what only all programs show is judged: one role or one secret that stacks
 * share.
 *
 * A URN contains the stack of a resource; two snapshots of one stack would be mixed up.
 */
export function joinSnapshots(snapshots: readonly Snapshot[]): Joined {
  const names = snapshots.map(({ project, stack }) => `${project}/${stack}`);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { kind: "given-twice", stack: twice };
  const [first] = snapshots;
  if (snapshots.length === 1 && first !== undefined) return { kind: "joined", snapshot: first };
  return {
    kind: "joined",
    snapshot: {
      project: names.join(" + "),
      stack: "",
      resources: snapshots.flatMap(({ resources }) => resources),
      notes: snapshots.flatMap(({ notes }) => notes),
    },
  };
}
