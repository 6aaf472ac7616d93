import { resolve, dirname, join, relative, sep } from "node:path";
import type { SnapshotNote } from "../../core/snapshot/resource";
import { readDocuments, type PlacedObject } from "./documents";
import { objectName } from "./kinds";
import type { Problem } from "../yaml-text";
import { isKustomizationFile, kustomized } from "./kustomizations";
import { readManifestFile, type ManifestFile } from "./manifest-files";
import type { FiledObject } from "./rendered-charts";

/** Objects that configure a tool and are never sent to a cluster. */
const TOOL_GROUPS =
  /^(kustomize\.config\.k8s\.io|skaffold|kind\.x-k8s\.io|config\.kubernetes\.io)\//;

/**
 * Our own settings beside the manifests, and the files that these name as docs/cli.md describes: no manifests, unless they
 * contain objects.
 */
const OWN_SETTINGS = /(^|[\\/])agentid(\.waivers|\.baseline)?\.(ya?ml|json)$/;

/** The objects in files, in their order, and the notes on the files. */
export interface ReadFiles {
  readonly objects: readonly FiledObject[];
  readonly notes: readonly SnapshotNote[];
}

/** The content of one file. */
type Content =
  | { readonly kind: "objects"; readonly objects: readonly PlacedObject[]; readonly others: number }
  | { readonly kind: "unreadable"; readonly problem: Problem }
  | { readonly kind: "template"; readonly chart: ManifestFile };

/** Reads the Kubernetes objects in files: each file that cannot be read is named, and the others are read. */
export function readFiles(listed: readonly ManifestFile[]): ReadFiles {
  const files = listed.filter(({ isInstalled }) => isInstalled !== true);
  const charts = new Charts(files);
  const read = files.map((file) => ({ file, content: contentOf(file, charts) }));
  const documents = new Map(
    read.flatMap(({ file, content }) =>
      content.kind === "objects" ? [[resolve(file.path), content.objects] as const] : [],
    ),
  );
  const made = kustomized(files, documents);
  const objects: FiledObject[] = [];
  const notes: SnapshotNote[] = [];
  const templates = new Map<ManifestFile, number>();
  for (const { file, content } of read) {
    const path = resolve(file.path);
    for (const each of made.objects.get(path) ?? []) objects.push(each);
    if (made.named.has(path)) continue;
    if (content.kind === "template") {
      templates.set(content.chart, (templates.get(content.chart) ?? 0) + 1);
    } else if (content.kind === "unreadable") {
      notes.push(unreadable(content.problem, file));
    } else {
      const own = content.objects.filter(
        ({ object }) => !TOOL_GROUPS.test(objectName(object).apiVersion),
      );
      const left = content.others + content.objects.length - own.length;
      if (left > 0 && !isKustomizationFile(file.path) && !isOfTool(file))
        notes.push(skipped(file, own.length, left));
      for (const placed of own) objects.push({ file, placed });
    }
  }
  return {
    objects,
    notes: [
      ...[...templates].map(([chart, count]) => unrenderedChart(chart, count)),
      ...made.notes,
      ...notes,
      ...listed.flatMap((each) => (each.isInstalled === true ? [installed(each)] : [])),
    ],
  };
}

function installed({ shown }: ManifestFile): SnapshotNote {
  const message = `\`${shown}\` is not read, as npm installs it; name it, or a file in it, to have it judged`;
  return { kind: "manifest", message };
}

function contentOf(file: ManifestFile, charts: Charts): Content {
  const text = readManifestFile(file);
  if (text.kind === "problem") return { kind: "unreadable", problem: text };
  const isManifest = mayContainObject(text.value);
  const isJson = /\.json$/i.test(file.path);
  if (isJson && !isManifest) return noObject;
  const chart = charts.of(file, text.value);
  if (chart !== undefined) return { kind: "template", chart };
  const documents = readDocuments(text.value, file.shown);
  if (documents.kind === "ok") return { kind: "objects", ...documents.value };
  return isOfTool(file) && !isManifest ? noObject : { kind: "unreadable", problem: documents };
}

const noObject: Content = { kind: "objects", objects: [], others: 1 };

/** Whether a file is one of another tool, without a note where it has no manifest. */
function isOfTool(file: ManifestFile): boolean {
  return file.isHidden === true || OWN_SETTINGS.test(file.path);
}

/** Whether a text has what each Kubernetes object has, or an escape or a tag that may be it. */
export function mayContainObject(text: string): boolean {
  return (text.includes("apiVersion") && text.includes("kind")) || /\\[xuU]|!/.test(text);
}

function unreadable({ problem, at }: Problem, file: ManifestFile): SnapshotNote {
  const { message, source } = at ?? { message: problem, source: { file: file.shown, line: 1 } };
  return { kind: "unreadable", message, source };
}

function skipped(file: ManifestFile, objects: number, others: number): SnapshotNote {
  if (objects === 0) {
    return { kind: "manifest", message: `\`${file.shown}\` has no Kubernetes object: skipped` };
  }
  const what =
    others === 1
      ? "1 document that is no Kubernetes object"
      : `${others} documents that are no Kubernetes objects`;
  return { kind: "manifest", message: `\`${file.shown}\`: ${what}: skipped` };
}

/** The other contents of a chart's folder besides `templates`; its Chart.yaml may be made of a template itself. */
const BESIDE_TEMPLATES = /(^|[\\/])(Chart|values)\.yaml$/;

/** The Helm charts among files: Helm makes objects of their `templates`, and does not run here. */
class Charts {
  /** By the full path of a chart's folder: its Chart.yaml, or its values. */
  readonly #charts: ReadonlyMap<string, ManifestFile>;

  constructor(files: readonly ManifestFile[]) {
    this.#charts = new Map(
      files
        .filter(({ path }) => BESIDE_TEMPLATES.test(path))
        .reverse()
        .map((file) => [resolve(dirname(file.path)), file]),
    );
  }

  /** The chart that a file is a template of: with a `{{` in it, quoted or not, it is no manifest. */
  of(file: ManifestFile, text: string): ManifestFile | undefined {
    if (this.#charts.size === 0 || !text.includes("{{")) return undefined;
    const path = resolve(file.path);
    for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder)) {
      const chart = this.#charts.get(folder);
      const isTemplate = chart !== undefined && path.startsWith(join(folder, "templates") + sep);
      if (isTemplate) return chart;
    }
    return undefined;
  }
}

/** That a chart's templates were not read, once for all of them. */
function unrenderedChart(chart: ManifestFile, templates: number): SnapshotNote {
  const folder =
    relative(process.cwd(), resolve(dirname(chart.path)))
      .split(sep)
      .join("/") || ".";
  const what = templates === 1 ? "1 template" : `${templates} templates`;
  return {
    kind: "unreadable",
    message: `a Helm chart, of which ${what} cannot be read before Helm renders them; judge what \`helm template ${folder}\` prints`,
    source: { file: chart.shown, line: 1 },
  };
}
