import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import type { PlacedObject } from "../kubernetes/documents";
import { objectName } from "../kubernetes/kinds";
import { generators, isOfLiterals } from "./generated";
import type { ManifestFile } from "./manifest-files";

/** What a kustomization makes of the files beside it; nobody here runs kustomize. */
export interface Kustomization {
  readonly placed: PlacedObject;
  readonly file: ManifestFile;
  /** The folder that it is of, by its full path. */
  readonly folder: string;
  /** Files, and folders of other kustomizations, by full path, that are read and that it makes its objects of. */
  readonly lists: readonly string[];
  /** Files, by full path, that it reads as something else than objects of their own: patches, contents of ConfigMaps. */
  readonly taken: readonly string[];
  /** The first thing that it lists and that is not read. */
  readonly elsewhere: string | undefined;
}

/** Fields whose entries name files by themselves, as `path`, or among `files`, that are no objects of their own. */
const TAKING = [
  ...generators,
  "generators",
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "replacements",
  "transformers",
];

/**
 * Fields by which what is applied comes to differ from the files in its name, its place or what it says, from
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. Replicas and tags of images touch no identity.
 */
const CHANGING = [
  ...TAKING,
  "commonAnnotations",
  "commonLabels",
  "components",
  "helmChartInflationGenerator",
  "helmCharts",
  "images",
  "labels",
  "namePrefix",
  "nameSuffix",
  "namespace",
  "vars",
];

/** Fields that are carried out here where they say nothing difficult. */
const CARRIED_OUT: ReadonlySet<string> = new Set([
  ...generators,
  "commonAnnotations",
  "commonLabels",
  "labels",
  "namespace",
]);

/** Labels by which it is told what something is and whose. */
const TELLING = /^(?:agentid\.dev|app\.kubernetes\.io|helm\.sh)\/|^(?:heritage|release)$/;

/** Whether a file is a kustomization by its name: what it holds may leave out its kind. */
export function isKustomizationFile(path: string): boolean {
  return /(^|[\\/])kustomization\.ya?ml$/.test(path);
}

/** Whether an object is a kustomization. */
export function isKustomization(object: ValueRecord): boolean {
  const { apiVersion, kind } = objectName(object);
  return (
    apiVersion.startsWith("kustomize.config.k8s.io/") && /^(Kustomization|Component)$/.test(kind)
  );
}

/**
 * Reads which files a kustomization lists and takes.
 *
 * @param isRead whether a full path, of a file or folder, is among what is read
 */
export function readKustomization(
  placed: PlacedObject,
  file: ManifestFile,
  isRead: (path: string) => boolean,
): Kustomization {
  const { object } = placed;
  const folder = resolve(dirname(file.path));
  const listed = ["resources", "bases"].flatMap((field) => textsIn(object[field]));
  const isHere = (path: string): boolean => !isAddress(path) && isRead(resolve(folder, path));
  return {
    placed,
    file,
    folder,
    lists: listed.filter(isHere).map((path) => resolve(folder, path)),
    taken: [...TAKING, "configurations"]
      .flatMap((field) => filesIn(object[field]))
      .map((path) => resolve(folder, path)),
    elsewhere: listed.find((path) => !isHere(path)),
  };
}

/**
 * That what is applied is not what is judged; undefined where it is.
 *
 * @param isBuilt whether what it says of labels, annotations, the namespace and literals is carried out here
 */
export function unrendered(
  { placed: { object, line, column }, file, folder, elsewhere }: Kustomization,
  isBuilt: boolean,
): SnapshotNote | undefined {
  const isCarriedOut = (field: string): boolean =>
    isBuilt && CARRIED_OUT.has(field) && isSimple(object, field);
  const changing = CHANGING.filter((field) => changes(object, field) && !isCarriedOut(field)).map(
    (field) => `\`${field}\``,
  );
  const all = [
    ...(changing.length === 0
      ? []
      : [`${changing.join(", ")} ${changing.length === 1 ? "changes" : "change"} what is applied`]),
    ...(elsewhere === undefined ? [] : [`\`${elsewhere}\` is not read here`]),
  ];
  // A component is built with nothing but the kustomizations that name it, which are told of.
  if (all.length === 0 || objectName(object).kind === "Component") return undefined;
  const shown = relative(process.cwd(), folder).split(sep).join("/") || ".";
  return {
    kind: "unrendered",
    message: `${all.join(", and ")}; judge what \`kubectl kustomize ${shown}\` prints`,
    source: { file: file.shown, line, column },
  };
}

/** Whether a field says no more than what is carried out here: a configuration of its own may send it anywhere. */
export function isSimple(object: ValueRecord, field: string): boolean {
  if (isGiven(object["configurations"])) return false;
  if ((generators as readonly string[]).includes(field)) return isOfLiterals(object[field]);
  const sets = object["labels"];
  return (
    field !== "labels" ||
    (isList(sets) && sets.every((set) => isRecord(set) && !isGiven(set["fields"])))
  );
}

/** The files that are read, and all folders that they are in. */
export function pathsOf(files: readonly ManifestFile[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { path } of files) {
    for (let at = resolve(path); !found.has(at); at = join(at, "..")) found.add(at);
  }
  return found;
}

/** Whether a field changes what rules look at. */
function changes(object: ValueRecord, field: string): boolean {
  const value = object[field];
  if (!isGiven(value)) return false;
  switch (field) {
    case "commonLabels":
      return isRecord(value) && Object.keys(value).some((label) => TELLING.test(label));
    case "labels":
      return (
        isList(value) &&
        value.some(
          (set) => isRecord(set) && changes({ commonLabels: set["pairs"] ?? null }, "commonLabels"),
        )
      );
    case "images":
      return isList(value) && value.some(isOtherImage);
    default:
      return true;
  }
}

/** Whether an image is replaced by one that is called otherwise: a server is told by what its image is called. */
function isOtherImage(entry: Value): boolean {
  if (!isRecord(entry)) return false;
  const { name, newName } = entry;
  if (typeof name !== "string" || typeof newName !== "string") return false;
  return name.split("/").at(-1) !== newName.split("/").at(-1);
}

function isGiven(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === "") return false;
  return isList(value) ? value.length > 0 : !isRecord(value) || Object.keys(value).length > 0;
}

/** As kustomize takes what lives elsewhere: `https://…`, `git@…`, `github.com/…?ref=…`. */
function isAddress(path: string): boolean {
  return /^(\w+:\/\/|git@|git::|github\.com\/)|\?ref=/.test(path);
}

function textsIn(value: Value | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}

/** The files that entries name; a text of several lines is a patch itself. */
function filesIn(value: Value | undefined): readonly string[] {
  if (!isList(value)) return [];
  return value
    .flatMap((entry) => {
      if (typeof entry === "string") return [entry];
      if (!isRecord(entry)) return [];
      const { path } = entry;
      const files = textsIn(entry["files"]).map((text) => text.slice(text.indexOf("=") + 1));
      return [...(typeof path === "string" ? [path] : []), ...files];
    })
    .filter((path) => !path.includes("\n") && !isAbsolute(path));
}
