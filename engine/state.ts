import type { Resource, Snapshot } from "../core/snapshot/resource";
import {
  Secret,
  Unknown,
  isList,
  isRecord,
  type Urn,
  type Value,
  type ValueRecord,
} from "../core/snapshot/value";
import { urnOfReference } from "./program/urn";
import { plainRecord } from "./program/plain";
import { setOwn, type OpenRecord } from "../core/snapshot/record";
import { RESOURCE, SECRET, SIGNATURE_KEY } from "../core/snapshot/signatures";
import { jsonProblem } from "../yaml/json-problem";

/** What reading gives: the snapshot, or one sentence. */
export type ReadSnapshot =
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "could-not-run"; readonly reason: string };

const MAX_DEPTH = 512;

/**
 * Reads what `pulumi stack export` prints: resources with the inputs and outputs of the last update.
 *
 * Secrets stay wrapped. Where the export has them encrypted, the ciphertext replaces the value, so a value is equal to itself
 * only where the same ciphertext is used. Resources that are pending deletion are left out.
 */
export function readStackExport(text: string): ReadSnapshot {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return couldNot(`the stack export ${jsonProblem(text, error)}`);
  }
  return stackExportIn(parsed);
}

/**
 * A checkpoint of a self-managed backend as a stack export; what is none, as it is.
 *
 * Source: the file `.pulumi/stacks/<project>/<stack>.json` that Pulumi 3 writes for a `file://` or `s3://` backend.
 */
export function exportOfCheckpoint(
  fields: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  if (!("checkpoint" in fields)) return fields;
  const { latest } = plainRecord(fields["checkpoint"]);
  return { version: fields["version"], deployment: plainRecord(latest) };
}

/** The time of the update that wrote a stack export, as ISO 8601; empty where it has none. */
export function timeOfExport(fields: Readonly<Record<string, unknown>>): string {
  const { time } = plainRecord(plainRecord(fields["deployment"])["manifest"]);
  const date = typeof time === "string" ? new Date(time) : undefined;
  return date === undefined || Number.isNaN(date.getTime()) ? "" : date.toISOString();
}

/** Reads a stack export that was parsed, see {@link readStackExport}. */
export function stackExportIn(parsed: unknown): ReadSnapshot {
  const fields = plainRecord(parsed);
  const { version } = fields;
  if (version !== undefined && version !== 3 && version !== 4) {
    return couldNot("the stack export has another version; 3 and 4 are read");
  }
  const listed = plainRecord(fields["deployment"])["resources"];
  if (listed !== undefined && !Array.isArray(listed)) {
    return couldNot("the stack export's `deployment.resources` is not a list");
  }
  if (Object.keys(plainRecord(fields["deployment"])).length === 0) {
    return couldNot("the stack export has no `deployment`; give what `pulumi stack export` prints");
  }
  const resources: Resource[] = [];
  for (const [index, entry] of (listed ?? []).entries()) {
    const state = plainRecord(entry);
    const { urn } = state;
    if (typeof urn !== "string" || urn.split("::").length < 4) {
      return couldNot(`the stack export's resource ${index} has no URN`);
    }
    if (state["delete"] !== true) resources.push(resourceOf(urn, state));
  }
  const [head = "", project = ""] = (resources[0]?.urn ?? "").split("::");
  return {
    kind: "snapshot",
    snapshot: { project, stack: head.slice(head.lastIndexOf(":") + 1), resources, notes: [] },
  };
}

function resourceOf(urn: Urn, state: Readonly<Record<string, unknown>>): Resource {
  const parts = urn.split("::");
  const provider = urnOfReference(text(state["provider"]));
  const parent = text(state["parent"]);
  const inputs = recordOf(state["inputs"]);
  const outputs = outputsOf(state, inputs);
  const id = text(state["id"]);
  return {
    urn,
    type: text(state["type"]) || (parts[2]?.split("$").pop() ?? ""),
    name: parts.slice(3).join("::"),
    custom: state["custom"] === true,
    ...(parent === "" ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    inputs,
    outputs: id === "" || "id" in outputs ? outputs : { ...outputs, id },
    dependencies: urnsOf(state["dependencies"]),
    propertyDependencies: Object.fromEntries(
      Object.entries(plainRecord(state["propertyDependencies"]))
        .map(([key, urns]) => [key, urnsOf(urns)] as const)
        .filter(([, urns]) => urns.length > 0),
    ),
    ...(state["external"] === true ? { notInUpdate: true } : {}),
  };
}

/** A resource's outputs, with the values of its inputs where they repeat these: most do, and a stack has many. */
function outputsOf(state: Readonly<Record<string, unknown>>, inputs: ValueRecord): ValueRecord {
  const given = plainRecord(state["inputs"]);
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(plainRecord(state["outputs"]))) {
    const input =
      Object.hasOwn(given, key) && isSame(value, given[key], 0) ? inputs[key] : undefined;
    setOwn(record, key, input ?? valueOf(value, 0));
  }
  return record;
}

/** Whether two values of JSON are the same; those that are nested too deep are not looked at. */
function isSame(a: unknown, b: unknown, depth: number): boolean {
  if (a === b) return true;
  if (depth > MAX_DEPTH || typeof a !== "object" || typeof b !== "object" || !a || !b) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [one, other] = [Object.entries(a), b as Readonly<Record<string, unknown>>];
  return (
    one.length === Object.keys(b).length &&
    one.every(([key, value]) => Object.hasOwn(other, key) && isSame(value, other[key], depth + 1))
  );
}

function recordOf(parsed: unknown): ValueRecord {
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(plainRecord(parsed))) {
    setOwn(record, key, valueOf(value, 0));
  }
  return record;
}

function valueOf(parsed: unknown, depth: number): Value {
  if (parsed === null || parsed === undefined) return null;
  if (typeof parsed === "string" || typeof parsed === "boolean") return parsed;
  if (typeof parsed === "number") return parsed;
  if (depth > MAX_DEPTH) return new Unknown();
  if (Array.isArray(parsed)) return parsed.map((item) => valueOf(item, depth + 1));
  const fields = plainRecord(parsed);
  const signature = fields[SIGNATURE_KEY];
  if (signature === SECRET) return secretOf(fields, depth);
  if (signature === RESOURCE) return text(fields["id"]) || text(fields["urn"]);
  const record: OpenRecord = {};
  for (const [key, value] of Object.entries(fields)) {
    if (key !== SIGNATURE_KEY) setOwn(record, key, valueOf(value, depth + 1));
  }
  return record;
}

/** `pulumi stack export --show-secrets` gives the plain text, which is JSON; without it there is a ciphertext. */
function secretOf(fields: Readonly<Record<string, unknown>>, depth: number): Secret {
  const { plaintext, ciphertext } = fields;
  if (typeof plaintext === "string") {
    try {
      return new Secret(valueOf(JSON.parse(plaintext) as unknown, depth + 1));
    } catch {
      return new Secret(plaintext);
    }
  }
  if ("value" in fields) return new Secret(valueOf(fields["value"], depth + 1));
  return new Secret(ENCRYPTED + text(ciphertext));
}

/** What a secret's value begins with where only its ciphertext is known. */
const ENCRYPTED = "encrypted:";

/** The same record with unknowns in place of secrets that need a key. */
export function withoutCiphertexts(record: ValueRecord, urn: Urn): ValueRecord {
  const open = (value: Value): Value => {
    if (value instanceof Secret) {
      const inner = value.revealForComparison();
      const isCipher = typeof inner === "string" && inner.startsWith(ENCRYPTED);
      return isCipher ? new Unknown([urn], true) : value;
    }
    if (isList(value)) return value.map(open);
    return isRecord(value) ? each(value) : value;
  };
  const each = (values: ValueRecord): ValueRecord => {
    const result: OpenRecord = {};
    for (const [key, value] of Object.entries(values)) setOwn(result, key, open(value));
    return result;
  };
  return each(record);
}

function urnsOf(value: unknown): readonly Urn[] {
  return Array.isArray(value) ? value.filter((urn): urn is Urn => typeof urn === "string") : [];
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function couldNot(reason: string): { readonly kind: "could-not-run"; readonly reason: string } {
  return { kind: "could-not-run", reason };
}
