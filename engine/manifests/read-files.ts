import { resolve } from "node:path";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { isRecord, type Value } from "../../core/snapshot/value";
import { readDocuments, type PlacedObject } from "../kubernetes/documents";
import { objectName } from "../kubernetes/kinds";
import { parseYaml, type Problem } from "../yaml-text";
import { Charts, unrenderedChart } from "./charts";
import { kustomized } from "./carried-out";
import { generatedBy } from "./generated";
import {
  isKustomization,
  isKustomizationFile,
  pathsOf,
  readKustomization,
  unrendered,
  type Kustomization,
} from "./kustomization";
import { buildsOf, type Build } from "./kustomization-builds";
import { readManifestFile, type ManifestFile } from "./manifest-files";

/** Objects that configure a tool and are never sent to a cluster. */
const TOOL_GROUPS =
  /^(kustomize\.config\.k8s\.io|skaffold|kind\.x-k8s\.io|config\.kubernetes\.io)\//;

/** The settings of whoever judges what is read here. */
const OWN_SETTINGS = /(^|[\\/])agentid\.ya?ml$/;

/** An object, and the file that it stands in. */
interface FiledObject {
  readonly file: ManifestFile;
  readonly placed: PlacedObject;
}

/** The objects that files hold, in their order, and what there is to say of the files. */
export interface ReadFiles {
  readonly objects: readonly FiledObject[];
  readonly notes: readonly SnapshotNote[];
}

/** What one file holds. */
type Content =
  | { readonly kind: "objects"; readonly objects: readonly PlacedObject[]; readonly others: number }
  | { readonly kind: "unreadable"; readonly problem: Problem }
  | { readonly kind: "template"; readonly chart: ManifestFile };

/** Reads the Kubernetes objects in files: each file that cannot be read is named, and the others are read. */
export function readFiles(files: readonly ManifestFile[]): ReadFiles {
  const charts = new Charts(files);
  const read = files
    .filter((file) => !OWN_SETTINGS.test(file.path))
    .map((file) => ({ file, content: contentOf(file, charts) }));
  const paths = pathsOf(files);
  const kustomizations = read.flatMap(({ file, content }) =>
    kustomizationsIn(file, content, (path) => paths.has(path)),
  );
  const taken = new Set(kustomizations.flatMap((one) => one.taken));
  const builds = buildsOf(kustomizations);
  const built = new Set(builds.map(({ kustomization }) => kustomization));
  const objects: FiledObject[] = [];
  const notes: SnapshotNote[] = [];
  const templates = new Map<ManifestFile, number>();
  for (const { file, content } of read) {
    if (taken.has(resolve(file.path))) continue;
    if (content.kind === "template") {
      templates.set(content.chart, (templates.get(content.chart) ?? 0) + 1);
    } else if (content.kind === "unreadable") {
      notes.push(unreadable(content.problem, file));
    } else {
      const own = content.objects.filter(
        ({ object }) => !TOOL_GROUPS.test(objectName(object).apiVersion),
      );
      const left = content.others + content.objects.length - own.length;
      if (left > 0 && !isKustomizationFile(file.path)) notes.push(skipped(file, own.length, left));
      for (const placed of own) objects.push({ file, placed });
    }
  }
  return {
    objects: builds.reduce(applied, objects),
    notes: [
      ...[...templates].map(([chart, count]) => unrenderedChart(chart, count)),
      ...kustomizations.flatMap((each) => unrendered(each, built.has(each)) ?? []),
      ...notes,
    ],
  };
}

/** Objects with those that a kustomization makes, and as it changes those that it lists. */
function applied(
  objects: readonly FiledObject[],
  { kustomization, files }: Build,
): readonly FiledObject[] {
  const { placed, file } = kustomization;
  const made = generatedBy(placed.object).map((object) => ({
    file,
    placed: { ...placed, object },
  }));
  const isOwn = (each: FiledObject): boolean => files.has(resolve(each.file.path));
  const all = [...objects, ...made];
  const own = all.filter(isOwn);
  const changed = kustomized(
    placed.object,
    own.map((each) => each.placed.object),
  );
  const after = new Map(own.map((each, index) => [each, changed[index]]));
  return all.map((each) => {
    const object = after.get(each);
    return object === undefined ? each : { ...each, placed: { ...each.placed, object } };
  });
}

function contentOf(file: ManifestFile, charts: Charts): Content {
  const text = readManifestFile(file);
  if (text.kind === "problem") return { kind: "unreadable", problem: text };
  if (isOtherJson(file, text.value)) return { kind: "objects", objects: [], others: 1 };
  const chart = charts.of(file, text.value);
  if (chart !== undefined) return { kind: "template", chart };
  if (isKustomizationFile(file.path)) return kustomizationFile(file, text.value);
  const documents = readDocuments(text.value, file.shown);
  if (documents.kind === "problem") return { kind: "unreadable", problem: documents };
  return { kind: "objects", ...documents.value };
}

/** A kustomization may leave out its kind, by which it would be told among other objects. */
function kustomizationFile(file: ManifestFile, text: string): Content {
  const parsed = parseYaml(text, file.shown);
  if (parsed.kind === "problem") return { kind: "unreadable", problem: parsed };
  const value = parsed.value as Value;
  const objects = isRecord(value)
    ? [
        {
          object: { apiVersion: KUSTOMIZE, kind: "Kustomization", ...value },
          line: 1,
          column: 1,
        },
      ]
    : [];
  return { kind: "objects", objects, others: 0 };
}

const KUSTOMIZE = "kustomize.config.k8s.io/v1beta1";

function kustomizationsIn(
  file: ManifestFile,
  content: Content,
  isRead: (path: string) => boolean,
): readonly Kustomization[] {
  if (content.kind !== "objects") return [];
  return content.objects
    .filter(({ object }) => isKustomization(object))
    .map((placed) => readKustomization(placed, file, isRead));
}

/** JSON is also the language of other tools' settings, some with comments: only what could be an object is parsed. */
function isOtherJson(file: ManifestFile, text: string): boolean {
  return /\.json$/i.test(file.path) && !(text.includes('"apiVersion"') && text.includes('"kind"'));
}

function unreadable({ problem, at }: Problem, file: ManifestFile): SnapshotNote {
  const { message, source } = at ?? { message: problem, source: { file: file.shown, line: 1 } };
  return { kind: "unreadable", message, source };
}

function skipped(file: ManifestFile, objects: number, others: number): SnapshotNote {
  if (objects === 0) {
    return { kind: "manifest", message: `\`${file.shown}\` holds no Kubernetes object: skipped` };
  }
  const what =
    others === 1
      ? "1 document that is no Kubernetes object"
      : `${others} documents that are no Kubernetes objects`;
  return { kind: "manifest", message: `\`${file.shown}\`: ${what}: skipped` };
}
