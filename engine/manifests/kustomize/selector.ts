import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { firstIdOf, idOf, idsOf, type Id } from "./ids";
import { labelSelectorOf } from "./label-selector";
import { wholePatternOf } from "../../../core/snapshot/regular-expression";
import type { Piece } from "./piece";

/** Which objects are meant. */
export interface Selector {
  /** Whether a patch goes to a piece: by its first or its last name and namespace. */
  readonly takes: (piece: Piece) => boolean;
  /** Whether a replacement goes to a piece: by any one name that it has and had. */
  readonly takesAny: (piece: Piece) => boolean;
  /** Whether a replacement that goes elsewhere passes by a piece. */
  readonly rejects: (piece: Piece) => boolean;
}

const PARTS = ["group", "version", "kind", "name", "namespace"] as const;

/** All that a selector may say. */
const KNOWN: ReadonlySet<string> = new Set([...PARTS, "labelSelector", "annotationSelector"]);

/**
 * Reads a selector; a text says why it is not carried out.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/types/selector.go and api/resmap/reswrangler.go.
 */
export function selectorOf(value: ValueRecord): Selector | string {
  const unknown = Object.keys(value).find((key) => !KNOWN.has(key));
  if (unknown !== undefined) return `\`${unknown}\` is nothing that a selector says`;
  const patterns = new Map<string, (text: string) => boolean>();
  for (const part of PARTS) {
    const text = textOf(value[part]);
    const pattern = wholePatternOf(text);
    if (pattern === undefined) return `\`${part}\` is a regular expression that is not read here`;
    patterns.set(part, pattern);
  }
  const labels = labelSelectorOf(textOf(value["labelSelector"]));
  const annotations = labelSelectorOf(textOf(value["annotationSelector"]));
  if (labels === undefined || annotations === undefined) {
    return `\`${labels === undefined ? "labelSelector" : "annotationSelector"}\` is no selector of labels`;
  }
  const fits = (part: (typeof PARTS)[number], text: string): boolean =>
    patterns.get(part)?.(text) === true;
  const fitsGvk = ({ group, version, kind }: Id): boolean =>
    fits("group", group) && fits("version", version) && fits("kind", kind);
  const fitsId = (id: Id): boolean =>
    fitsGvk(id) && fits("name", id.name) && fits("namespace", id.namespace);
  const fitsLabels = ({ object }: Piece): boolean => {
    const metadata = isRecord(object["metadata"]) ? object["metadata"] : {};
    return labels(metadata["labels"]) && annotations(metadata["annotations"]);
  };
  const saysIds = PARTS.some((part) => textOf(value[part]) !== "");
  const saysLabels =
    textOf(value["labelSelector"]) !== "" || textOf(value["annotationSelector"]) !== "";
  return {
    takes: (piece) => {
      const first = firstIdOf(piece);
      const now = idOf(piece.object);
      return (
        fitsGvk(now) &&
        (fits("name", first.name) || fits("name", now.name)) &&
        (fits("namespace", first.namespace) || fits("namespace", now.namespace)) &&
        fitsLabels(piece)
      );
    },
    takesAny: (piece) => fitsLabels(piece) && idsOf(piece).some((id) => fitsId(id)),
    rejects: (piece) =>
      (saysLabels && fitsLabels(piece)) || (saysIds && idsOf(piece).some((id) => fitsId(id))),
  };
}

function textOf(value: Value | undefined): string {
  return typeof value === "string" ? value : "";
}
