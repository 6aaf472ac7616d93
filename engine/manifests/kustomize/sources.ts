import { basename, resolve } from "node:path";
import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { operationsOf } from "./json-patch";
import { environmentOf, fileSourceOf, literalOf } from "./key-values";
import type { KustomizationFile } from "./kustomization-file";
import { textIn } from "./kustomization-file";
import type { PatchText } from "./patches";
import type { Complaint, Place } from "./piece";
import type { Workspace } from "./workspace";
import { readPlain } from "../../kubernetes/documents";

type Found<T> = { readonly kind: "ok"; readonly value: T } | Complaint;

/** A file that a kustomization names, below its folder. */
export function fileNamed(
  workspace: Workspace,
  { folder }: KustomizationFile,
  name: string,
  place: Place,
): Found<string> {
  const path = resolve(folder, name);
  if (workspace.kindOf(path) !== "file") {
    return { kind: "refused", message: `there is no file \`${name}\``, place };
  }
  if (!workspace.isWithin(folder, path)) {
    const message = `\`${name}\` is outside the folder of the kustomization, where kustomize reads no files`;
    return { kind: "refused", message, place };
  }
  return { kind: "ok", value: path };
}

/** The plain values of a YAML file that a kustomization names. */
export function valuesIn(
  workspace: Workspace,
  kustomization: KustomizationFile,
  name: string,
  place: Place,
): Found<readonly Value[]> {
  const path = fileNamed(workspace, kustomization, name, place);
  if (path.kind !== "ok") return path;
  const text = workspace.text(path.value);
  const file = workspace.fileAt(path.value);
  const read = text.kind === "problem" ? text : readPlain(text.value, file.shown);
  if (read.kind === "ok") return { kind: "ok", value: read.value.map(({ value }) => value) };
  const { at, problem } = read;
  return {
    kind: "refused",
    message: at?.message ?? problem,
    place: { file, line: at?.source.line ?? 1, column: at?.source.column ?? 1 },
  };
}

/** A patch, in a file or in the kustomization itself. */
export function patchIn(
  workspace: Workspace,
  kustomization: KustomizationFile,
  { path, text }: { readonly path: string; readonly text: string },
  place: Place,
): Found<PatchText> {
  if (path !== "" && text.trim() !== "") {
    return { kind: "refused", message: "a patch has a `path` or is there itself", place };
  }
  const values =
    path === "" ? valuesOf(text, place) : valuesIn(workspace, kustomization, path, place);
  if (values.kind !== "ok") return values;
  return (
    asPatch(values.value) ?? {
      kind: "refused",
      message: `${path === "" ? "this" : `\`${path}\``} is neither a strategic merge patch with a kind and a name nor a JSON patch`,
      place,
    }
  );
}

/** The plain values of a text in a kustomization. */
export function valuesOf(text: string, place: Place): Found<readonly Value[]> {
  const read = readPlain(text, place.file.shown);
  if (read.kind === "ok") return { kind: "ok", value: read.value.map(({ value }) => value) };
  const message = read.at?.message ?? read.problem;
  return { kind: "refused", message: `this text cannot be read: ${message}`, place };
}

/** Values as a patch; undefined where they are none. */
function asPatch(values: readonly Value[]): Found<PatchText> | undefined {
  const [first] = values;
  const operations = first === undefined ? undefined : operationsOf(first);
  if (operations !== undefined && operations.length > 0) {
    return { kind: "ok", value: { kind: "operations", operations } };
  }
  const objects = values.filter((value): value is ValueRecord => isRecord(value) && isNamed(value));
  if (objects.length === 0 || objects.length < values.length) return undefined;
  return { kind: "ok", value: { kind: "merge", objects } };
}

function isNamed({ kind, metadata }: ValueRecord): boolean {
  if (typeof kind !== "string" || kind === "" || !isRecord(metadata)) return false;
  return typeof metadata["name"] === "string" && metadata["name"] !== "";
}

/** What a generator's entry reads: the contents by their keys, and what it names in vain. */
export function contentsOf(
  workspace: Workspace,
  kustomization: KustomizationFile,
  entry: ValueRecord,
  place: Place,
): { readonly contents: ReadonlyMap<string, Buffer>; readonly complaints: readonly Complaint[] } {
  const contents = new Map<string, Buffer>();
  const complaints: Complaint[] = [];
  const refuse = (message: string): void => {
    complaints.push({ kind: "refused", message, place });
  };
  const put = (key: string, content: Buffer): void => {
    if (contents.has(key)) refuse(`the key \`${key}\` is there twice`);
    else contents.set(key, content);
  };
  const read = (name: string): Buffer | undefined => {
    const path = fileNamed(workspace, kustomization, name, place);
    if (path.kind !== "ok") {
      complaints.push(path);
      return undefined;
    }
    const content = workspace.bytes(path.value);
    if (content === undefined) refuse(`\`${name}\` cannot be read, or is larger than 4 MiB`);
    return content;
  };
  for (const name of [...textsIn(entry["envs"]), ...[textIn(entry, "env")].filter(Boolean)]) {
    const pairs = environmentOf(read(name)?.toString("utf8") ?? "");
    for (const [key, value] of pairs) put(key, Buffer.from(value));
  }
  for (const literal of textsIn(entry["literals"])) {
    const pair = literalOf(literal);
    if (pair === undefined) refuse("a literal is `key=value`");
    else put(pair[0], Buffer.from(pair[1]));
  }
  for (const text of textsIn(entry["files"])) {
    const source = fileSourceOf(text);
    if (source === undefined) {
      refuse(`\`${basename(text)}\` is no \`key=path\``);
      continue;
    }
    const content = read(source.path);
    if (content !== undefined) put(source.key, content);
  }
  return { contents, complaints };
}

function textsIn(value: Value | undefined): readonly string[] {
  return isList(value) ? value.filter((item) => typeof item === "string") : [];
}
