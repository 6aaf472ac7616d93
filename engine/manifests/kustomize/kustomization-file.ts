import { dirname } from "node:path";
import { LineCounter, isMap, isNode, isSeq, type Node } from "yaml";
import { isList, isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { composeYaml, messageOf, placed, yamlProblem, type Parsed } from "../../yaml-text";
import type { ManifestFile } from "../manifest-files";
import type { Complaint, Place } from "./piece";

/** A kustomization as it stands in its file. */
export interface KustomizationFile {
  readonly file: ManifestFile;
  /** The folder that it is of. */
  readonly folder: string;
  readonly isComponent: boolean;
  readonly value: ValueRecord;
  /** Where a field stands, or an entry of it. */
  readonly placeOf: (field: string, index?: number) => Place;
}

/** The names that a kustomization's file may have. */
export const kustomizationNames = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

const KUSTOMIZE = "kustomize.config.k8s.io/";

/**
 * All that a kustomization may say, and of what shape it is.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/types/kustomization.go.
 */
const FIELDS: Readonly<Record<string, "list" | "map" | "text">> = {
  apiVersion: "text",
  bases: "list",
  buildMetadata: "list",
  commonAnnotations: "map",
  commonLabels: "map",
  components: "list",
  configMapGenerator: "list",
  configurations: "list",
  crds: "list",
  generatorOptions: "map",
  generators: "list",
  helmChartInflationGenerator: "list",
  helmCharts: "list",
  helmGlobals: "map",
  imageTags: "list",
  images: "list",
  kind: "text",
  labels: "list",
  metadata: "map",
  namePrefix: "text",
  nameSuffix: "text",
  namespace: "text",
  openapi: "map",
  patches: "list",
  patchesJson6902: "list",
  patchesStrategicMerge: "list",
  replacements: "list",
  replicas: "list",
  resources: "list",
  secretGenerator: "list",
  sortOptions: "map",
  transformers: "list",
  validators: "list",
  vars: "list",
};

/** Reads a kustomization; undefined for a file of that name that holds something else. */
export function readKustomizationFile(
  file: ManifestFile,
  text: string,
): Parsed<KustomizationFile | undefined> {
  const lines = new LineCounter();
  const composed = composeYaml(text, file.shown, lines);
  if (composed.kind === "problem") return composed;
  const [document] = composed.value;
  const [error] = document?.errors ?? [];
  if (error !== undefined) return yamlProblem(error, file.shown, lines);
  let value: Value;
  try {
    value = (document?.toJS({ maxAliasCount: 100 }) ?? null) as Value;
  } catch (thrown) {
    return placed(file.shown, lines, 0, messageOf(thrown).toLowerCase());
  }
  if (!isRecord(value) || !isOfKustomize(value)) return { kind: "ok", value: undefined };
  const top = document?.contents;
  const placeAt = (node: Node | undefined): Place => {
    const { line, col } = lines.linePos(node?.range?.[0] ?? 0);
    return { file, line, column: col };
  };
  const placeOf = (field: string, index?: number): Place => {
    if (!isMap(top)) return placeAt(undefined);
    const pair = top.items.find(({ key }) => String(key) === field);
    if (index !== undefined && isSeq(pair?.value)) {
      const item = pair.value.items[index];
      if (isNode(item)) return placeAt(item);
    }
    return placeAt(isNode(pair?.key) ? pair.key : undefined);
  };
  return {
    kind: "ok",
    value: {
      file,
      folder: dirname(file.path),
      isComponent: value["kind"] === "Component",
      value,
      placeOf,
    },
  };
}

function isOfKustomize({ apiVersion, kind }: ValueRecord): boolean {
  const isGroup =
    apiVersion === undefined ||
    (typeof apiVersion === "string" && (apiVersion === "" || apiVersion.startsWith(KUSTOMIZE)));
  return isGroup && (kind === undefined || kind === "Kustomization" || kind === "Component");
}

/** What a kustomization says that kustomize refuses to read. */
export function misshapen({ value, placeOf }: KustomizationFile): readonly Complaint[] {
  return Object.entries(value).flatMap(([field, content]): readonly Complaint[] => {
    const shape = Object.hasOwn(FIELDS, field) ? FIELDS[field] : undefined;
    const place = placeOf(field);
    if (shape === undefined) {
      return [{ kind: "refused", message: `\`${field}\` is no field of a kustomization`, place }];
    }
    const fits =
      content === null ||
      (shape === "list"
        ? isList(content)
        : shape === "map"
          ? isRecord(content)
          : typeof content === "string");
    return fits ? [] : [{ kind: "refused", message: `\`${field}\` is a ${shape}`, place }];
  });
}

/** The entries of a list, each with its place. */
export function entriesOf(
  { value, placeOf }: KustomizationFile,
  field: string,
): readonly { readonly entry: Value; readonly place: Place }[] {
  const entries = value[field];
  if (!isList(entries)) return [];
  return entries.map((entry, index) => ({ entry, place: placeOf(field, index) }));
}

/** A map that a kustomization holds; empty where there is none. */
export function mapIn(value: ValueRecord, field: string): ValueRecord {
  const found = value[field];
  return isRecord(found) ? found : {};
}

/** A text that a map holds; empty where there is none. */
export function textIn(value: ValueRecord, field: string): string {
  const found = value[field];
  return typeof found === "string" ? found : "";
}
