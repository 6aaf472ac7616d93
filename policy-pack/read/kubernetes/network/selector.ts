import type { Selector } from "../../../facts/fact-values";
import type { Requirement } from "../../../../core/snapshot/selector-text";
import { entriesAt, listAt, readThrough, read } from "../../../../core/snapshot/read";
import { Unknown, type Urn, type Value } from "../../../../core/snapshot/value";
import { nameTextAt, textAt } from "../text";
import { valueIn } from "../../resource/values";

/** A label selector; a part that is not known leaves all of it open. */
export function selectorAt(value: Value, ...path: readonly string[]): Selector {
  const dependsOn = unknownIn(value, ...path);
  if (dependsOn !== undefined) return { kind: "unknown", dependsOn };
  const labels = entriesAt(value, ...path, "matchLabels").map(([key, text]): Requirement => ({
    key,
    operator: "In",
    values: [textOf(text)],
  }));
  const expressions = listAt(value, ...path, "matchExpressions").map((expression): Requirement => ({
    key: nameTextAt(expression, "key") ?? "",
    operator: nameTextAt(expression, "operator") ?? "",
    values: listAt(expression, "values").map(textOf),
  }));
  return { kind: "known", requirements: [...labels, ...expressions] };
}

function textOf(value: Value): string {
  const text = textAt(value);
  return text.kind === "text" ? text.text : "";
}

/** What unknown parts of a value wait for; undefined where all of it is known. */
export function unknownIn(value: Value, ...path: readonly string[]): readonly Urn[] | undefined {
  const found = readThrough(value, ...path);
  if (found.kind === "unknown") return found.dependsOn;
  const dependsOn = found.kind === "present" ? unknownsWithin(found.value) : [];
  return dependsOn.length === 0 ? undefined : dependsOn.flatMap((each) => each.dependsOn);
}

function unknownsWithin(value: Value): readonly Unknown[] {
  if (value instanceof Unknown) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value as Readonly<Record<string, Value>>).flatMap(unknownsWithin);
}

/** The label by which a namespace carries its own name (kubernetes.io/docs, well-known labels). */
const nameLabel = "kubernetes.io/metadata.name";

/**
 * The namespaces into which an object of the External Secrets Operator writes, as far as it names them: in a list, or by the
 * label that is their name.
 *
 * {@link selectorsOfOthers} returns those with another label.
 */
export function namespacesNamed(spec: Value | undefined): readonly string[] {
  const listed = listAt(spec, "namespaces").flatMap((item) => nameTextAt(item) ?? []);
  return [...new Set([...listed, ...selectorsIn(spec).flatMap(namesSelected)])];
}

/** The selectors by which such an object writes into namespaces that it does not name. */
export function selectorsOfOthers(spec: Value | undefined): readonly Selector[] {
  return selectorsIn(spec)
    .filter((value) => namesSelected(value).length === 0)
    .map((value) => selectorAt(value));
}

function selectorsIn(spec: Value | undefined): readonly Value[] {
  const one = valueIn(read(spec, "namespaceSelector"));
  return [...(one === undefined ? [] : [one]), ...listAt(spec, "namespaceSelectors")];
}

function namesSelected(value: Value): readonly string[] {
  const selector = selectorAt(value);
  if (selector.kind === "unknown") return [];
  const names = selector.requirements.find(
    ({ key, operator }) => key === nameLabel && operator === "In",
  );
  return names?.values ?? [];
}
