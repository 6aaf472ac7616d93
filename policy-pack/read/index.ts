import type { Resource } from "../../core/snapshot/resource";
import { awsReaders } from "./aws";
import { componentReaders } from "./aws/components/components";
import { kubernetesReaders } from "./kubernetes";
import { randomReaders } from "./resource/random";
import type { Reader } from "./resource/reader";

/** Every reader there is. */
const readers: readonly Reader[] = [
  ...componentReaders,
  ...awsReaders,
  ...kubernetesReaders,
  ...randomReaders,
];

/** The readers of a resource. */
export const readersOf = createReaderIndex(readers);

/** An index of some readers by the type of a resource; a type without readers costs one look-up. */
export function createReaderIndex(
  all: readonly Reader[],
): (resource: Resource) => readonly Reader[] {
  const listed = new Map<string, readonly Reader[]>();
  for (const reader of all) {
    for (const type of reader.types) listed.set(type, [...(listed.get(type) ?? []), reader]);
  }
  const unlisted = new Map<string, readonly Reader[]>();
  return (resource) => {
    const { type } = resource;
    const ofType = listed.get(type);
    if (ofType !== undefined) return ofType;
    let fitting = unlisted.get(type);
    if (fitting === undefined) {
      fitting = all.filter((reader) => reader.matchesType?.(type) === true);
      unlisted.set(type, fitting);
    }
    if (fitting.every((reader) => reader.matches === undefined)) return fitting;
    return fitting.filter((reader) => reader.matches?.(resource) !== false);
  };
}
