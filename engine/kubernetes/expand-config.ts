import { readFileSync, existsSync, readdirSync } from "node:fs";
import { isAbsolute, join, sep } from "node:path";
import type { Resource, SnapshotNote } from "../../core/snapshot/resource";
import {
  Secret,
  Unknown,
  hidden,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../../core/snapshot/value";
import { opened } from "../../core/snapshot/read";
import { typeToken } from "../../core/kubernetes-type";
import { inSecretPlaces } from "../../core/snapshot/secret-places";
import { withPlainText } from "../plain-text";
import { renderDirectory } from "./kustomize";
import { regularFile } from "../regular-file";
import { messageOf } from "../yaml-text";
import { readDocuments } from "./documents";
import { isNamespaced, objectName } from "./kinds";

/** The component of the Kubernetes provider that has a folder made by kustomize. */
const KUSTOMIZE_TYPE = "kubernetes:kustomize/v2:Directory";

/** Components of the Kubernetes provider that make their children from manifests. */
const CONFIG_TYPES = new Set([
  "kubernetes:yaml/v2:ConfigGroup",
  "kubernetes:yaml/v2:ConfigFile",
  KUSTOMIZE_TYPE,
]);

/** Whether a remote component's children follow from its inputs. */
export function isManifestComponent(type: string): boolean {
  return CONFIG_TYPES.has(type);
}

/** The children of such a component, and what of it could not be read. */
export interface Expanded {
  readonly children: readonly Resource[];
  readonly notes: readonly SnapshotNote[];
}

/**
 * Makes the children of a `yaml.v2` component from its `file`, `files`, `yaml` and `objs`, and those of a `kustomize.v2` one from its
 * `directory`, as the provider does.
 *
 * A child is named `<component>:<namespace>/<name>`, see
 * https://github.com/pulumi/pulumi-kubernetes/tree/master/provider/pkg/provider/yaml/v2.
 *
 * @param directory the folder relative paths start from
 * @param provider the URN of the children's provider
 */
export function expandConfig(
  component: Resource,
  directory: string,
  provider: Urn | undefined,
): Expanded {
  const notes: SnapshotNote[] = [];
  const { source } = component;
  const note: Note = (message, kind = "unrendered") => {
    notes.push({
      kind,
      message,
      urn: component.urn,
      ...(source === undefined ? {} : { source }),
    });
  };
  const objects =
    component.type === KUSTOMIZE_TYPE
      ? kustomizedIn(component.inputs, directory, note)
      : objectsOf(component.inputs, directory, note);
  const prefix = open(component.inputs["resourcePrefix"]);
  const children = objects.map((object) =>
    childOf(component, typeof prefix === "string" ? prefix : component.name, object, provider),
  );
  return { children, notes };
}

/** Notes something, by default that what it would give was not judged. */
type Note = (message: string, kind?: SnapshotNote["kind"]) => void;

function kustomizedIn(inputs: ValueRecord, directory: string, note: Note): readonly ValueRecord[] {
  const [folder] = textsIn(inputs, ["directory"], note);
  if (folder === undefined) return [];
  const built = renderDirectory(folder.text, directory);
  if (built.kind === "ok") return built.value;
  note(built.problem);
  return [];
}

function objectsOf(inputs: ValueRecord, directory: string, note: Note): readonly ValueRecord[] {
  const objects: ValueRecord[] = [];
  const addText = (text: string, file: string, isSecret = false): void => {
    const documents = readDocuments(text, file);
    if (documents.kind === "problem") note(documents.problem, "unreadable");
    else for (const { object } of documents.value.objects) add(object, isSecret);
  };
  const add = (object: ValueRecord, isSecret: boolean): void => {
    objects.push(isSecret ? withHiddenSecrets(object) : object);
  };
  for (const { text: pattern } of textsIn(inputs, ["file", "files"], note)) {
    if (/^https?:/.test(pattern)) {
      note(`\`${pattern}\` is on the network and was not fetched`);
      continue;
    }
    const paths = matchingFiles(pattern, directory);
    if (paths.length === 0) note(`no file \`${pattern}\``, "unreadable");
    for (const path of paths) {
      try {
        const file = isAbsolute(path) ? path : join(directory, path);
        addText(readFileSync(regularFile(file), "utf8"), path);
      } catch (error) {
        note(`\`${path}\` cannot be read: ${messageOf(error)}`, "unreadable");
      }
    }
  }
  for (const { text, isSecret } of textsIn(inputs, ["yaml"], note)) addText(text, "yaml", isSecret);
  for (const object of itemsOf(inputs["objs"])) {
    const plain = open(object);
    if (plain instanceof Unknown) note("an object is unknown before other resources are made");
    else if (isRecord(plain)) add(plain, object instanceof Secret);
  }
  return objects;
}

/** An object that the program has in a secret: its secrets are not in plain text. */
function withHiddenSecrets(object: ValueRecord): ValueRecord {
  const { apiVersion, kind } = objectName(object);
  return inSecretPlaces(typeToken(apiVersion, kind), object, (value) => hidden(value));
}

interface Text {
  readonly text: string;
  readonly isSecret: boolean;
}

function textsIn(inputs: ValueRecord, names: readonly string[], note: Note): readonly Text[] {
  const items = names.flatMap((name) => itemsOf(inputs[name]));
  return items.flatMap((item): readonly Text[] => {
    const plain = open(item);
    if (typeof plain === "string") return [{ text: plain, isSecret: item instanceof Secret }];
    if (plain instanceof Unknown) note("its manifest is unknown before other resources are made");
    return [];
  });
}

function childOf(
  component: Resource,
  prefix: string,
  object: ValueRecord,
  provider: Urn | undefined,
): Resource {
  const { apiVersion, kind, name, namespace: given } = objectName(object);
  const namespaced = isNamespaced(apiVersion, kind);
  const own = open(component.inputs["namespace"]);
  const isOpen = own instanceof Unknown;
  const beside = typeof own === "string" && own !== "" ? own : "default";
  const isPlaced = given === "" && namespaced === true;
  const namespace: Value = isPlaced ? (isOpen ? own : beside) : given;
  const type = typeToken(apiVersion, kind);
  // The plugin names a child by a namespace that is not known here.
  const within = typeof namespace === "string" && namespace !== "" ? `${namespace}/` : "";
  const fullName = `${prefix}:${within}${name}`;
  const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
  const [, , componentType = ""] = component.urn.split("::");
  const head = component.urn.split("::").slice(0, 2).join("::");
  return {
    urn: `${head}::${componentType}$${type}::${fullName}`,
    type,
    name: fullName,
    custom: true,
    parent: component.urn,
    ...(provider === undefined ? {} : { provider }),
    inputs: withPlainText(
      type,
      isPlaced ? { ...object, metadata: { ...metadata, namespace } } : object,
    ),
    dependencies: [],
    propertyDependencies: {},
    ...(component.source === undefined ? {} : { source: component.source }),
  };
}

function itemsOf(value: Value | undefined): readonly Value[] {
  if (value === undefined || value === null) return [];
  const plain = opened(value);
  return isList(plain) ? plain : [value];
}

/** A manifest is read whether or not the program calls it secret; nothing here prints it. */
function open(value: Value | undefined): Value | undefined {
  return value instanceof Secret ? value.revealForComparison() : value;
}

/**
 * The files a pattern names, sorted: `*` and `?` match within a folder's or file's name, `**` any folders.
 *
 * @param directory the folder a relative pattern starts from; what it finds is relative too
 */
export function matchingFiles(pattern: string, directory: string): readonly string[] {
  if (!/[*?]/.test(pattern)) {
    return existsSync(isAbsolute(pattern) ? pattern : join(directory, pattern)) ? [pattern] : [];
  }
  const [first = "", ...rest] = pattern.split(/[/\\]/);
  const rooted = isAbsolute(pattern);
  const steps = rooted ? rest : [first, ...rest];
  return walk(
    rooted ? sep : "",
    steps.filter((step) => step !== "."),
    directory,
  );
}

function walk(base: string, steps: readonly string[], directory: string): readonly string[] {
  const [step, ...rest] = steps;
  if (step === undefined) return [base];
  const full = isAbsolute(base) ? base : join(directory, base);
  if (!/[*?]/.test(step)) {
    return existsSync(join(full, step)) ? walk(join(base, step), rest, directory) : [];
  }
  const entries = entriesOf(full);
  if (step === "**") {
    const here = walk(base, rest, directory);
    const below = entries
      .filter((entry) => entry.isFolder)
      .flatMap((entry) => walk(join(base, entry.name), steps, directory));
    return [...here, ...below];
  }
  return entries
    .filter((entry) => matchesName(entry.name, step) && (rest.length > 0 || !entry.isFolder))
    .flatMap((entry) => walk(join(base, entry.name), rest, directory));
}

function entriesOf(
  folder: string,
): readonly { readonly name: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .map((entry) => ({ name: entry.name, isFolder: entry.isDirectory() }))
      .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  } catch {
    return [];
  }
}

/** Whether a name fits a pattern of `*` and `?`, in time linear in name × stars. */
function matchesName(name: string, pattern: string): boolean {
  let at = 0;
  let star = -1;
  let resume = 0;
  for (let i = 0; i < name.length;) {
    const step = pattern[at];
    if (step === "*") {
      star = at++;
      resume = i;
    } else if (step !== undefined && (step === "?" || step === name[i])) {
      at++;
      i++;
    } else if (star >= 0) {
      at = star + 1;
      i = ++resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === "*") at++;
  return at === pattern.length;
}
