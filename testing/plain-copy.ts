import { CouldNotRun } from "../cli/failure";

/** URNs of the resources that unknown values depend on. */
export type References = Set<string>;

/** Deeper than any property of a provider. */
const MOST_LEVELS = 512;

/**
 * A copy of plain data, in which the marks of unknown values name the resources they depend on by URNs; what is undefined is left
 * out of objects.
 *
 * Throws {@link CouldNotRun} where something is no plain data, such as a function or an output of Pulumi.
 *
 * @param where how the value is named in messages
 * @param urnFor returns the URN of a resource by how a list references it
 * @param found takes the URNs
 */
export function plainCopy(
  value: unknown,
  where: string,
  urnFor: (reference: string) => string,
  found: References,
  level = 0,
): unknown {
  if (level > MOST_LEVELS) {
    throw new CouldNotRun(`${where} is nested deeper than ${MOST_LEVELS} levels`);
  }
  const copy = (inner: unknown): unknown => plainCopy(inner, where, urnFor, found, level + 1);
  if (isScalar(value)) return value;
  if (Array.isArray(value)) return value.map(copy);
  if (!isPlainObject(value)) {
    throw new CouldNotRun(
      `${where} has ${described(value)}; write plain data, and for an output \`{ $agentid: "unknown", dependsOn: […] }\``,
    );
  }
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined);
  const isUnknown = value["$agentid"] === "unknown";
  return Object.fromEntries(
    entries.map(([key, inner]) => {
      if (!isUnknown || key !== "dependsOn" || !Array.isArray(inner)) return [key, copy(inner)];
      const urns = inner.map((reference: unknown) => urnFor(String(reference)));
      for (const urn of urns) found.add(urn);
      return [key, urns];
    }),
  );
}

function isScalar(value: unknown): boolean {
  return (
    value === null ||
    value === undefined ||
    typeof value === "string" ||
    typeof value === "boolean" ||
    (typeof value === "number" && Number.isFinite(value))
  );
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // A test runner may have a realm of its own, with an `Object` of its own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function described(value: unknown): string {
  if (typeof value === "object") return "an object of a class";
  return typeof value === "number" ? "a number that is not finite" : `a ${typeof value}`;
}
