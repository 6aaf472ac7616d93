import { exemptKey } from "../../../domain/secrets/apart";
import type { Fact } from "../../../facts/fact";
import { named, type Ref } from "../../../facts/fact-values";
import { k8sName } from "../../../facts/name";
import { entriesAt, opened } from "../../../../core/snapshot/read";
import { isList, isRecord, Unknown, type Value } from "../../../../core/snapshot/value";
import { catalogued } from "../../catalogue/kinds";
import { joined, matchesAt, type Part } from "../../catalogue/paths";
import { atOf, sibling, spaceOf, type KubeObject } from "../object";
import { keyAt, nameTextAt, textAt, type TextRead } from "../text";
import { fieldSort, type FieldSort } from "./field-names";

/**
 * What an object may use by the names of its fields, where nothing else has read them: Secrets as possible uses, and that its kind is
 * not read. Accounts and roles are only named as not read.
 *
 * @param parts the records of the object
 * @param read what was read of it
 */
export function* namedFields(
  object: KubeObject,
  parts: readonly Part[],
  read: readonly Fact[],
): Iterable<Fact> {
  const places = placesOf(object, read);
  for (const { secret = [] } of catalogued(object).makes ?? []) {
    for (const { path } of matchesAt(object.body, secret)) addPlace(places, path);
  }
  for (const part of parts) {
    const around = part.path.split(".").slice(-2);
    for (const [key, value] of entriesAt(part.value)) {
      const sort = fieldSort(key, around) ?? byKind(value);
      if (sort === undefined) continue;
      const path = joined(part.path, key);
      const items = isList(opened(value)) ? (opened(value) as readonly Value[]) : undefined;
      const fields = items?.map((item, index) => ({ value: item, path: `${path}[${index}]` }));
      for (const field of fields ?? [{ value, path }]) {
        if (!isRead(places, field.path)) yield* fieldFacts(object, field, sort);
      }
    }
  }
}

/** A reference that states that it is one to a Secret, whatever it is called. */
function byKind(value: Value): FieldSort | undefined {
  const plain = opened(value);
  if (!isRecord(plain) || "metadata" in plain) return undefined;
  return nameTextAt(value, "kind") === "Secret" ? { of: "Secret" } : undefined;
}

function* fieldFacts(object: KubeObject, field: Part, sort: FieldSort): Iterable<Fact> {
  const at = atOf(object, field.path);
  const notRead = { kind: "not-read", at, thing: object.thing } as const;
  if (sort.of === "identity") {
    if (namesOne(field.value)) yield notRead;
    return;
  }
  const name = nameIn(field.value);
  if (name.kind === "absent" || (name.kind === "text" && !isName(name.text))) return;
  const secret = secretOf(object, field.value, name);
  // A text under such a name may be the secret itself.
  const isText = !isRecord(opened(field.value));
  if (
    sort.of === "Secret or text" &&
    isText &&
    name.kind === "unknown" &&
    secret?.kind !== "named"
  ) {
    return;
  }
  const which = keyAt(field.value, "key");
  const exempt = sort.exempt ?? exemptKey(which.key);
  if (exempt === undefined) yield notRead;
  if (secret === undefined) return;
  yield {
    kind: "uses",
    at,
    workload: object.thing,
    secret,
    through: "env",
    ...which,
    ...(exempt !== undefined && { exempt }),
    dependsOn: name.kind === "unknown" ? name.dependsOn : [],
    reason: `what \`${object.kind}\` does with \`${field.path}\` is not read`,
  };
}

/** A name as the API server takes it. */
function isName(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9](?:[-a-z0-9.]*[a-z0-9])?$/.test(text);
}

function nameIn(value: Value): TextRead {
  const plain = opened(value);
  if (!isRecord(plain))
    return typeof plain === "string" || plain instanceof Unknown ? textAt(value) : none;
  if ((nameTextAt(value, "kind") ?? "Secret") !== "Secret") return none;
  if (nameTextAt(value, "group") !== undefined) return none;
  const name = textAt(value, "name");
  return name.kind === "absent" ? textAt(value, "secretName") : name;
}

const none = { kind: "absent" } as const;

/** Whether a field of an account or a role names one. */
function namesOne(value: Value): boolean {
  const plain = opened(value);
  const name = isRecord(plain) ? textAt(value, "name") : textAt(value);
  return name.kind === "unknown" || (name.kind === "text" && !["", "default"].includes(name.text));
}

/** The Secret that a field names; undefined where its namespace follows from nothing, as for kinds that are in none. */
function secretOf(object: KubeObject, value: Value, name: TextRead): Ref | undefined {
  const space = isRecord(opened(value)) ? textAt(value, "namespace") : none;
  if (space.kind === "unknown") return { kind: "unknown", dependsOn: space.dependsOn };
  const isPlaced = space.kind === "text" && space.text !== "";
  if (!isPlaced) {
    const isWide = spaceOf(object) === undefined || object.kind.startsWith("Cluster");
    return isWide && object.namespace.kind === "named"
      ? undefined
      : sibling(object, "Secret", name);
  }
  return name.kind === "text"
    ? named(k8sName(object.cluster, space.text, "Secret", name.text))
    : sibling(object, "Secret", name);
}

/** The places of facts, and what is around them. */
interface Places {
  readonly exact: Set<string>;
  readonly around: Set<string>;
}

function placesOf({ path: start }: KubeObject, facts: readonly Fact[]): Places {
  const exact = new Set<string>();
  const around = new Set<string>();
  for (const { kind, at } of facts) {
    if (kind === "alias" || kind === "workload" || kind === "inside") continue;
    addPlace({ exact, around }, at.property.slice(start.length));
  }
  return { exact, around };
}

function addPlace({ exact, around }: Places, place: string): void {
  exact.add(place);
  for (const outer of outersOf(place)) around.add(outer);
}

/** Whether something read a field, a part of it, or what is around it. */
function isRead({ exact, around }: Places, path: string): boolean {
  return exact.has(path) || around.has(path) || outersOf(path).some((outer) => exact.has(outer));
}

function outersOf(path: string): readonly string[] {
  return [...path.matchAll(/[.[]/g)].map(({ index }) => path.slice(0, index));
}
