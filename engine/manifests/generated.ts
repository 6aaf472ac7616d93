import { isList, isRecord, type Value, type ValueRecord } from "../../core/snapshot/value";

/** Fields of a kustomization that make ConfigMaps and Secrets. */
export const generators = ["configMapGenerator", "secretGenerator"] as const;

/** What an entry may say whose object is made here. */
const SIMPLE: ReadonlySet<string> = new Set(["literals", "name", "namespace", "options", "type"]);

/** Whether all entries of a generator are made of literals alone. */
export function isOfLiterals(entries: Value | undefined): boolean {
  if (!isList(entries)) return false;
  return entries.every(
    (entry) =>
      isRecord(entry) &&
      typeof entry["name"] === "string" &&
      Object.keys(entry).every((key) => SIMPLE.has(key)),
  );
}

/**
 * The ConfigMaps and Secrets that a kustomization makes of literals, under the names by which others name them: kustomize
 * adds a hash to both.
 *
 * Source: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/secretgenerator/.
 */
export function generatedBy(kustomization: ValueRecord): readonly ValueRecord[] {
  return generators.flatMap((generator) => {
    const entries = kustomization[generator];
    if (!isList(entries) || !isOfLiterals(entries)) return [];
    return entries.filter(isRecord).map((entry) => made(entry, generator));
  });
}

function made(entry: ValueRecord, generator: (typeof generators)[number]): ValueRecord {
  const { name = "", namespace, type } = entry;
  const literals = isList(entry["literals"]) ? entry["literals"] : [];
  const data = Object.fromEntries(literals.flatMap((literal) => pairOf(literal)));
  const isSecret = generator === "secretGenerator";
  return {
    apiVersion: "v1",
    kind: isSecret ? "Secret" : "ConfigMap",
    metadata: { name, ...(namespace !== undefined && { namespace }) },
    ...(isSecret && type !== undefined && { type }),
    [isSecret ? "stringData" : "data"]: data,
  };
}

function pairOf(literal: Value): readonly (readonly [string, string])[] {
  if (typeof literal !== "string") return [];
  const at = literal.indexOf("=");
  if (at < 1) return [];
  return [[literal.slice(0, at), literal.slice(at + 1).replace(/^(["'])(.*)\1$/s, "$2")]];
}
