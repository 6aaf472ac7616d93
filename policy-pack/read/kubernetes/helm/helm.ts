import type { Reader, ReadContext } from "../../resource/reader";
import { knownString, opened, read } from "../../../../core/snapshot/read";
import { Secret, isList, isRecord, type Value } from "../../../../core/snapshot/value";
import { embeddedYaml } from "../../resource/embedded-yaml";
import { FactList, valueIn } from "../../resource/values";
import { addChartValues } from "./chart-values";
import { identitiesInValues } from "../spire/spire-server";
import type { Fact } from "../../../facts/fact";
import { scopedName } from "../../../facts/name";
import type { Resource } from "../../../../core/snapshot/resource";
import { membership } from "../membership";
import { atOf, objectsOf, type KubeObject } from "../object";
import { componentMembership } from "../reader-of";
import { releaseBody } from "./release-body";
import { nameTextAt } from "../text";

/**
 * Reads the values of Helm releases and charts: a credential among them is in the release and in every object of the chart, and
 * so is a Secret that they name.
 *
 * All that one release makes is one workload. The chart's output is not read, so the type still counts as not read.
 */
export const helmReader: Reader = {
  name: "helm values",
  types: [
    "kubernetes:helm.sh/v3:Release",
    "kubernetes:helm.sh/v3:Chart",
    "kubernetes:helm.sh/v4:Chart",
  ],
  partial: true,
  readsLiterals: true,
  read: (resource, context) => {
    const list = new FactList(resource);
    const release = releaseOf(resource, context);
    list.addFacts(...releaseWorkload(release));
    const value = resource.inputs["values"] ?? null;
    const chart = knownString(resource.inputs, "chart");
    const values = { value, path: "values", chart };
    addChartValues(list, release, values);
    addValueFiles(list, release, chart);
    // A chart's objects are in the program itself; a release shows only its values.
    if (resource.type.endsWith(":Release")) list.addFacts(...identitiesInValues(release, values));
    return list.all();
  },
};

/**
 * States what value files have, which a chart takes as values: assets with their text. Of what is elsewhere, only that it is not
 * read.
 */
function addValueFiles(list: FactList, release: KubeObject, chart: string | undefined): void {
  const files = list.resource.inputs["valueYamlFiles"];
  const whole = opened(files);
  const items = isList(whole) ? whole : files === undefined || files === null ? [] : [files];
  for (const [index, item] of items.entries()) {
    const path = isList(whole) ? `valueYamlFiles[${index}]` : "valueYamlFiles";
    const found = read(item, "text");
    const text = valueIn(found);
    if (text === undefined) list.add("not-read", path, { thing: release.thing });
    else addChartValues(list, release, { value: parsed(text), path, chart });
  }
}

/** The values of a text; the text itself where it is no map, and the unknown of an unknown one. */
function parsed(text: Value): Value {
  const plain = text instanceof Secret ? text.revealForComparison() : text;
  if (typeof plain !== "string") return text;
  const values = embeddedYaml(plain);
  if (values === null) return {};
  const value = isRecord(values) ? values : plain;
  return text instanceof Secret ? new Secret(value) : value;
}

/** A release as an object of the namespace that it is installed into. */
function releaseOf(resource: Resource, context: ReadContext): KubeObject {
  const inputs = releaseBody(resource.inputs);
  // What readers look at is noted by properties of the class, which `...` leaves out.
  const { dependencies, propertyDependencies } = resource;
  const named = { ...resource, dependencies, propertyDependencies, inputs, outputs: {} };
  const [object] = objectsOf(named, context);
  if (object === undefined) throw new Error("a release is one object");
  return { ...object, resource };
}

/** What a release is as a workload: one with the controllers that it makes, where these are read too. */
function* releaseWorkload(object: KubeObject): Iterable<Fact> {
  const { resource, cluster, namespace, thing } = object;
  if (namespace.kind === "named") {
    const scoped = (...parts: readonly string[]) =>
      scopedName("workload", cluster, namespace.text, ...parts);
    const at = atOf(object, "name");
    yield { kind: "alias", at, thing, also: scoped("chart", resource.urn) };
    const release = releaseName(object);
    if (release !== undefined) yield { kind: "alias", at, thing, also: scoped("helm", release) };
  }
  yield {
    kind: "workload",
    at: atOf(object, ""),
    workload: thing,
    is: "undeclared",
    what: "Helm release",
    label: resource.inputs["namespace"] === undefined ? resource.name : object.label,
    declarationOnly: false,
  };
  yield* membership(object);
  yield* componentMembership(object);
}

/** A chart is released under its own name; the provider makes one up for a release without. */
function releaseName({ resource, body }: KubeObject): string | undefined {
  const given = nameTextAt(body, "metadata", "name");
  return given ?? (resource.type.endsWith(":Chart") ? resource.name : undefined);
}
