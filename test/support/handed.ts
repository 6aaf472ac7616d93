import type { PolicyResource } from "@pulumi/policy";
import type fc from "fast-check";
import type { Resource } from "../../core/snapshot/resource";
import { UNKNOWN } from "../../core/snapshot/signatures";
import { Secret, Unknown, isList, type Urn, type Value } from "../../core/snapshot/value";

/** A resource as it may be listed: with outputs, and with what its properties depend on. */
export function listedLast(each: Resource, random: fc.Stream<number>): Resource {
  const choice = next(random);
  return {
    ...withDependencies(each),
    ...(choice % 3 === 0 && {
      outputs: {
        ...each.inputs,
        arn: `arn:aws:iam::111122223333:role/${each.name}`,
        id: each.name,
      },
    }),
  };
}

/** The same resource as it may be handed before it is made, or nothing: with less known, otherwise, twice, or just so. */
export function handedFirst(made: Resource, random: fc.Stream<number>): readonly Resource[] {
  const choice = next(random);
  const early: Resource = { ...made, propertyDependencies: {}, dependencies: [] };
  if (choice < 10) return [];
  if (choice < 20) return [{ ...early, notInUpdate: true }];
  if (choice < 30) return [{ ...early, parent: "urn:pulumi:dev::desk::t:index:Parent::p" }];
  const keys = Object.keys(made.inputs);
  const key = keys[next(random) % Math.max(keys.length, 1)];
  if (key === undefined || choice < 60) return [early];
  const value: Value = choice < 80 ? new Unknown() : "other";
  const other: Resource = { ...early, inputs: { ...made.inputs, [key]: value } };
  return choice % 2 === 0 ? [other] : [other, early];
}

function next(random: fc.Stream<number>): number {
  return Number(random.next().value);
}

/** A resource with the dependencies of its properties, as the engine reports them at the end. */
function withDependencies(each: Resource): Resource {
  const dependencies = Object.entries(each.inputs).map(
    ([property, value]) => [property, waitingIn(value)] as const,
  );
  return { ...each, propertyDependencies: Object.fromEntries(dependencies) };
}

/** A resource as the pack reads it in the list at the end: all that is unknown in a property waits for the same. */
export function asListed(each: Resource): Resource {
  const whole = withDependencies(each);
  const inputs = Object.entries(each.inputs).map(
    ([property, value]) =>
      [property, waitingFor(value, whole.propertyDependencies[property] ?? [])] as const,
  );
  return { ...whole, inputs: Object.fromEntries(inputs) };
}

function waitingFor(value: Value, urns: readonly Urn[]): Value {
  if (value instanceof Unknown) return new Unknown(urns, value.secret);
  if (value instanceof Secret) return new Secret(waitingFor(value.revealForComparison(), urns));
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map((each) => waitingFor(each, urns));
  const entries = Object.entries(value).map(
    ([key, each]) => [key, waitingFor(each, urns)] as const,
  );
  return Object.fromEntries(entries);
}

/** A resource as the SDK of policies lists it at the end: with a mark for what is unknown, and what is secret in plain text. */
export function listed(each: Resource): PolicyResource {
  const { urn, type, name, inputs, outputs, provider, parent } = each;
  const on = Object.entries(withDependencies(each).propertyDependencies);
  return {
    ...{ urn, type, name, opts: { ...(parent !== undefined && { parent }) } },
    ...(provider !== undefined && { provider: { urn: provider } }),
    props: onWire({ ...inputs, ...outputs }),
    dependencies: [],
    propertyDependencies: Object.fromEntries(
      on.map(([property, urns]) => [property, urns.map((urn) => ({ urn }))]),
    ),
  } as never;
}

function onWire(value: Value): unknown {
  if (value instanceof Unknown) return UNKNOWN;
  if (value instanceof Secret) return onWire(value.revealForComparison());
  if (value === null || typeof value !== "object") return value;
  if (isList(value)) return value.map(onWire);
  return Object.fromEntries(Object.entries(value).map(([key, of]) => [key, onWire(of)]));
}

/** The dependencies of unknowns in a value: a host reports them for a whole property. */
function waitingIn(value: Value): readonly Urn[] {
  if (value instanceof Unknown) return value.dependsOn;
  if (value instanceof Secret) return waitingIn(value.revealForComparison());
  if (value === null || typeof value !== "object") return [];
  return [...new Set(Object.values(value).flatMap(waitingIn))];
}
