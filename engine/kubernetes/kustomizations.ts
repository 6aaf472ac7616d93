import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import { readPlain, type PlacedObject } from "./documents";
import { objectName } from "./kinds";
import { buildKustomization, shownFolder, type BuiltObject } from "./kustomize";
import { readManifestFile, type ManifestFile } from "./manifest-files";
import type { FiledObject } from "./rendered-charts";

/** What the kustomizations among files make. */
export interface Kustomized {
  /** What each kustomization makes that no other lists, by the path of its file. */
  readonly objects: ReadonlyMap<string, readonly FiledObject[]>;
  /** The paths that kustomizations name: resources, patches, contents of ConfigMaps. */
  readonly named: ReadonlySet<string>;
  readonly notes: readonly SnapshotNote[];
}

/** Longest run for all kustomizations of a folder, in milliseconds. */
const LONGEST_RUN = 300_000;

interface Kustomization {
  readonly file: ManifestFile;
  readonly folder: string;
  readonly isComponent: boolean;
  /** The folders and files that it is made of. */
  readonly lists: ReadonlySet<string>;
  /** The paths that any of its texts may name. */
  readonly names: readonly string[];
}

/** Whether a file is a kustomization by its name: its content may leave out its kind. */
export function isKustomizationFile(path: string): boolean {
  return /(^|[\\/])(kustomization\.ya?ml|Kustomization)$/.test(path);
}

/**
 * Has kustomize build the kustomizations among files that no other lists.
 *
 * @param documents the objects in the files, by path
 */
export function kustomized(
  files: readonly ManifestFile[],
  documents: ReadonlyMap<string, readonly PlacedObject[]>,
): Kustomized {
  const found = files.filter(({ path }) => isKustomizationFile(path)).flatMap(kustomizationIn);
  const filesByPath = new Map(files.map((file) => [resolve(file.path), file]));
  const { roots, unused } = rootsOf(found);
  const notes: SnapshotNote[] = unused.map(({ file, folder }) => ({
    kind: "manifest",
    message: `\`${shownFolder(folder)}\` is a component that no kustomization here lists: skipped`,
    source: { file: file.shown, line: 1 },
  }));
  const objects = new Map<string, readonly FiledObject[]>();
  const built = new Alternatives();
  const end = Date.now() + LONGEST_RUN;
  for (const root of roots) {
    const result = buildKustomization(root.folder, end);
    const problem =
      result.kind === "problem" ? result.problem : built.otherwiseThan(root, result.value);
    if (problem !== undefined) {
      notes.push({
        kind: "unrendered",
        message: problem,
        source: { file: root.file.shown, line: 1 },
      });
    } else if (result.kind === "ok") {
      objects.set(
        resolve(root.file.path),
        built.add(root, result.value).map((each) => placed(each, root, filesByPath, documents)),
      );
    }
  }
  return { objects, named: new Set(found.flatMap(({ names }) => names)), notes };
}

/** The kustomization of a file; of Flux, files of that name contain objects. */
function kustomizationIn(file: ManifestFile): readonly Kustomization[] {
  const text = readManifestFile(file);
  const read = text.kind === "ok" ? readPlain(text.value, file.shown) : text;
  const value = read.kind === "ok" ? read.value[0]?.value : undefined;
  if (!isRecord(value) || !isOfKustomize(value)) return [];
  const folder = dirname(resolve(file.path));
  const listed = ["resources", "bases", "components"].map((field) => value[field] ?? null);
  return [
    {
      file,
      folder,
      isComponent: value["kind"] === "Component",
      lists: new Set(listed.flatMap(textsIn).map((text) => resolve(folder, text))),
      // A generator names a file by its path, or by `key=path`.
      names: textsIn(value).map((text) => resolve(folder, text.slice(text.indexOf("=") + 1))),
    },
  ];
}

function isOfKustomize({ apiVersion = "", kind = "Kustomization" }: ValueRecord): boolean {
  const isGroup =
    apiVersion === "" ||
    (typeof apiVersion === "string" && apiVersion.startsWith("kustomize.config.k8s.io/"));
  return isGroup && (kind === "Kustomization" || kind === "Component");
}

function textsIn(value: Value): readonly string[] {
  if (typeof value === "string") return [value];
  if (isList(value)) return value.flatMap(textsIn);
  return isRecord(value) ? Object.values(value).flatMap(textsIn) : [];
}

/** Those that no other lists, one of each circle of such as list each other, and components that none of these lists. */
function rootsOf(found: readonly Kustomization[]): {
  readonly roots: readonly Kustomization[];
  readonly unused: readonly Kustomization[];
} {
  const byFolder = new Map(found.map((one) => [one.folder, one]));
  const listed = new Set(
    found.flatMap(({ lists, folder }) => [...lists].filter((path) => path !== folder)),
  );
  const whole = found.filter(({ isComponent }) => !isComponent);
  const used = new Set<Kustomization>();
  const roots = [...whole.filter(({ folder }) => !listed.has(folder)), ...whole].filter((one) => {
    if (used.has(one)) return false;
    const within = new Set([one]);
    for (const each of within) {
      used.add(each);
      for (const path of each.lists) {
        const inner = byFolder.get(path);
        if (inner !== undefined && !used.has(inner)) within.add(inner);
      }
    }
    return true;
  });
  return { roots, unused: found.filter((one) => !used.has(one)) };
}

/** Kustomizations that make different things of the same file are for different clusters. */
class Alternatives {
  readonly #built = new Map<string, { readonly each: BuiltObject; readonly root: Kustomization }>();

  /** That a kustomization makes something else of an object than one before; undefined where none does. */
  otherwiseThan({ folder }: Kustomization, objects: readonly BuiltObject[]): string | undefined {
    for (const each of objects) {
      const there = this.#built.get(keyOf(each));
      if (there === undefined || isDeepStrictEqual(there.each.object, each.object)) continue;
      const { kind, name } = objectName(each.object);
      const own = shownFolder(folder);
      return `\`${own}\` builds another ${kind} \`${name}\` than \`${shownFolder(there.root.folder)}\`, which is judged; judge it by itself: \`npx --no-install agentid check ${own}\``;
    }
    return undefined;
  }

  /** What a kustomization makes that none before it makes as well. */
  add(root: Kustomization, objects: readonly BuiltObject[]): readonly BuiltObject[] {
    return objects.filter((each) => {
      const key = keyOf(each);
      if (this.#built.has(key)) return false;
      this.#built.set(key, { each, root });
      return true;
    });
  }
}

function keyOf({ object, origin = "" }: BuiltObject): string {
  const { apiVersion, kind, namespace, name } = objectName(object);
  return JSON.stringify([apiVersion, kind, namespace, name, origin]);
}

/** A built object with its location: its document among the files that are judged, else the file or the kustomization. */
function placed(
  { object, origin = "" }: BuiltObject,
  { file }: Kustomization,
  files: ReadonlyMap<string, ManifestFile>,
  documents: ReadonlyMap<string, readonly PlacedObject[]>,
): FiledObject {
  const own = files.get(origin);
  const { kind, name } = objectName(object);
  // Prefixes and suffixes stay around a name.
  const [document] = (documents.get(origin) ?? [])
    .filter((one) => objectName(one.object).kind === kind)
    .filter((one) => name.includes(objectName(one.object).name))
    .sort((a, b) => objectName(b.object).name.length - objectName(a.object).name.length);
  const { line, column } = document ?? { line: 1, column: 1 };
  return { file: own ?? file, placed: { object, line, column } };
}
