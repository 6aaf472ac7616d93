import type { Resource } from "../../core/snapshot/resource";
import type { Urn } from "../../core/snapshot/value";
import { withValue, type OpenPlace } from "./open-place";
import type { Supposed } from "./supposition";

/** A place that is open, and what it may turn out to have. */
export interface Opened {
  readonly place: OpenPlace;
  readonly supposed: readonly Supposed[];
  /** Places of one such kind never have one value; undefined where they may. */
  readonly unique: string | undefined;
}

/** A place with one of the values that it may turn out to have. */
export interface Taken {
  readonly place: OpenPlace;
  readonly supposed: Supposed;
}

/**
 * What the stack may turn out to be: in each world every open place has one of its values, or stays open.
 *
 * As many worlds as the place with the most values has, so that each value of each place is in one of them. Places that
 * never have one value take theirs in turn.
 *
 * @param most how many worlds at most
 */
export function worldsOf(opened: readonly Opened[], most: number): readonly (readonly Taken[])[] {
  const turns = new Map<string, number>();
  const shifts = opened.map(({ unique }) => {
    if (unique === undefined) return 0;
    const turn = turns.get(unique) ?? 0;
    turns.set(unique, turn + 1);
    return turn;
  });
  const lengths = opened.map(({ supposed, unique }) =>
    Math.max(supposed.length, unique === undefined ? 0 : (turns.get(unique) ?? 0)),
  );
  const count = lengths.reduce((longest, length) => Math.max(longest, length), 0);
  const worlds: Taken[][] = [];
  for (let world = 0; world < Math.min(count, most); world += 1) {
    worlds.push(
      opened.flatMap(({ place, supposed, unique }, at) => {
        const turn = (world + (shifts[at] ?? 0)) % (lengths[at] ?? 1);
        const value = supposed[unique === undefined ? world : turn];
        return value === undefined ? [] : [{ place, supposed: value }];
      }),
    );
  }
  return worlds;
}

/** The resources of a stack in a world. */
export function resourcesIn(
  world: readonly Taken[],
  resources: readonly Resource[],
): readonly Resource[] {
  const byUrn = new Map<Urn, Taken[]>();
  for (const taken of world) {
    const { urn } = taken.place.resource;
    const known = byUrn.get(urn);
    if (known === undefined) byUrn.set(urn, [taken]);
    else known.push(taken);
  }
  return resources.map((resource) => {
    const taken = byUrn.get(resource.urn);
    if (taken === undefined) return resource;
    const inputs = taken.reduce(
      (before, { place, supposed }) => withValue(before, place.path, supposed.value),
      resource.inputs,
    );
    const { outputs } = resource;
    return { ...resource, inputs, ...(outputs && { outputs }) };
  });
}
