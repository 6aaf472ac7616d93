import type { FactOf } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import type { Graph } from "../../facts/graph";
import { ofKey } from "../../facts/keyed";
import type { Name } from "../../facts/name";
import { exemptOf } from "./apart";
import { findersOf, foundIn } from "./searched";

/** A secret, or one key of it. */
export interface SecretPart {
  readonly name: Name;
  readonly key: string | undefined;
  /** Of a whole secret: the keys that are left out. */
  readonly without?: readonly string[];
}

/** Longest line of contents and containers that is followed; real ones have two or three. */
const deepest = 8;

/** Whether a key of a secret, or the whole where none is named, has something in common with a part of it. */
export function meets(part: SecretPart, key: string | undefined): boolean {
  if (key === undefined) return true;
  return part.key === undefined ? part.without?.includes(key) !== true : part.key === key;
}

/**
 * A part of a secret and everything it contains, nearest first.
 *
 * @param derived whether contents are followed that only may flow unchanged
 */
export function contentsOf(
  graph: Graph,
  start: SecretPart,
  derived: boolean,
): readonly SecretPart[] {
  const found: SecretPart[] = [start];
  const seen = new Set([partId(graph, start)]);
  for (let from = 0, depth = 0; depth < deepest && from < found.length; depth += 1) {
    const until = found.length;
    for (; from < until; from += 1) {
      const part = found[from];
      if (part === undefined) continue;
      for (const fact of [
        ...ofKey(graph.facts("contains", "container", part.name), "key", part.key),
        ...foundIn(graph, part.name),
      ]) {
        const content = contentIn(fact, part);
        if (content === undefined || (fact.derived && !derived)) continue;
        const id = partId(graph, content);
        if (seen.has(id)) continue;
        seen.add(id);
        found.push(content);
      }
    }
  }
  return found;
}

/** Parts of other secrets that contain a part, nearest first, the part itself first of all; made one by one. */
export function* containersOf(
  graph: Graph,
  start: SecretPart,
  derived: boolean,
): Iterable<SecretPart> {
  let level: readonly SecretPart[] = [start];
  const seen = new Set([partId(graph, start)]);
  yield start;
  for (let depth = 0; depth < deepest && level.length > 0; depth += 1) {
    const next: SecretPart[] = [];
    for (const part of level) {
      for (const fact of [
        ...ofKey(graph.facts("contains", "content", part.name), "contentKey", part.key),
        ...findersOf(graph, part.name),
      ]) {
        if ((fact.derived && !derived) || !meets(part, fact.contentKey)) continue;
        const whole = fact.key === undefined && fact.contentKey === undefined;
        const name = fact.container;
        const container = whole ? { ...part, name } : { name, key: fact.key };
        const id = partId(graph, container);
        if (seen.has(id)) continue;
        seen.add(id);
        next.push(container);
        yield container;
      }
    }
    level = next;
  }
}

/** A number and key that two parts share exactly when they are one. */
export function partId(graph: Graph, part: SecretPart): string {
  const { name, key, without = [] } = part;
  const which = key === undefined ? ["whole", ...without] : ["key", key];
  return `${graph.idOf(name)}|${which.join("|")}`;
}

/** What a fact contains about the contents of a part of its container, or undefined where it is about another part. */
function contentIn(
  fact: Pick<FactOf<"contains">, "content" | "key" | "contentKey">,
  part: SecretPart,
): SecretPart | undefined {
  const name = nameIn(fact.content);
  if (name === undefined || exemptOf(name) !== undefined) return undefined;
  if (!meets(part, fact.key)) return undefined;
  if (fact.key === undefined && fact.contentKey === undefined) return { ...part, name };
  return { name, key: fact.contentKey };
}
