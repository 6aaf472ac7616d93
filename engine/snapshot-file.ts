import type {
  ConfiguredValue,
  Resource,
  Snapshot,
  SnapshotNote,
  SourcePosition,
} from "../core/snapshot/resource";
import { inSecretPlaces } from "../core/snapshot/secret-places";
import { PartialText, type Urn, type Value, type ValueRecord } from "../core/snapshot/value";
import { inPlainText } from "./plain-text";
import { plainRecord } from "./program/plain";
import {
  SecretOrdinals,
  ValueProblem,
  readValue,
  withoutKnownText,
  writeValue,
} from "./snapshot-values";
import { jsonProblem } from "../yaml/json-problem";

/** The version of the form that {@link writeSnapshot} writes and {@link readSnapshot} reads. */
const FORMAT_VERSION = 1;

const NOTE_KINDS: readonly SnapshotNote["kind"][] = [
  "opaque-component",
  "unanswered-function",
  "not-read",
  "manifest",
  "unreadable",
  "unrendered",
];

/**
 * Writes a snapshot in the documented form (docs/snapshot.md), one resource a line.
 *
 * A secret's value is never written: an ordinal replaces it, the same for equal values, so that a replay still shows what is
 * shared. The same goes for unmarked values at locations for secrets.
 */
export function writeSnapshot(snapshot: Snapshot, credentialOf?: (text: string) => string): string {
  const ordinals = new SecretOrdinals(credentialOf);
  const resources = snapshot.resources.map((resource) =>
    JSON.stringify(writeResource(resource, ordinals)),
  );
  const notes = snapshot.notes.map((note) => JSON.stringify(note));
  const configuration = snapshot.configuration?.map(({ key, value }) =>
    JSON.stringify({ key, value: writeValue(value, ordinals) }),
  );
  return [
    `{"formatVersion":${FORMAT_VERSION},`,
    `"project":${JSON.stringify(snapshot.project)},`,
    `"stack":${JSON.stringify(snapshot.stack)},`,
    `"resources":[${lines(resources)}],`,
    ...(configuration === undefined ? [] : [`"configuration":[${lines(configuration)}],`]),
    `"notes":[${lines(notes)}]}`,
    "",
  ].join("\n");
}

/** Reads a snapshot in the documented form, or returns in one sentence what is wrong with the text. */
export function readSnapshot(
  text: string,
): { readonly snapshot: Snapshot } | { readonly problem: string } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    return { problem: `the snapshot ${jsonProblem(text, error)}` };
  }
  try {
    return { snapshot: snapshotOf(parsed) };
  } catch (error) {
    if (error instanceof ValueProblem) return { problem: error.message };
    throw error;
  }
}

function writeResource(resource: Resource, ordinals: SecretOrdinals): unknown {
  const record = (values: ValueRecord): unknown =>
    Object.fromEntries(
      Object.entries(inSecretPlaces(resource.type, values, hiddenInPlace)).map(([key, value]) => [
        key,
        writeValue(value, ordinals),
      ]),
    );
  return {
    ...resource,
    inputs: record(resource.inputs),
    ...(resource.outputs === undefined ? {} : { outputs: record(resource.outputs) }),
  };
}

/** A value at a location for secrets, where no part of it is written. */
function hiddenInPlace(value: Value): Value {
  return value instanceof PartialText ? withoutKnownText(value) : inPlainText(value);
}

function snapshotOf(parsed: unknown): Snapshot {
  const fields = objectAt(parsed, "the snapshot");
  const { formatVersion } = fields;
  if (formatVersion === undefined) {
    throw new ValueProblem("it is no saved snapshot, stack export or Kubernetes object");
  }
  if (formatVersion !== FORMAT_VERSION) {
    throw new ValueProblem(`the snapshot has another format version; ${FORMAT_VERSION} is read`);
  }
  const resources = listAt(fields["resources"], "`resources`").map(resourceOf);
  const seen = new Set<Urn>();
  for (const { urn } of resources) {
    if (seen.has(urn)) throw new ValueProblem(`two resources have the URN \`${urn}\``);
    seen.add(urn);
  }
  return {
    project: textAt(fields["project"], "`project`"),
    stack: textAt(fields["stack"], "`stack`"),
    resources,
    notes: listAt(fields["notes"], "`notes`").map(noteOf),
    ...(fields["configuration"] !== undefined && {
      configuration: listAt(fields["configuration"], "`configuration`").map(configuredOf),
    }),
  };
}

function resourceOf(parsed: unknown, index: number): Resource {
  const where = `resource ${index}`;
  const fields = objectAt(parsed, where);
  const text = (name: string): string => textAt(fields[name], `\`${name}\` of ${where}`);
  const optional = (name: string): string | undefined =>
    fields[name] === undefined ? undefined : text(name);
  const record = (name: string): ValueRecord => {
    const values = objectAt(fields[name], `\`${name}\` of ${where}`);
    return readValue(values, `\`${name}\` of ${where}`, "record") as ValueRecord;
  };
  const parent = optional("parent");
  const provider = optional("provider");
  const { custom, notInUpdate, source } = fields;
  if (typeof custom !== "boolean") throw new ValueProblem(`\`custom\` of ${where} is no boolean`);
  return {
    urn: text("urn"),
    type: text("type"),
    name: text("name"),
    custom,
    ...(parent === undefined ? {} : { parent }),
    ...(provider === undefined ? {} : { provider }),
    inputs: record("inputs"),
    ...(fields["outputs"] === undefined ? {} : { outputs: record("outputs") }),
    dependencies: textsAt(fields["dependencies"], `\`dependencies\` of ${where}`),
    propertyDependencies: Object.fromEntries(
      Object.entries(
        objectAt(fields["propertyDependencies"], `\`propertyDependencies\` of ${where}`),
      ).map(([key, urns]) => [key, textsAt(urns, `\`propertyDependencies\` of ${where}`)]),
    ),
    ...(source === undefined ? {} : { source: sourceOf(source, where) }),
    ...(notInUpdate === true ? { notInUpdate } : {}),
  };
}

function configuredOf(parsed: unknown, index: number): ConfiguredValue {
  const where = `value ${index} of \`configuration\``;
  const { key, value } = objectAt(parsed, where);
  return { key: textAt(key, `\`key\` of ${where}`), value: readValue(value, where) };
}

function noteOf(parsed: unknown, index: number): SnapshotNote {
  const where = `note ${index}`;
  const fields = objectAt(parsed, where);
  const kind = NOTE_KINDS.find((known) => known === fields["kind"]);
  if (kind === undefined) {
    throw new ValueProblem(`\`kind\` of ${where} is none of \`${NOTE_KINDS.join("`, `")}\``);
  }
  const { urn, source } = fields;
  return {
    kind,
    message: textAt(fields["message"], `\`message\` of ${where}`),
    ...(urn === undefined ? {} : { urn: textAt(urn, `\`urn\` of ${where}`) }),
    ...(source === undefined ? {} : { source: sourceOf(source, where) }),
  };
}

function sourceOf(parsed: unknown, where: string): SourcePosition {
  const fields = objectAt(parsed, `\`source\` of ${where}`);
  const { line, column } = fields;
  if (typeof line !== "number") throw new ValueProblem(`\`source\` of ${where} has no line`);
  const file = textAt(fields["file"], `\`source.file\` of ${where}`);
  const { through } = fields;
  return {
    file,
    line,
    ...(typeof column === "number" && { column }),
    ...(through !== undefined && {
      through: listAt(through, `\`source.through\` of ${where}`).map((each) =>
        sourceOf(each, where),
      ),
    }),
  };
}

function objectAt(value: unknown, where: string): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ValueProblem(`${where} is no object`);
  }
  return plainRecord(value);
}

function listAt(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new ValueProblem(`${where} is no list`);
  return value;
}

function textAt(value: unknown, where: string): string {
  if (typeof value !== "string") throw new ValueProblem(`${where} is no text`);
  return value;
}

function textsAt(value: unknown, where: string): readonly string[] {
  return listAt(value, where).map((item) => textAt(item, `an entry of ${where}`));
}

function lines(items: readonly string[]): string {
  return items.length === 0 ? "" : `\n${items.join(",\n")}\n`;
}
