import type { Fact } from "../core/graph/fact";
import type { Resource } from "../core/snapshot/resource";
import type { Urn } from "../core/snapshot/value";

/** A reader that threw. */
export interface ReaderFailure {
  readonly reader: string;
  readonly problem: string;
}

/** What readers looked at beside what stands in the resource itself before it is made. */
export interface Looked {
  /** Whether they looked at what the host tells only at the end: outputs and dependencies. */
  readonly further: boolean;
  /** Other resources, as they were then. */
  readonly at: readonly (readonly [Urn, Resource | undefined])[];
}

/** What was read of one resource, and what that rests on. */
export interface Reading {
  readonly resource: Resource;
  readonly facts: readonly Fact[];
  /** The static keys that its properties receive: dependencies alone tell these. */
  readonly received: readonly Fact[];
  readonly failures: readonly ReaderFailure[];
  /** Whether it carries identity and no reader reads all of it. */
  readonly isNotRead: boolean;
  readonly looked: Looked;
}

/** What nobody looked at: most resources stand for themselves. */
export const lookedNowhere: Looked = { further: false, at: [] };

/** What was read of a resource that is not part of the update. */
export function nothingReadOf(resource: Resource): Reading {
  const none = { facts: [], received: [], failures: [], isNotRead: false };
  return { resource, ...none, looked: lookedNowhere };
}

/** A resource that notes at once when somebody looks at what the host tells only at the end. */
export function notingResource(resource: Resource, note: () => void): Resource {
  return {
    ...own(resource),
    get outputs() {
      note();
      return resource.outputs;
    },
    get dependencies() {
      note();
      return resource.dependencies;
    },
    get propertyDependencies() {
      note();
      return resource.propertyDependencies;
    },
  } as Resource;
}

function own(resource: Resource): object {
  const { urn, type, name, custom, parent, provider, inputs, source, notInUpdate } = resource;
  return { urn, type, name, custom, parent, provider, inputs, source, notInUpdate };
}

/**
 * Whether readers would see of a resource, and of others, what they saw.
 *
 * @param resourceAt the other resources as they are now
 */
export function seesTheSame(
  { resource, looked }: Reading,
  now: Resource,
  resourceAt: (urn: Urn) => Resource | undefined,
): boolean {
  return (
    !looked.further &&
    looksTheSame(resource, now) &&
    looked.at.every(([urn, before]) => looksTheSame(before, resourceAt(urn)))
  );
}

function looksTheSame(a: Resource | undefined, b: Resource | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return (
    a.inputs === b.inputs &&
    a.type === b.type &&
    a.name === b.name &&
    a.custom === b.custom &&
    a.parent === b.parent &&
    a.provider === b.provider &&
    a.notInUpdate === b.notInUpdate
  );
}

/** What a list of facts has lost and gained; what both have in common at their starts and ends stays. */
export function replaced(
  before: readonly Fact[],
  now: readonly Fact[],
): { readonly gone: readonly Fact[]; readonly added: readonly Fact[] } {
  let start = 0;
  while (start < before.length && start < now.length && isSame(before[start], now[start])) start++;
  let end = 0;
  const most = Math.min(before.length, now.length) - start;
  while (end < most && isSame(before.at(-1 - end), now.at(-1 - end))) end++;
  return {
    gone: before.slice(start, before.length - end),
    added: now.slice(start, now.length - end),
  };
}

/** What a program makes may be nested as deep as it likes; facts are not. */
const deepest = 50;

/** Whether two values are equal as plain data; of anything else, and far down, only the thing itself is. */
function isSame(a: unknown, b: unknown, depth = 0): boolean {
  if (Object.is(a, b)) return true;
  if (depth > deepest) return false;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const prototype: unknown = Object.getPrototypeOf(a);
  if (prototype !== Object.getPrototypeOf(b)) return false;
  if (prototype !== Object.prototype && prototype !== Array.prototype) return false;
  const keys = Object.keys(a);
  if (keys.length !== Object.keys(b).length) return false;
  return keys.every(
    (key) =>
      Object.hasOwn(b, key) &&
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key], depth + 1),
  );
}
