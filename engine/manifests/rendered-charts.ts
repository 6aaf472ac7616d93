import { resolve, sep } from "node:path";
import { knownString } from "../../core/snapshot/read";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { PlacedObject } from "../kubernetes/documents";
import type { ManifestFile } from "./manifest-files";

/** An object, and the file that it stands in. */
export interface FiledObject {
  readonly file: ManifestFile;
  readonly placed: PlacedObject;
}

/** The type of the component that stands for a chart which somebody else rendered. */
const CHART = "helm:manifests:Chart";

/**
 * The charts of which files have what `helm template` printed, each a component that its objects have for a parent: what one release makes is
 * one workload.
 *
 * Where a file has objects of two releases of one chart nothing tells which of the others are of which.
 *
 * @param base what URNs begin with: `urn:pulumi:manifests::desk`
 */
export class RenderedCharts {
  readonly #charts = new Map<string, Resource>();

  constructor(objects: readonly FiledObject[], base: string) {
    const releases = new Map<string, Set<string>>();
    for (const { file, placed } of objects) {
      const key = keyOf(file, placed);
      if (key === undefined) continue;
      const known = releases.get(key) ?? new Set();
      const release = instanceOf(placed);
      releases.set(key, release === undefined ? known : known.add(release));
    }
    for (const { file, placed } of objects) {
      const key = keyOf(file, placed);
      if (key === undefined || this.#charts.has(key) || (releases.get(key)?.size ?? 0) > 1)
        continue;
      const chart = chartOf(placed) ?? "";
      const name = `${chart} in ${file.shown}`;
      this.#charts.set(key, {
        urn: `${base}::${CHART}::${name}`,
        type: CHART,
        name,
        custom: false,
        inputs: {},
        dependencies: [],
        propertyDependencies: {},
        source: { file: file.shown, line: placed.line, column: placed.column },
      });
    }
  }

  /** The components that stand for the charts. */
  get resources(): readonly Resource[] {
    return [...this.#charts.values()];
  }

  /** The chart that an object was made by, where there is one. */
  of({ file, placed }: FiledObject): Urn | undefined {
    const key = keyOf(file, placed);
    return key === undefined ? undefined : this.#charts.get(key)?.urn;
  }
}

/** The chart that was rendered as a whole, of which a template's may be a part. */
function chartOf({ template }: PlacedObject): string | undefined {
  return template?.split("/", 1)[0];
}

/** What tells one run of Helm from another: the file, or the folder into which it wrote a file for each template. */
function keyOf(file: ManifestFile, placed: PlacedObject): string | undefined {
  const chart = chartOf(placed);
  if (chart === undefined) return undefined;
  const path = resolve(file.path);
  const end = sep + (placed.template ?? "").split("/").join(sep);
  const root = path.endsWith(end) ? path.slice(0, -end.length) : path;
  return `${root} ${chart}`;
}

/** The release that an object names, by the label that charts have for it (helm.sh/docs/chart_best_practices/labels). */
function instanceOf({ object }: PlacedObject): string | undefined {
  return knownString(object, "metadata", "labels", "app.kubernetes.io/instance");
}
