import type { Finding } from "../../findings/finding";
import type { At } from "../../facts/fact-values";
import { createdType } from "../../../core/kubernetes-type";
import { classicType, isNativeType, type NativeType } from "../../../core/aws/types";
import { tokenInUrn, type Resource, type Snapshot } from "../../../core/snapshot/resource";
import { Unknown, isRecord, type ValueRecord } from "../../../core/snapshot/value";
import { asTyped, isAnyType, stateProperty } from "./cloud-control";
import { nativeInputs } from "./inputs";
import { declaredProperty, respelled } from "./spelling";

/**
 * A resource by the type that readers have for it: what the AWS Cloud Control provider declares as the AWS provider would, and a
 * Kubernetes object by its own kind.
 *
 * Its URN stays, and with it what the program calls it.
 */
export function asClassic(given: Resource): Resource {
  const resource = asTyped(given);
  const { type, inputs, outputs, propertyDependencies } = resource;
  if (!isNativeType(type)) {
    const created = createdType(type, inputs);
    return created === type ? resource : { ...resource, type: created };
  }
  const ofProperty = Object.entries(propertyDependencies).flatMap(([property, urns]) =>
    Object.keys(inputsOf(type, { [property]: new Unknown() })).map((now) => [now, urns] as const),
  );
  return {
    ...resource,
    type: classicType(type),
    inputs: inputsOf(type, inputs),
    ...(outputs && { outputs: inputsOf(type, outputs) }),
    propertyDependencies: Object.fromEntries(ofProperty),
  };
}

/** A snapshot of whose resources each is {@link asClassic}. */
export function classicSnapshot(snapshot: Snapshot): Snapshot {
  const resources = snapshot.resources.map(asClassic);
  const isSame = resources.every((resource, index) => resource === snapshot.resources[index]);
  return isSame ? snapshot : { ...snapshot, resources };
}

/** Whether a type is one of AWS Cloud Control that is judged, or that may be judged by the name in it. */
export function isCloudControl(type: string): boolean {
  return isNativeType(type) || isAnyType(type);
}

function inputsOf(type: NativeType, inputs: ValueRecord): ValueRecord {
  const now = respelled(inputs, nativeInputs[type]);
  return isRecord(now) ? now : {};
}

/** A finding with the properties named as the program has them. */
export function asDeclared(finding: Finding): Finding {
  const { at, chain, open } = finding;
  const isNative = (place: At | undefined): boolean =>
    place !== undefined && isCloudControl(tokenInUrn(place.urn));
  const places = [at, ...chain.map((link) => link.at), ...(open ?? [])];
  if (!places.some(isNative)) return finding;
  return {
    ...finding,
    at: declared(at),
    chain: chain.map((link) => (link.at === undefined ? link : { ...link, at: declared(link.at) })),
    ...(open && { open: open.map(declared) }),
  };
}

/** A place in a resource, with its property as the program has it. */
export function declared(at: At): At {
  const token = tokenInUrn(at.urn);
  if (isAnyType(token)) return { ...at, property: stateProperty(token, at.property) };
  if (!isNativeType(token)) return at;
  return { ...at, property: declaredProperty(at.property, nativeInputs[token]) };
}
