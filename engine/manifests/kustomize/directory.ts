import { relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../../core/snapshot/resource";
import type { ValueRecord } from "../../../core/snapshot/value";
import { Builder, isAddress } from "./build";
import { notesOf } from "./notes";
import { Workspace } from "./workspace";

/** What a program has kustomize make of a folder, and what of it is not as kustomize makes it. */
export interface Rendered {
  readonly objects: readonly ValueRecord[];
  readonly notes: readonly Pick<SnapshotNote, "kind" | "message" | "source">[];
}

/**
 * Carries out the kustomization of a folder that a program names.
 *
 * @param from the folder that the program runs in: where relative paths start, and what messages go by
 */
export function renderDirectory(directory: string, from: string): Rendered {
  if (isAddress(directory)) {
    const message = `\`${directory}\` is on the network and was not fetched`;
    return { objects: [], notes: [{ kind: "unrendered", message }] };
  }
  const workspace = new Workspace((path) => relative(from, path).split(sep).join("/"));
  const read = workspace.kustomization(resolve(from, directory));
  if (read.kind === "problem") {
    return { objects: [], notes: [{ kind: "unrendered", message: read.problem }] };
  }
  const { pieces, complaints } = new Builder(workspace).build(read.value);
  return { objects: pieces.map(({ object }) => object), notes: notesOf(complaints) };
}
