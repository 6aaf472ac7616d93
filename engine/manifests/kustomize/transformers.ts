import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { pairsOf, type Accumulation } from "./accumulation";
import { specsIn } from "./configurations";
import { entriesOf, mapIn, textIn, type KustomizationFile } from "./kustomization-file";
import { withPairs } from "./labels";
import { renamed } from "./names";
import { placed, type MovedSubjects } from "./namespace";
import type { Place } from "./piece";
import { valuesIn, valuesOf } from "./sources";
import { onePatch } from "./transform";
import type { Workspace } from "./workspace";

/**
 * Carries out the `transformers` of a kustomization that are kustomize's own; all others are plugins.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/internal/builtins.
 */
export function runTransformers(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
): void {
  for (const { entry, place } of entriesOf(kustomization, "transformers")) {
    if (typeof entry !== "string") continue;
    const values = entry.includes("\n")
      ? valuesOf(entry, place)
      : valuesIn(workspace, kustomization, entry, place);
    if (values.kind !== "ok") {
      made.complain(values);
      continue;
    }
    for (const value of values.value) runOne(made, kustomization, workspace, value, place);
  }
}

function runOne(
  made: Accumulation,
  kustomization: KustomizationFile,
  workspace: Workspace,
  value: Value,
  place: Place,
): void {
  const own: ValueRecord = isRecord(value) ? value : {};
  const fields = specsIn(own["fieldSpecs"]);
  const { pieces } = made;
  const kind = textIn(own, "apiVersion") === "builtin" ? textIn(own, "kind") : "";
  switch (kind) {
    case "LabelTransformer":
    case "AnnotationsTransformer": {
      const field = kind === "LabelTransformer" ? "labels" : "annotations";
      const pairs = pairsOf(mapIn(own, field));
      pieces.mapObjects((object) => withPairs(object, pairs, fields));
      return;
    }
    case "PrefixTransformer":
    case "SuffixTransformer":
    case "PrefixSuffixTransformer":
      for (const side of ["prefix", "suffix"] as const) {
        const text = textIn(own, side);
        if (text !== "") pieces.map((piece) => renamed(piece, side, text, fields));
      }
      return;
    case "NamespaceTransformer": {
      const namespace = textIn(mapIn(own, "metadata"), "namespace");
      const subjects = textIn(own, "setRoleBindingSubjects") || "defaultOnly";
      if (namespace === "") return;
      pieces.map((piece) =>
        placed(piece, namespace, fields, subjects as MovedSubjects, own["unsetOnly"] === true),
      );
      return;
    }
    case "PatchTransformer": {
      const source = { path: textIn(own, "path"), text: textIn(own, "patch") };
      const patch = { ...source, entry: own, remembers: true };
      onePatch(made, kustomization, workspace, patch, place);
      return;
    }
    default:
      made.beyond("`transformers` changes objects by a plugin", place);
  }
}
