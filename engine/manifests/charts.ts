import { dirname, join, relative, resolve, sep } from "node:path";
import type { SnapshotNote } from "../../core/snapshot/resource";
import type { ManifestFile } from "./manifest-files";

/** What a chart's folder holds beside `templates`; its Chart.yaml may be made of a template itself. */
const BESIDE_TEMPLATES = /(^|[\\/])(Chart|values)\.yaml$/;

/** The Helm charts among files: what stands in their `templates` is made into objects by Helm, which nobody here runs. */
export class Charts {
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
export function unrenderedChart(chart: ManifestFile, templates: number): SnapshotNote {
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
