import { isUtf8 } from "node:buffer";
import { isRecord, type Value, type ValueRecord } from "../../../core/snapshot/value";
import { idOf, remembering } from "./ids";
import type { Piece } from "./piece";
import type { Pieces } from "./pieces";

/** Fields of a kustomization that make ConfigMaps and Secrets. */
export const generators = ["configMapGenerator", "secretGenerator"] as const;

/** What an entry of a generator makes, of contents that have been read. */
export function generated(
  generator: (typeof generators)[number],
  entry: ValueRecord,
  options: ValueRecord,
  contents: ReadonlyMap<string, Buffer>,
): ValueRecord {
  const { name = "", namespace, type } = entry;
  const isSecret = generator === "secretGenerator";
  const texts: [string, Value][] = [];
  const binary: [string, Value][] = [];
  for (const [key, content] of contents) {
    if (isSecret) texts.push([key, content.toString("base64")]);
    else if (isUtf8(content)) texts.push([key, content.toString("utf8")]);
    else binary.push([key, content.toString("base64")]);
  }
  return {
    apiVersion: "v1",
    kind: isSecret ? "Secret" : "ConfigMap",
    metadata: {
      name,
      ...(namespace !== undefined && namespace !== "" && { namespace }),
      ...pairsOf("labels", options),
      ...pairsOf("annotations", options),
    },
    ...(isSecret && { type: typeof type === "string" && type !== "" ? type : "Opaque" }),
    ...((isSecret || texts.length > 0) && { data: Object.fromEntries(texts) }),
    ...(binary.length > 0 && { binaryData: Object.fromEntries(binary) }),
    ...(options["immutable"] === true && { immutable: true }),
  };
}

/** The options of an entry over those of all. */
export function optionsOf(entry: ValueRecord, all: ValueRecord): ValueRecord {
  const own = recordOf(entry["options"]);
  return {
    labels: { ...recordOf(all["labels"]), ...recordOf(own["labels"]) },
    annotations: { ...recordOf(all["annotations"]), ...recordOf(own["annotations"]) },
    disableNameSuffixHash:
      own["disableNameSuffixHash"] === true || all["disableNameSuffixHash"] === true,
    immutable: own["immutable"] === true || all["immutable"] === true,
  };
}

/**
 * Adds what a generator makes, or merges it with what is there, or puts it in its place; a text says why kustomize refuses it.
 *
 * Source: kubernetes-sigs/kustomize v5.8.1, api/resmap/reswrangler.go.
 */
export function absorb(pieces: Pieces, made: Piece, behavior: string): string | undefined {
  const found = pieces.called(idOf(made.object));
  const [index = -1] = found;
  const there = pieces.at(index);
  const { name } = idOf(made.object);
  if (behavior !== "merge" && behavior !== "replace") {
    if (there !== undefined) {
      return `\`${name}\` is there; \`behavior\` is \`merge\` or \`replace\` for it`;
    }
    pieces.add(made);
    return undefined;
  }
  if (there === undefined) {
    pieces.add(made);
    return `\`${name}\` is not there to ${behavior}`;
  }
  if (found.length > 1) return `\`${name}\` is there more than once`;
  const object = absorbed(there.object, made.object, behavior);
  pieces.set(index, { ...there, place: made.place, hashed: made.hashed, object });
  return undefined;
}

function absorbed(there: ValueRecord, made: ValueRecord, behavior: string): ValueRecord {
  const old = recordOf(there["metadata"]);
  const own = recordOf(made["metadata"]);
  const both = (field: string): ValueRecord => {
    const joined = { ...recordOf(old[field]), ...recordOf(own[field]) };
    return Object.keys(joined).length === 0 ? {} : { [field]: joined };
  };
  const { name, namespace } = old;
  const metadata = {
    ...(name !== undefined && { name }),
    ...(namespace !== undefined && { namespace }),
    ...both("labels"),
    ...both("annotations"),
  };
  if (behavior === "replace") return { ...made, metadata };
  const contents = ["data", "binaryData"].flatMap((field): [string, Value][] => {
    const joined = { ...recordOf(there[field]), ...recordOf(made[field]) };
    return Object.keys(joined).length === 0 ? [] : [[field, joined]];
  });
  return { ...made, metadata, ...Object.fromEntries(contents) };
}

/** What kustomize would add a hash to is remembered as it is called: it is what others follow. */
export function hashedOver(piece: Piece): Piece {
  return piece.hashed ? remembering(piece) : piece;
}

function pairsOf(field: string, options: ValueRecord): ValueRecord {
  const pairs = recordOf(options[field]);
  return Object.keys(pairs).length === 0 ? {} : { [field]: pairs };
}

function recordOf(value: Value | undefined): ValueRecord {
  return isRecord(value) ? value : {};
}
