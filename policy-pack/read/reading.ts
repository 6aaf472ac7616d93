import type { Fact } from "../facts/fact";
import type { Resource } from "../../core/snapshot/resource";
import { lookedNowhere, type Looked } from "./lookups";

/** A type that may carry an identity and that no reader reads as a whole. */
export interface NotRead {
  readonly type: string;
  /** How many resources of it there are. */
  readonly count: number;
}

/** A reader that threw. */
export interface ReaderFailure {
  readonly reader: string;
  readonly problem: string;
}

/** What was read of one resource, and what that rests on. */
export interface Reading {
  readonly resource: Resource;
  readonly facts: readonly Fact[];
  /** The static keys that its properties receive: only dependencies show these. */
  readonly received: readonly Fact[];
  readonly failures: readonly ReaderFailure[];
  /** Whether it may carry an identity and no reader reads all of it. */
  readonly isNotRead: boolean;
  readonly looked: Looked;
}

/** What was read of a resource that is not part of the update. */
export function nothingReadOf(resource: Resource): Reading {
  const none = { facts: [], received: [], failures: [], isNotRead: false };
  return { resource, ...none, looked: lookedNowhere };
}

/** All facts of a resource. */
export function factsOf({ facts, received }: Reading): readonly Fact[] {
  return received.length === 0 ? facts : [...facts, ...received];
}

/** Types of resources that may carry an identity and that no reader reads as a whole, most frequent first. */
export function notReadIn(readings: Iterable<Reading>): readonly NotRead[] {
  const counts = new Map<string, number>();
  for (const { resource, isNotRead } of readings) {
    if (isNotRead) counts.set(resource.type, (counts.get(resource.type) ?? 0) + 1);
  }
  return [...counts]
    .map(([type, count]) => ({ type, count }))
    .sort((a, b) => b.count - a.count || (a.type < b.type ? -1 : 1));
}
