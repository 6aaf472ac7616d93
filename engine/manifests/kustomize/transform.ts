import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { pairsOf, type Accumulation } from "./accumulation";
import { specsIn } from "./configurations";
import { changeAt } from "./field-path";
import { fieldSpec, fieldsOf, joined, type FieldSpec } from "./field-specs";
import { idsOf, isOfGvk } from "./ids";
import { imageReplacer } from "./images";
import { entriesOf, mapIn, textIn, type KustomizationFile } from "./kustomization-file";
import { withPairs } from "./labels";
import { renamed } from "./names";
import { placed } from "./namespace";
import { patchPieces, shown } from "./patches";
import type { Place } from "./piece";
import { replaceIn } from "./replacements";
import { selectorOf, type Selector } from "./selector";
import { patchIn, valuesIn } from "./sources";
import type { Workspace } from "./workspace";

/**
 * Carries out what a kustomization says is to be changed, in the order of kustomize.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/target/kusttarget_configplugin.go.
 */
export function transform(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
): void {
  mergePatches(made, kustomization, workspace);
  patches(made, kustomization, workspace, "patches");
  inNamespace(made, kustomization);
  withNames(made, kustomization);
  withLabels(made, kustomization);
  const annotations = pairsOf(mapIn(kustomization.value, "commonAnnotations"));
  if (Object.keys(annotations).length > 0) {
    made.pieces.mapObjects((object) =>
      withPairs(object, annotations, made.fields.commonAnnotations),
    );
  }
  patches(made, kustomization, workspace, "patchesJson6902");
  withReplicas(made, kustomization);
  withImages(made, kustomization);
  replacements(made, kustomization, workspace);
}

function mergePatches(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
): void {
  for (const { entry, place } of entriesOf(kustomization, "patchesStrategicMerge")) {
    if (typeof entry !== "string") continue;
    const source = /\n|:\s/.test(entry) ? { path: "", text: entry } : { path: entry, text: "" };
    onePatch(made, kustomization, workspace, { ...source, entry: {}, remembers: false }, place);
  }
}

function patches(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
  field: "patches" | "patchesJson6902",
): void {
  for (const { entry, place } of entriesOf(kustomization, field)) {
    if (!isRecord(entry)) continue;
    const remembers = field === "patches";
    const text = textIn(entry, "patch");
    const source = { path: textIn(entry, "path"), text: remembers ? text.trim() : text };
    onePatch(made, kustomization, workspace, { ...source, entry, remembers }, place);
  }
}

/** Carries out one patch, or says why not. */
export function onePatch(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
  {
    entry,
    remembers,
    ...source
  }: {
    readonly path: string;
    readonly text: string;
    readonly entry: ValueRecord;
    readonly remembers: boolean;
  },
  place: Place,
): void {
  const patch = patchIn(workspace, kustomization, source, place);
  if (patch.kind !== "ok") {
    made.complain(patch);
    return;
  }
  let target: Selector | undefined;
  if (isRecord(entry["target"])) {
    const selector = selectorOf(entry["target"]);
    if (typeof selector === "string") {
      made.beyond(`\`target\`: ${selector}`, place);
      return;
    }
    target = selector;
  }
  const options = mapIn(entry, "options");
  const refused = patchPieces(made.pieces, patch.value, target, {
    allowNameChange: options["allowNameChange"] === true,
    allowKindChange: options["allowKindChange"] === true,
    remembers,
  });
  if (refused !== undefined) refuseUnlessPartial(made, refused, place);
}

/** Where a part is missing, what is told of it is the reason for all that does not fit. */
function refuseUnlessPartial(made: Accumulation, message: string, place: Place): void {
  if (!made.isPartial) made.refuse(message, place);
}

function inNamespace(made: Accumulation, { value, placeOf }: KustomizationFile): void {
  const namespace = textIn(value, "namespace");
  if (namespace === "") return;
  made.pieces.map((piece) => placed(piece, namespace, made.fields.namespace));
  const repeated = made.pieces.repeated();
  if (repeated !== undefined) {
    made.refuse(`${shown(repeated.object)} is there twice`, placeOf("namespace"));
  }
}

function withNames(made: Accumulation, { value }: KustomizationFile): void {
  const prefix = textIn(value, "namePrefix");
  if (prefix !== "") {
    made.pieces.map((piece) => renamed(piece, "prefix", prefix, made.fields.namePrefix));
  }
  const suffix = textIn(value, "nameSuffix");
  if (suffix !== "") {
    made.pieces.map((piece) => renamed(piece, "suffix", suffix, made.fields.nameSuffix));
  }
}

function withLabels(made: Accumulation, kustomization: KustomizationFile): void {
  const { fields } = made;
  for (const { entry } of entriesOf(kustomization, "labels")) {
    if (!isRecord(entry)) continue;
    const own = joined(specsIn(entry["fields"]), fields.labels);
    const all =
      entry["includeSelectors"] === true
        ? joined(own, fields.commonLabels)
        : joined(entry["includeTemplates"] === true ? joined(own, fields.templateLabels) : own, [
            fieldSpec("metadata/labels", {}, true),
          ]);
    addLabels(made, mapIn(entry, "pairs"), all);
  }
  addLabels(made, mapIn(kustomization.value, "commonLabels"), fields.commonLabels);
}

function addLabels(made: Accumulation, pairs: ValueRecord, fields: readonly FieldSpec[]): void {
  if (Object.keys(pairs).length === 0) return;
  const labels = pairsOf(pairs);
  made.pieces.mapObjects((object) => withPairs(object, labels, fields));
}

function withReplicas(made: Accumulation, kustomization: KustomizationFile): void {
  for (const { entry, place } of entriesOf(kustomization, "replicas")) {
    if (!isRecord(entry)) continue;
    const name = textIn(entry, "name");
    const count = typeof entry["count"] === "number" ? entry["count"] : 0;
    let found = 0;
    for (const field of made.fields.replicas) {
      found += made.pieces.mapWhere(
        (piece) => idsOf(piece).some((id) => id.name === name && isOfGvk(id, field)),
        (piece) => ({ ...piece, object: counted(piece.object, field, count) }),
      );
    }
    if (found === 0) {
      refuseUnlessPartial(made, `\`replicas\` names \`${name}\`, which is not there`, place);
    }
  }
}

function counted(object: ValueRecord, field: FieldSpec, count: number): ValueRecord {
  if (fieldsOf([field], object).length === 0) return object;
  return changeAt(object, field.parts, field.create ? 0 : undefined, () => count) as ValueRecord;
}

function withImages(made: Accumulation, kustomization: KustomizationFile): void {
  for (const field of ["images", "imageTags"]) {
    for (const { entry, place } of entriesOf(kustomization, field)) {
      if (!isRecord(entry)) continue;
      const text = (of: string): string => {
        const value = entry[of];
        return typeof value === "number" ? String(value) : textIn(entry, of);
      };
      const image = {
        name: text("name"),
        newName: text("newName"),
        newTag: text("newTag"),
        tagSuffix: text("tagSuffix"),
        digest: text("digest"),
      };
      const replace = imageReplacer(image, made.fields.images);
      if (replace === undefined) {
        made.beyond(
          `\`name\` of \`${field}\` is a regular expression that is not read here`,
          place,
        );
      } else made.pieces.mapObjects(replace);
    }
  }
}

function replacements(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
): void {
  for (const { entry, place } of entriesOf(kustomization, "replacements")) {
    if (!isRecord(entry)) continue;
    const path = textIn(entry, "path");
    const values =
      path === ""
        ? { kind: "ok" as const, value: [entry] }
        : valuesIn(workspace, kustomization, path, place);
    if (values.kind !== "ok") {
      made.complain(values);
      continue;
    }
    const all = values.value.flatMap((value: Value) => (isList(value) ? [...value] : [value]));
    for (const one of all) {
      const wrong = isRecord(one) ? replaceIn(made.pieces, one) : undefined;
      if (wrong?.kind === "beyond") made.beyond(`\`replacements\`: ${wrong.message}`, place);
      else if (wrong !== undefined) {
        refuseUnlessPartial(made, `\`replacements\`: ${wrong.message}`, place);
      }
    }
  }
}
