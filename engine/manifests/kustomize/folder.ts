import { isDeepStrictEqual } from "node:util";
import { dirname, isAbsolute, relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../../core/snapshot/resource";
import { isList, isRecord, type Value } from "../../../core/snapshot/value";
import type { Documents } from "../../kubernetes/documents";
import type { ManifestFile } from "../manifest-files";
import { Builder, isAddress, type Built } from "./build";
import { generators } from "./generated";
import { idOf, keyOf } from "./ids";
import type { KustomizationFile } from "./kustomization-file";
import { notesOf } from "./notes";
import { shown } from "./patches";
import type { Complaint, Piece } from "./piece";
import { shownBeside, Workspace } from "./workspace";

/** What the kustomizations among files make. */
export interface Kustomized {
  /** What each kustomization makes that no other lists, by the path of its file. */
  readonly pieces: ReadonlyMap<string, readonly Piece[]>;
  /** The files, by path, whose objects are among the pieces. */
  readonly listed: ReadonlySet<string>;
  /** The files, by path, that hold something else than objects: patches, contents of ConfigMaps. */
  readonly taken: ReadonlySet<string>;
  readonly notes: readonly SnapshotNote[];
}

/** Fields whose entries name files by themselves, as `path`, or among `files`, that are no objects of their own. */
const TAKING = [
  ...generators,
  "configurations",
  "crds",
  "generators",
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "replacements",
  "transformers",
  "validators",
];

/** Whether a file is a kustomization by its name: what it holds may leave out its kind. */
export function isKustomizationFile(path: string): boolean {
  return /(^|[\\/])(kustomization\.ya?ml|Kustomization)$/.test(path);
}

/**
 * Carries out the kustomizations among files: those that no other lists, with all that they list, wherever it is.
 *
 * What is told of them are notes of kind `unrendered`, each with the field and its place.
 *
 * @param documents what has been read of the files, by path
 */
export function kustomized(
  files: readonly ManifestFile[],
  documents: ReadonlyMap<string, Documents>,
): Kustomized {
  const [first] = files;
  if (first === undefined) {
    return { pieces: new Map(), listed: new Set(), taken: new Set(), notes: [] };
  }
  const workspace = new Workspace(shownBeside(first), documents);
  const found = files
    .filter(({ path }) => isKustomizationFile(path))
    .flatMap(({ path }) => {
      const read = workspace.kustomization(dirname(resolve(path)));
      return read.kind === "ok" ? [read.value] : [];
    });
  const taken = new Set(found.flatMap((one) => takenBy(one)));
  const listed = new Set<string>();
  const builder = new Builder(workspace);
  const pieces = new Map<string, readonly Piece[]>();
  const complaints: Complaint[] = [];
  const kept = new Alternatives();
  for (const root of rootsOf(found)) {
    const built = builder.build(root);
    for (const file of built.files) listed.add(file);
    complaints.push(...built.complaints);
    const other = kept.otherThan(root, built);
    if (other !== undefined) complaints.push(other);
    else pieces.set(resolve(root.file.path), kept.add(root, built));
  }
  return { pieces, listed, taken, notes: notesOf(complaints) };
}

/** Those that no other lists, and of each circle of such as list each other one. */
function rootsOf(found: readonly KustomizationFile[]): readonly KustomizationFile[] {
  const byFolder = new Map(found.map((one) => [one.folder, one]));
  const named = new Set(found.flatMap((one) => listedBy(one)));
  const reached = new Set<string>();
  const reach = (folder: string): void => {
    const one = byFolder.get(folder);
    if (one === undefined || reached.has(folder)) return;
    reached.add(folder);
    for (const inner of listedBy(one)) reach(inner);
  };
  const whole = found.filter(({ isComponent }) => !isComponent);
  const roots = whole.filter(({ folder }) => !named.has(folder));
  for (const { folder } of roots) reach(folder);
  for (const one of whole) {
    if (reached.has(one.folder)) continue;
    roots.push(one);
    reach(one.folder);
  }
  return roots;
}

function listedBy({ value, folder }: KustomizationFile): readonly string[] {
  return ["resources", "bases", "components"]
    .flatMap((field) => textsIn(value[field]))
    .filter((path) => !isAddress(path))
    .map((path) => resolve(folder, path))
    .filter((path) => path !== folder);
}

/** Kustomizations that make different things of the same documents are for different clusters. */
class Alternatives {
  readonly #made = new Map<string, { readonly piece: Piece; readonly root: KustomizationFile }>();

  /** That a kustomization makes something else of a document than one before; undefined where none does. */
  otherThan(root: KustomizationFile, { pieces }: Built): Complaint | undefined {
    for (const piece of pieces) {
      const there = this.#made.get(keyOf(idOf(piece.object)));
      const isOther =
        there !== undefined &&
        isSamePlace(there.piece, piece) &&
        !isDeepStrictEqual(there.piece.object, piece.object);
      if (!isOther) continue;
      const folder = shownFolder(root);
      const message = `of ${shown(piece.object)} this makes something else than \`${shownFolder(there.root)}\`, which is judged here; judge it by itself: \`agentid check ${folder}\``;
      return { kind: "alternative", message, place: root.placeOf("resources") };
    }
    return undefined;
  }

  /** What a kustomization makes that none before it makes as well. */
  add(root: KustomizationFile, { pieces }: Built): readonly Piece[] {
    return pieces.filter((piece) => {
      const key = keyOf(idOf(piece.object));
      const there = this.#made.get(key);
      if (there === undefined) this.#made.set(key, { piece, root });
      return there === undefined || !isSamePlace(there.piece, piece);
    });
  }
}

function isSamePlace({ place: one }: Piece, { place: other }: Piece): boolean {
  return (
    one.file.path === other.file.path && one.line === other.line && one.column === other.column
  );
}

function shownFolder({ folder }: KustomizationFile): string {
  return relative(process.cwd(), folder).split(sep).join("/") || ".";
}

/** The files that a kustomization reads as something else than objects; a text of several lines is a patch itself. */
function takenBy({ value, folder }: KustomizationFile): readonly string[] {
  return TAKING.flatMap((field) => (isList(value[field]) ? value[field] : []))
    .flatMap((entry: Value) => {
      if (typeof entry === "string") return [entry];
      if (!isRecord(entry)) return [];
      const { path, env } = entry;
      const files = [...textsIn(entry["files"]), ...textsIn(entry["envs"])].map((text) =>
        text.slice(text.indexOf("=") + 1),
      );
      return [...[path, env].filter((text) => typeof text === "string"), ...files];
    })
    .filter((path) => !path.includes("\n") && !isAbsolute(path))
    .map((path) => resolve(folder, path));
}

function textsIn(value: Value | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}
