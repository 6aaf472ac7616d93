import { valuePlace } from "../../../domain/secrets/place";
import { named } from "../../../facts/fact-values";
import { arnName, type Name } from "../../../facts/name";
import { entriesAt, knownString, listAt, read, readString } from "../../../../core/snapshot/read";
import { Secret, type Value } from "../../../../core/snapshot/value";
import type { ReadContext } from "../../resource/reader";
import { onlyOf, stepTo, valueIn, type FactList, unknownAt } from "../../resource/values";
import { isAmong, ownPasswordSettings } from "../../resource/servers";
import { addCommand } from "./command";
import { addReceived } from "../secrets/received";
import { addUses } from "./uses";
import { addReference } from "../reference";

/** The location of the definition of a container. */
export interface ContainerPlace {
  readonly workload: Name;
  /** Top-level property of the resource. */
  readonly top: string;
  /** Path of the definition: `containerDefinitions[0]`. */
  readonly at: string;
  /** Whether the program marks all definitions as secret. */
  readonly marked: boolean;
  /** Whether it does its work and ends, as no server does. */
  readonly ends: boolean;
}

/**
 * States what a container receives: its variables, secrets, command lines, labels, and the options of its log driver.
 *
 * Source: ECS API, ContainerDefinition; AWS Batch API, ContainerProperties.
 */
export function addContainer(
  list: FactList,
  context: ReadContext,
  { workload, top, at, marked, ends }: ContainerPlace,
  container: Value,
): void {
  const base = { workload, top, markedAround: marked };
  const own = ends ? [] : ownPasswordSettings(knownString(container, "image"));
  for (const [position, entry] of listAt(container, "environment").entries()) {
    const under = knownString(entry, "name");
    const value = valueIn(read(entry, "value"));
    if (value === undefined) continue;
    const property = `${at}.environment.${stepTo(entry, "name", position)}`;
    const place = { ...base, property, under, verifies: isAmong(own, under) } as const;
    addReceived(list, context, { ...place, through: "env" }, mark(value, marked));
  }
  for (const way of [["logConfiguration", "options"], ["dockerLabels"]]) {
    for (const [name, value] of entriesAt(container, ...way)) {
      const property = [at, ...way, name].join(".");
      const place = { ...base, property, under: name, through: "env" } as const;
      addReceived(list, context, place, mark(value, marked));
    }
  }
  for (const way of [["secrets"], ["logConfiguration", "secretOptions"]]) {
    for (const [position, entry] of listAt(container, ...way).entries()) {
      const under = knownString(entry, "name");
      const property = [at, ...way, stepTo(entry, "name", position)].join(".");
      const place = { ...base, property, under, verifies: isAmong(own, under) } as const;
      const value = valueIn(read(entry, "valueFrom"));
      addReference(list, context, { ...place, through: "task secret" }, value);
    }
  }
  for (const [position, entry] of listAt(container, "environmentFiles").entries()) {
    const property = `${at}.environmentFiles[${position}].value`;
    addFile(list, { workload, top, property }, valueIn(read(entry, "value")));
  }
  for (const part of ["command", "entryPoint"]) {
    const texts = listAt(container, part).map((argument) => mark(argument, marked));
    addCommand(list, context, { ...base, property: `${at}.${part}` }, texts);
  }
  const check = listAt(container, "healthCheck", "command").map((word) => mark(word, marked));
  addCommand(list, context, { ...base, property: `${at}.healthCheck.command` }, check);
}

/**
 * A file of variables in S3, which may contain a credential: its receivers may share one.
 *
 * Source: ECS API, EnvironmentFile.
 */
function addFile(
  list: FactList,
  {
    workload,
    top,
    property,
  }: { readonly workload: Name; readonly top: string; readonly property: string },
  value: Value | undefined,
): void {
  const found = readString(value);
  const file =
    found.kind === "present"
      ? arnName(found.value)
      : found.kind === "unknown"
        ? onlyOf(unknownAt(list.resource, top, found), objectTypes)
        : undefined;
  if (file === undefined || file === "") return;
  const container = valuePlace(list.resource.urn, property);
  addUses(list, { workload, property, through: "configuration" }, named(container));
  list.add("contains", property, { container, content: named(file), derived: true });
}

const objectTypes = [
  "aws:s3/bucketObject:BucketObject",
  "aws:s3/bucketObjectv2:BucketObjectv2",
  "aws:s3/objectCopy:ObjectCopy",
];

function mark(value: Value, marked: boolean): Value {
  return marked ? new Secret(value) : value;
}
