import type { Resource, Snapshot, SnapshotNote } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { readDocuments, type PlacedObject } from "../kubernetes/documents";
import { objectName, typeToken } from "../kubernetes/kinds";
import {
  listManifestFiles,
  nameOfPaths,
  readManifestFile,
  type ManifestFile,
} from "./manifest-files";
import { inNamespace } from "./default-namespace";

/** The objects a folder declares, or why it cannot be read. */
export type Manifests =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "could-not-run"; readonly reason: string };

/** The stack under which manifests appear: they are in none. */
const STACK = "manifests";

/** Objects that configure a tool and are never sent to a cluster. */
const TOOL_GROUPS =
  /^(kustomize\.config\.k8s\.io|skaffold|kind\.x-k8s\.io|config\.kubernetes\.io)\//;

/** The settings of whoever judges what is read here. */
const OWN_SETTINGS = /(^|[\\/])agentid\.ya?ml$/;

/**
 * Reads files and folders of Kubernetes objects into one snapshot.
 *
 * Broken YAML and unrendered templates stop it with `<file>:<line>:<column>: <message>`; files that hold no Kubernetes
 * object are skipped with a note.
 *
 * @param namespace where objects live that name no namespace; by default that is left to the cluster
 */
export function readManifests(paths: readonly string[], namespace?: string): Manifests {
  const files = listManifestFiles(paths);
  if (files.kind === "problem") return { kind: "could-not-run", reason: files.problem };
  const project = nameOfPaths(paths);
  const resources = new Map<Urn, Resource>();
  const notes: SnapshotNote[] = [];

  for (const file of files.value) {
    if (OWN_SETTINGS.test(file.path)) continue;
    const text = readManifestFile(file);
    if (text.kind === "problem") return { kind: "could-not-run", reason: text.problem };
    if (isOtherJson(file, text.value)) {
      notes.push(skipped(file));
      continue;
    }
    const documents = readDocuments(text.value, file.shown);
    if (documents.kind === "problem") return { kind: "could-not-run", reason: documents.problem };
    const { others } = documents.value;
    const objects = documents.value.objects.filter(
      ({ object }) => !TOOL_GROUPS.test(objectName(object).apiVersion),
    );
    const left = others + documents.value.objects.length - objects.length;
    if (left > 0) notes.push(objects.length === 0 ? skipped(file) : partlySkipped(file, left));
    for (const placed of objects) {
      const object =
        namespace === undefined ? placed.object : inNamespace(placed.object, namespace);
      const resource = resourceOf({ ...placed, object }, file, project, resources);
      resources.set(resource.urn, resource);
    }
  }
  if (resources.size === 0) {
    return {
      kind: "could-not-run",
      reason: `no Kubernetes object in \`${paths.join("`, `")}\`; name a file or folder of manifests`,
    };
  }
  return {
    kind: "snapshot",
    snapshot: { project, stack: STACK, resources: [...resources.values()], notes },
  };
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

/** JSON is also the language of other tools' settings, some with comments: only what could be an object is parsed. */
function isOtherJson(file: ManifestFile, text: string): boolean {
  return /\.json$/i.test(file.path) && !(text.includes('"apiVersion"') && text.includes('"kind"'));
}

function skipped(file: ManifestFile): SnapshotNote {
  return { kind: "manifest", message: `\`${file.shown}\` holds no Kubernetes object: skipped` };
}

function partlySkipped(file: ManifestFile, count: number): SnapshotNote {
  const what =
    count === 1
      ? "1 document that is no Kubernetes object"
      : `${count} documents that are no Kubernetes objects`;
  return { kind: "manifest", message: `\`${file.shown}\`: ${what}: skipped` };
}
