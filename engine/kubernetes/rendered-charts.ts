import { resolve, sep } from "node:path";
import type { Resource } from "../../core/snapshot/resource";
import type { Urn, ValueRecord } from "../../core/snapshot/value";
import type { PlacedObject } from "./documents";
import type { ManifestFile } from "./manifest-files";
import { knownString, listAt } from "../../core/snapshot/read";
import { objectName } from "./kinds";

/** An object, and its file. */
export interface FiledObject {
  readonly file: ManifestFile;
  readonly placed: PlacedObject;
}

/** The type of the component that represents a chart which was rendered before. */
const CHART = "helm:manifests:Chart";

/**
 * The charts whose `helm template` output is in files, each a component that is the parent of its objects: what one release
 * makes is one workload.
 *
 * Two releases of one chart in one file are distinguished where Helm printed one after the other. Where objects of a run name
 * two releases, the release of the others is unknown.
 *
 * @param base the prefix of URNs: `urn:pulumi:manifests::desk`
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

  /** The components that represent the charts. */
  get resources(): readonly Resource[] {
    return this.#charts;
  }

  /** The chart that an object was made by, where there is one. */
  of({ placed }: FiledObject): Urn | undefined {
    return this.#chartOf.get(placed);
  }

  /** The namespace in which Helm makes an object that names none, as far as bindings beside it show it. */
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

/** What identifies a run of Helm: the file, or the folder into which it wrote a file for each template. */
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

/**
 * The namespace of a release, in which Helm makes those of its objects that name none; undefined where nothing shows it.
 *
 * A binding has to name the namespace of an account that itself names none, and pods run as accounts of their own namespace.
 * Other explicit namespaces show nothing: a chart may put a dashboard or a monitor where another release looks for it.
 */
function releaseNamespace(objects: readonly ValueRecord[]): string | undefined {
  const accounts = new Set(
    objects
      .map(objectName)
      .flatMap(({ kind, namespace, name }) =>
        kind === "ServiceAccount" && namespace === "" ? [name] : [],
      ),
  );
  const stated = [...bound(objects, accounts), ...runBy(objects, accounts)];
  const [only, ...others] = new Set(stated.filter((namespace) => namespace !== ""));
  return others.length === 0 && only?.startsWith("kube-") === false ? only : undefined;
}

/** Where kinds that make pods have the spec of these. */
const podPaths = [
  ["spec"],
  ["spec", "template", "spec"],
  ["spec", "jobTemplate", "spec", "template", "spec"],
] as const;

/** The namespaces of what makes pods that run as accounts of the release that name none. */
function runBy(objects: readonly ValueRecord[], accounts: ReadonlySet<string>): readonly string[] {
  return objects.flatMap((object) => {
    const isOwn = podPaths.some((path) =>
      accounts.has(knownString(object, ...path, "serviceAccountName") ?? ""),
    );
    return isOwn ? [objectName(object).namespace] : [];
  });
}

/** The namespaces that bindings name for accounts of the release that name none. */
function bound(objects: readonly ValueRecord[], accounts: ReadonlySet<string>): readonly string[] {
  return objects.flatMap((object) =>
    listAt(object, "subjects").flatMap((subject) => {
      const isOwn =
        knownString(subject, "kind") === "ServiceAccount" &&
        accounts.has(knownString(subject, "name") ?? "");
      return isOwn ? (knownString(subject, "namespace") ?? []) : [];
    }),
  );
}

/**
 * Kinds in the order in which Helm prints what it renders; unlisted ones follow. Source: helm.sh/helm/v3,
 * `releaseutil.InstallOrder`.
 */
const printed = [
  "PriorityClass",
  "Namespace",
  "NetworkPolicy",
  "ResourceQuota",
  "LimitRange",
  "PodSecurityPolicy",
  "PodDisruptionBudget",
  "ServiceAccount",
  "Secret",
  "SecretList",
  "ConfigMap",
  "StorageClass",
  "PersistentVolume",
  "PersistentVolumeClaim",
  "CustomResourceDefinition",
  "ClusterRole",
  "ClusterRoleList",
  "ClusterRoleBinding",
  "ClusterRoleBindingList",
  "Role",
  "RoleList",
  "RoleBinding",
  "RoleBindingList",
  "Service",
  "DaemonSet",
  "Pod",
  "ReplicationController",
  "ReplicaSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "StatefulSet",
  "Job",
  "CronJob",
  "IngressClass",
  "Ingress",
  "APIService",
];

/**
 * The run of Helm that printed each of the objects of one chart in one file, counted from 0.
 *
 * A run prints kinds in its order. A restart of that order is another run. It is of another release where its labels name
 * another release, or where it repeats a kind of one template. With one release by its labels, it is one where it repeats the
 * very object, as in another namespace.
 *
 * Hooks are at the end of a run, in an order of their own. A file that was sorted otherwise is one run: a repeated template
 * shows nothing, since one may make objects of several kinds.
 */
function helmRuns(objects: readonly PlacedObject[]): readonly number[] {
  const runs: number[] = [];
  const starts = startsOf(objects);
  let run = 0;
  let shown: PlacedObject[] = [];
  starts.forEach((start, index) => {
    const part = objects.slice(start, starts[index + 1]);
    if (isAnother(shown, part)) {
      run += 1;
      shown = [];
    }
    for (const placed of part) {
      shown.push(placed);
      runs.push(run);
    }
  });
  return runs;
}

/** Whether objects after those of a run, with which the order of kinds starts again, are of another one. */
function isAnother(shown: readonly PlacedObject[], part: readonly PlacedObject[]): boolean {
  const [before, after] = [releasesOf(shown), releasesOf(part)];
  const areNamed = before.size > 0 && after.size > 0;
  const isOne = areNamed && [...after].some((release) => before.has(release));
  if (areNamed && !isOne) return true;
  const of = (placed: PlacedObject): string => madeFrom(placed, isOne);
  const made = new Set(shown.map(of));
  return part.some((placed) => made.has(of(placed)));
}

/** The template of an object, with its kind and, on request, its name. */
function madeFrom({ template = "", object }: PlacedObject, withName: boolean): string {
  const { kind, name } = objectName(object);
  return [template, kind, ...(withName ? [name] : [])].join(" ");
}

/** The releases that objects name, by the label that charts have for it. Source: helm.sh/docs/chart_best_practices/labels. */
function releasesOf(objects: readonly PlacedObject[]): ReadonlySet<string> {
  return new Set(
    objects.flatMap(
      ({ object }) => knownString(object, "metadata", "labels", "app.kubernetes.io/instance") ?? [],
    ),
  );
}

/** Where, among objects, the order of kinds starts again in another template than the one before. */
function startsOf(objects: readonly PlacedObject[]): readonly number[] {
  const starts = objects.length === 0 ? [] : [0];
  let last: PlacedObject | undefined;
  objects.forEach((placed, index) => {
    if (isHook(placed)) return;
    const isBefore = last !== undefined && rankOf(placed) < rankOf(last);
    if (isBefore && placed.template !== last?.template) starts.push(index);
    last = placed;
  });
  return starts;
}

function rankOf({ object }: PlacedObject): number {
  const rank = printed.indexOf(objectName(object).kind);
  return rank === -1 ? printed.length : rank;
}

function isHook({ object }: PlacedObject): boolean {
  return knownString(object, "metadata", "annotations", "helm.sh/hook") !== undefined;
}
