import type { Fact } from "../../../core/graph/fact";
import { scopedName } from "../../../core/graph/name";
import type { Resource } from "../../../core/snapshot/resource";
import type { ReadContext } from "../reader";
import { membership } from "./membership";
import { atOf, objectsOf, type KubeObject } from "./object";
import { componentMembership } from "./reader-of";
import { releaseBody } from "./release-body";
import { nameTextAt } from "./text";

/** A release as an object of the namespace that it is installed into. */
export function releaseOf(resource: Resource, context: ReadContext): KubeObject {
  const inputs = releaseBody(resource.inputs);
  // What readers look at is noted by properties of the class, which `...` leaves out.
  const { dependencies, propertyDependencies } = resource;
  const named = { ...resource, dependencies, propertyDependencies, inputs, outputs: {} };
  const [object] = objectsOf(named, context);
  if (object === undefined) throw new Error("a release is one object");
  return { ...object, resource };
}

/** What a release is as a workload: one with the controllers that it makes, where these are read too. */
export function* releaseWorkload(object: KubeObject): Iterable<Fact> {
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
