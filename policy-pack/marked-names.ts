import type { Fact } from "../core/graph/fact";
import { markedTexts, namesIn } from "../core/masks";
import type { Resource } from "../core/snapshot/resource";

/**
 * The names that a resource has marked as secret and by which its facts go, so that they are masked.
 *
 * Not those of Kubernetes objects, which are never secret though programs often mark a whole spec for one value in it. All
 * of what a provider has is masked: where its resources are told by it.
 */
export function markedNames(
  { type, inputs, outputs }: Resource,
  facts: readonly Fact[],
): readonly string[] {
  if (type.startsWith("kubernetes:")) return [];
  const names = [...markedTexts(inputs), ...markedTexts(outputs)].flatMap(namesIn);
  if (names.length === 0 || type.startsWith("pulumi:providers:")) return names;
  const told = facts.flatMap((fact) => textsIn(fact));
  return names.filter((name) => told.some((text) => text.includes(name)));
}

/** The texts of plain data, such as a fact. */
function textsIn(data: unknown): readonly string[] {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(textsIn) : [];
}
