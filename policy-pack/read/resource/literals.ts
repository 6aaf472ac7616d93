import { describedValue } from "../../domain/secrets/described";
import { credentialsIn } from "../../domain/secrets/hits";
import { valuePlace } from "../../domain/secrets/place";
import type { FactBodies } from "../../facts/fact";
import { named } from "../../facts/fact-values";
import type { Name } from "../../facts/name";
import { comparableText, isInClear, read } from "../../../core/snapshot/read";
import type { Urn } from "../../../core/snapshot/value";
import { generatorsAmong } from "./generated";
import type { Credential } from "../credentials/credential";
import type { ReadContext } from "./reader";
import { dependenciesAt, type FactList } from "./values";

/** The part of a literal that describes the credential. */
export function describedAs(
  { what, severity, format }: Credential,
  under?: string,
): Pick<FactBodies["literal"], "credential" | "severity" | "format" | "under"> {
  return {
    credential: what,
    ...(under !== undefined && { under }),
    severity,
    ...(format !== undefined && { format }),
  };
}

/** Adds a literal of which the value, or whether it is a credential, is unknown. */
export function addUnknownLiteral(
  list: FactList,
  place: {
    readonly workload: Name;
    readonly property: string;
    readonly under?: string | undefined;
  },
  marked: boolean,
  dependsOn: readonly Urn[] = [],
): void {
  const { workload, property, under } = place;
  list.add("literal", property, {
    holder: workload,
    ...describedAs({ what: describedValue(under, marked), severity: "critical" }, under),
    value: valuePlace(list.resource.urn, property),
    place: "exposed",
    marked,
    dependsOn,
  });
}

/**
 * Adds the credential in an input of a resource that stores it: a literal, which is in plain text unless the program marks it,
 * and what the resource contains.
 *
 * @param under the name by which a text is recognised as a credential
 * @param path the steps to the input
 */
export function addStored(
  list: FactList,
  context: ReadContext,
  under: string,
  ...path: readonly [string, ...string[]]
): void {
  const { urn: container, inputs } = list.resource;
  const property = path.join(".");
  const found = read(inputs, ...path);
  if (found.kind === "unknown" && found.leftOut?.secret !== true) {
    addGeneratedContents(list, container, property, found.dependsOn, path[0]);
    return;
  }
  const text = comparableText(inputs, ...path) ?? "";
  for (const hit of credentialsIn(text, under, context.credentialIn)) {
    const value = context.literalName(hit.text);
    list.add("literal", property, {
      holder: container,
      ...describedAs(hit.found),
      value,
      place: "in its place",
      marked: !isInClear(found),
    });
    list.add("contains", property, { container, content: named(value), derived: false });
  }
}

/** Adds that an unknown value of a property contains those that other resources generate; returns whether any does. */
export function addGeneratedContents(
  list: FactList,
  container: Name,
  property: string,
  dependencies: readonly Urn[],
  top = property,
): boolean {
  const sources = generatorsAmong(dependenciesAt(list.resource, top, { dependsOn: dependencies }));
  for (const source of sources) {
    list.add("contains", property, { container, content: named(source.urn), derived: true });
  }
  return sources.length > 0;
}
