import type { Reader, ReadContext } from "../../resource/reader";
import { knownString } from "../../../../core/snapshot/read";
import { FactList } from "../../resource/values";
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
    // A chart's objects are in the program itself; a release shows only its values.
    if (resource.type.endsWith(":Release")) list.addFacts(...identitiesInValues(release, values));
    return list.all();
  },
};

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
