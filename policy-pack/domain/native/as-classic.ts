import type { Finding } from "../../findings/finding";
import type { At } from "../../facts/fact-values";
import { classicType, isNativeType, type NativeType } from "../../../core/aws/types";
import { tokenInUrn, type Resource, type Snapshot } from "../../../core/snapshot/resource";
import { Unknown, isRecord, type ValueRecord } from "../../../core/snapshot/value";
import { asTyped, isAnyType, stateProperty } from "./cloud-control";
import { nativeInputs } from "./inputs";
import { declaredProperty, respelled } from "./spelling";

/**
 * A resource as the AWS provider would declare it, where the AWS Cloud Control provider declares it and it is judged.
 *
 * Its URN stays, and with it what the program calls it.
 */
export function asClassic(given: Resource): Resource {
  const resource = asTyped(given);
  const { type, inputs, outputs, propertyDependencies } = resource;
  if (!isNativeType(type)) return resource;
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
  if (!snapshot.resources.some(({ type }) => isCloudControl(type))) return snapshot;
  return { ...snapshot, resources: snapshot.resources.map(asClassic) };
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
