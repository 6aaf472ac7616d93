import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import {
  leavesUnjudged,
  type Resource,
  type Snapshot,
  type SnapshotNote,
} from "../core/snapshot/resource";
import { typeToken } from "../core/kubernetes-type";
import { type Urn, isRecord, type ValueRecord } from "../core/snapshot/value";
import type { PlacedObject } from "./kubernetes/documents";
import { objectName, isNamespaced } from "./kubernetes/kinds";
import { drivesPulumi } from "./program/driving";
import { plainRecord } from "./program/plain";
import { listManifestFiles, nameOfPaths, type ManifestFile } from "./kubernetes/manifest-files";
import { readFiles } from "./kubernetes/read-files";
import { RenderedCharts } from "./kubernetes/rendered-charts";

/** The objects a folder declares, or why it cannot be read. */
export type Manifests =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | {
      readonly kind: "could-not-run";
      /** One sentence; where several files cannot be read, a line for each. */
      readonly reason: string;
    };

/** Most programs that a sentence names. */
const MOST_PROGRAMS = 5;

/** The stack under which manifests appear: they are in none. */
const STACK = "manifests";

/**
 * Reads files and folders of Kubernetes objects into one snapshot.
 *
 * A note of kind `unreadable` names an unreadable file, of broken YAML or a template, and the others are read; without another
 * file it is the reason that nothing can be run. Files without Kubernetes objects are skipped with a note.
 *
 * @param namespace the namespace of objects that name none; by default that of the accounts in the bindings of their release,
 * else the cluster   decides
 */
export function readManifests(paths: readonly string[], namespace?: string): Manifests {
  const files = listManifestFiles(paths);
  if (files.kind === "problem") return { kind: "could-not-run", reason: files.problem };
  return manifestsIn(files.value, nameOfPaths(paths), namespace, (notes) =>
    whyNothing(paths, files.value, notes),
  );
}

/** Reads Kubernetes objects from bytes that come from no file, such as what `helm template` pipes. */
export function readManifestBytes(bytes: Buffer, name: string, namespace?: string): Manifests {
  return manifestsIn(
    [{ path: name, shown: name, bytes }],
    name,
    namespace,
    (notes) => problemsIn(notes) ?? `no Kubernetes object in ${name}`,
  );
}

function manifestsIn(
  files: readonly ManifestFile[],
  project: string,
  namespace: string | undefined,
  why: (notes: readonly SnapshotNote[]) => string,
): Manifests {
  const resources = new Map<Urn, Resource>();
  const { objects, notes } = readFiles(files);
  const unnamed = new UnnamedObjects();
  const charts = new RenderedCharts(objects, `urn:pulumi:${STACK}::${project}`);
  for (const chart of charts.resources) resources.set(chart.urn, chart);
  for (const each of objects) {
    const { file, placed } = each;
    const named = unnamed.named(placed.object);
    const space = namespace ?? charts.namespaceOf(each);
    const object = space === undefined ? named : inNamespace(named, space);
    const resource = resourceOf({ ...placed, object }, file, project, resources);
    const parent = charts.of(each);
    resources.set(resource.urn, parent === undefined ? resource : { ...resource, parent });
  }
  if (resources.size === 0) {
    return { kind: "could-not-run", reason: why(notes) };
  }
  return {
    kind: "snapshot",
    snapshot: { project, stack: STACK, resources: [...resources.values()], notes },
  };
}

function problemsIn(notes: readonly SnapshotNote[]): string | undefined {
  const problems = notes
    .filter(leavesUnjudged)
    .map(({ message, source: at }) =>
      at === undefined ? message : `${at.file}:${at.line}:${at.column ?? 1}: ${message}`,
    );
  return problems.length > 0 ? problems.join("\n") : undefined;
}

function whyNothing(
  paths: readonly string[],
  files: readonly ManifestFile[],
  notes: readonly SnapshotNote[],
): string {
  const problems = problemsIn(notes);
  if (problems !== undefined) return problems;
  const programs = files.filter(({ path }) => /^Pulumi\.(ya?ml|json)$/.test(basename(path)));
  if (programs.length > 0) return whichProgram(paths, programs);
  const driver = paths.find(isDriver);
  return driver === undefined
    ? `no Kubernetes object in \`${paths.join("`, `")}\`; name a file or folder of manifests`
    : `no Pulumi.yaml in \`${driver}\`, whose package.json names \`@pulumi/pulumi\`: ${drivesPulumi}`;
}

/** The folders of programs below one that has none itself, as that of a repository is. */
function whichProgram(paths: readonly string[], programs: readonly ManifestFile[]): string {
  const folders = programs.map(({ path }) => `\`${dirname(path)}\``);
  const shown = folders.slice(0, MOST_PROGRAMS).join(", ");
  const left = folders.length - MOST_PROGRAMS;
  return `no Pulumi.yaml in \`${paths.join("`, `")}\` itself; name the folder of a program in it: ${shown}${left > 0 ? ` or one of ${left} more` : ""}`;
}

/** Whether a folder has a program by Pulumi's SDK and no project: one of its Automation API. */
function isDriver(path: string): boolean {
  try {
    const fields = plainRecord(JSON.parse(readFileSync(join(path, "package.json"), "utf8")));
    return ["dependencies", "devDependencies"].some((kind) =>
      Object.hasOwn(plainRecord(fields[kind]), "@pulumi/pulumi"),
    );
  } catch {
    return false;
  }
}

function resourceOf(
  { object, line, column }: PlacedObject,
  file: ManifestFile,
  project: string,
  taken: ReadonlyMap<Urn, Resource>,
): Resource {
  const { apiVersion, kind, namespace, name: ownName } = objectName(object);
  const type = typeToken(apiVersion, kind);
  const plain = namespace === "" ? ownName : `${namespace}/${ownName}`;
  let name = plain;
  const urnOf = (text: string): Urn => `urn:pulumi:${STACK}::${project}::${type}::${text}`;
  for (let count = 2; taken.has(urnOf(name)); count++) name = `${plain}#${count}`;
  return {
    urn: urnOf(name),
    type,
    name,
    custom: true,
    inputs: object,
    dependencies: [],
    propertyDependencies: {},
    source: { file: file.shown, line, column },
  };
}

/**
 * Kinds that live in a namespace although their name suggests otherwise: of Cluster API, and of the Operator Lifecycle Manager.
 */
const NAMESPACED: ReadonlySet<string> = new Set([
  "ClusterClass",
  "ClusterResourceSet",
  "ClusterResourceSetBinding",
  "ClusterServiceVersion",
]);

/**
 * Whether objects of a kind live in a namespace.
 *
 * Of custom kinds, those count as cluster-wide whose name starts with `Cluster`, as `ClusterIssuer` and `ClusterSPIFFEID`.
 */
function livesInNamespace(apiVersion: string, kind: string): boolean {
  return isNamespaced(apiVersion, kind) ?? (NAMESPACED.has(kind) || !/^Cluster[A-Z]/.test(kind));
}

/** An object as made with `kubectl apply --namespace`: in the given namespace where it names none of its own. */
function inNamespace(object: ValueRecord, namespace: string): ValueRecord {
  const { apiVersion, kind, namespace: own } = objectName(object);
  if (own !== "" || !livesInNamespace(apiVersion, kind)) return object;
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  return { ...object, metadata: { ...metadata, namespace } };
}

/** What objects of a cluster have, and not those that configure a tool. */
const PARTS = ["metadata", "spec", "rules", "roleRef", "data", "stringData"];

/** Gives objects without a name one to call them by, each its own. */
class UnnamedObjects {
  readonly #given = new Map<string, number>();

  /**
   * An object with a name: what the cluster makes of `generateName`, with `xxxxx` for the characters that it chooses;
   * `unnamed-pod` where there is none, which no cluster takes.
   */
  named(object: ValueRecord): ValueRecord {
    const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
    const { name, generateName } = metadata;
    const hasName = name !== undefined && name !== null && name !== "";
    if (hasName || !PARTS.some((part) => part in object)) return object;
    const start = typeof generateName === "string" ? generateName : "";
    const kind = objectName(object).kind.toLowerCase();
    const own = start === "" ? `unnamed-${kind}` : `${start}xxxxx`;
    return { ...object, metadata: { ...metadata, name: this.#apart(own) } };
  }

  #apart(name: string): string {
    const count = (this.#given.get(name) ?? 0) + 1;
    this.#given.set(name, count);
    return count === 1 ? name : `${name}-${count}`;
  }
}
