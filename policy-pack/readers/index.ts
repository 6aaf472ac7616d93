import type { Resource } from "../../core/snapshot/resource";
import { awsReaders } from "./aws";
import { componentReaders } from "./components";
import { kubernetesReaders } from "./kubernetes";
import { randomReaders } from "./random";
import type { Reader } from "./reader";

/** Every reader there is. */
const readers: readonly Reader[] = [
  ...componentReaders,
  ...awsReaders,
  ...kubernetesReaders,
  ...randomReaders,
];

/** Finds the readers of a resource; a type that nobody reads costs one look-up. */
export function createReaderIndex(
  all: readonly Reader[] = readers,
): (resource: Resource) => readonly Reader[] {
  const byType = new Map<string, readonly Reader[]>();
  const byShape = all.filter((reader) => reader.matches !== undefined);
  for (const reader of all) {
    for (const type of reader.types) byType.set(type, [...(byType.get(type) ?? []), reader]);
  }
  return (resource) => {
    const ofType = byType.get(resource.type);
    if (ofType !== undefined) return ofType;
    return byShape.filter((reader) => reader.matches?.(resource) === true);
  };
}
