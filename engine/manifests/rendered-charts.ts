import { resolve, sep } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import type { PlacedObject } from "../kubernetes/documents";
import { helmRuns, releasesOf } from "./helm-runs";
import { releaseNamespace } from "./release-namespace";
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
 * Two releases of one chart in one file are told apart where Helm printed one after the other. Where objects of a run name two releases
 * nothing tells which of the others are of which.
 *
 * @param base what URNs begin with: `urn:pulumi:manifests::desk`
 */
export class RenderedCharts {
  readonly #charts: readonly Resource[];
  readonly #chartOf = new Map<PlacedObject, Urn>();
  readonly #namespaceOf = new Map<PlacedObject, string>();

  constructor(objects: readonly FiledObject[], base: string) {
    const charts: Resource[] = [];
    for (const [key, ofChart] of groupBy(objects, keyOf)) {
      if (key === undefined) continue;
      const runs = helmRuns(ofChart.map(({ placed }) => placed));
      for (const [run, made] of groupBy(ofChart, (_, index) => runs[index] ?? 0)) {
        const [first] = made;
        const namespace = releaseNamespace(made.map(({ placed }) => placed.object));
        if (namespace !== undefined) {
          for (const { placed } of made) this.#namespaceOf.set(placed, namespace);
        }
        if (first === undefined || releasesOf(made.map(({ placed }) => placed)).size > 1) continue;
        const chart = componentOf(first, run, base);
        charts.push(chart);
        for (const { placed } of made) this.#chartOf.set(placed, chart.urn);
      }
    }
    this.#charts = charts;
  }

  /** The components that stand for the charts. */
  get resources(): readonly Resource[] {
    return this.#charts;
  }

  /** The chart that an object was made by, where there is one. */
  of({ placed }: FiledObject): Urn | undefined {
    return this.#chartOf.get(placed);
  }

  /** The namespace in which Helm makes an object that names none, as far as bindings beside it tell. */
  namespaceOf({ placed }: FiledObject): string | undefined {
    return this.#namespaceOf.get(placed);
  }
}

function componentOf({ file, placed }: FiledObject, run: number, base: string): Resource {
  const again = run === 0 ? "" : ` (${run + 1})`;
  const name = `${chartOf(placed) ?? ""} in ${file.shown}${again}`;
  return {
    urn: `${base}::${CHART}::${name}`,
    type: CHART,
    name,
    custom: false,
    inputs: {},
    dependencies: [],
    propertyDependencies: {},
    source: { file: file.shown, line: placed.line, column: placed.column },
  };
}

/** The chart that was rendered as a whole, of which a template's may be a part. */
function chartOf({ template }: PlacedObject): string | undefined {
  return template?.split("/", 1)[0];
}

/** What tells one run of Helm from another: the file, or the folder into which it wrote a file for each template. */
function keyOf({ file, placed }: FiledObject): string | undefined {
  const chart = chartOf(placed);
  if (chart === undefined) return undefined;
  const path = resolve(file.path);
  const end = sep + (placed.template ?? "").split("/").join(sep);
  const root = path.endsWith(end) ? path.slice(0, -end.length) : path;
  return `${root} ${chart}`;
}

/** Items by what is found out of each, in order. */
function groupBy<T, K>(
  items: readonly T[],
  of: (item: T, index: number) => K,
): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  items.forEach((item, index) => {
    const key = of(item, index);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, [item]);
    else known.push(item);
  });
  return groups;
}
