import { resolve } from "node:path";
import { objectName } from "../kubernetes/kinds";
import type { Kustomization } from "./kustomization";

/** A kustomization that makes its objects of files that nothing else makes objects of. */
export interface Build {
  readonly kustomization: Kustomization;
  /** The files, by full path, also those of the kustomizations that it lists, and itself, as which stands what is made of literals. */
  readonly files: ReadonlySet<string>;
}

/**
 * Kustomizations whose objects are there once, each after those that it lists.
 *
 * What two overlays make of one base is applied twice, and is not in the files.
 */
export function buildsOf(kustomizations: readonly Kustomization[]): readonly Build[] {
  const byFolder = new Map(
    kustomizations
      .filter(({ placed }) => objectName(placed.object).kind !== "Component")
      .map((each) => [each.folder, each]),
  );
  const uses = new Map<string, number>();
  for (const { lists } of kustomizations) {
    for (const path of lists) uses.set(path, (uses.get(path) ?? 0) + 1);
  }
  const built = new Map<Kustomization, Build | undefined>();
  const build = (kustomization: Kustomization): Build | undefined => {
    if (built.has(kustomization)) return built.get(kustomization);
    // One that lists itself, by whatever way, makes nothing.
    built.set(kustomization, undefined);
    const files = new Set([resolve(kustomization.file.path)]);
    for (const path of kustomization.lists) {
      if ((uses.get(path) ?? 0) > 1) return undefined;
      const inner = byFolder.get(path);
      const below = inner === undefined ? new Set([path]) : build(inner)?.files;
      if (below === undefined) return undefined;
      for (const file of below) files.add(file);
    }
    const made = { kustomization, files };
    // It comes after those that it lists.
    built.delete(kustomization);
    built.set(kustomization, made);
    return made;
  };
  for (const each of byFolder.values()) build(each);
  return [...built.values()].flatMap((each) => each ?? []);
}
