import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";
import type { PlacedObject } from "../kubernetes/documents";
import { objectName } from "../kubernetes/kinds";
import type { ManifestFile } from "./manifest-files";

/** What a kustomization makes of the files beside it; nobody here runs kustomize. */
export interface Kustomization {
  /** Files, by full path, that it reads as something else than objects of their own: patches, contents of ConfigMaps. */
  readonly taken: readonly string[];
  /** That what is applied is not what stands in the files; undefined where it only lists them. */
  readonly note?: SnapshotNote;
}

/** Fields whose entries name files by themselves, as `path`, or among `files`, that are no objects of their own. */
const TAKING = [
  "configMapGenerator",
  "generators",
  "patches",
  "patchesJson6902",
  "patchesStrategicMerge",
  "replacements",
  "secretGenerator",
  "transformers",
];

/**
 * Fields by which what is applied comes to differ from the files in its name, its place or what it says, from
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/. Images, replicas and labels touch no identity.
 */
const CHANGING = [
  ...TAKING,
  "commonAnnotations",
  "components",
  "helmChartInflationGenerator",
  "helmCharts",
  "namePrefix",
  "nameSuffix",
  "namespace",
  "vars",
];

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
 * Reads what a kustomization does with the files that it lists.
 *
 * @param isRead whether a full path, of a file or folder, is among what is read
 */
export function readKustomization(
  { object, line, column }: PlacedObject,
  file: ManifestFile,
  isRead: (path: string) => boolean,
): Kustomization {
  const folder = resolve(dirname(file.path));
  const changing = CHANGING.filter((field) => isGiven(object[field])).map(
    (field) => `\`${field}\``,
  );
  const [elsewhere] = ["resources", "bases"]
    .flatMap((field) => textsIn(object[field]))
    .filter((path) => isAddress(path) || !isRead(resolve(folder, path)));
  const changes = [
    ...(changing.length === 0
      ? []
      : [`${changing.join(", ")} ${changing.length === 1 ? "changes" : "change"} what is applied`]),
    ...(elsewhere === undefined ? [] : [`\`${elsewhere}\` is not read here`]),
  ];
  const taken = TAKING.flatMap((field) => filesIn(object[field])).map((path) =>
    resolve(folder, path),
  );
  // A component is built with nothing but the kustomizations that name it, which are told of.
  if (changes.length === 0 || objectName(object).kind === "Component") return { taken };
  const shown = relative(process.cwd(), folder).split(sep).join("/") || ".";
  return {
    taken,
    note: {
      kind: "unrendered",
      message: `${changes.join(", and ")}; judge what \`kubectl kustomize ${shown}\` prints`,
      source: { file: file.shown, line, column },
    },
  };
}

/** The files that are read, and all folders that they are in. */
export function pathsOf(files: readonly ManifestFile[]): ReadonlySet<string> {
  const found = new Set<string>();
  for (const { path } of files) {
    for (let at = resolve(path); !found.has(at); at = join(at, "..")) found.add(at);
  }
  return found;
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
