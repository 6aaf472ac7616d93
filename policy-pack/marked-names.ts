import type { Fact } from "../core/graph/fact";
import { namesIn, type Masks } from "../core/masks";
import type { Resource } from "../core/snapshot/resource";
import { textsIn } from "../core/snapshot/texts";
import { issuerOf } from "../core/trust/issuers";

/**
 * The names that a resource has marked as secret and by which its facts go, so that they are masked.
 *
 * Of Kubernetes only ARNs and URLs: names of its objects are never secret, though programs often mark a whole spec for one
 * value in it. All of what a provider has is masked: its resources are told by it.
 */
export function markedNames(
  { type, inputs, outputs }: Resource,
  facts: readonly Fact[],
): readonly string[] {
  const all = [...textsIn(inputs, "marked"), ...textsIn(outputs, "marked")];
  const marked = type.startsWith("kubernetes:")
    ? all.filter((text) => /^(?:arn:|https?:\/\/)/.test(text))
    : all;
  if (marked.length === 0) return [];
  const names = marked.flatMap(namesIn).filter((name) => !isOfAll(name));
  if (type.startsWith("pulumi:providers:")) return names;
  const told = facts.flatMap((fact) => textsOfFact(fact));
  // A fact may have a part of what is marked: the name in an ARN, without what AWS adds to it, or one of a whole document.
  const parts = told
    .filter((text) => text.includes("|"))
    .flatMap((text) => text.split("|").slice(1))
    .filter((part) => !isOfAll(part) && marked.some((text) => text.includes(part)));
  return [...names.filter((name) => told.some((text) => text.includes(name))), ...parts];
}

/** Leaves unmasked what stands somewhere in the stack without a mark. */
export function spareOpen(masks: Masks, resources: readonly Resource[]): void {
  if (masks.isEmpty) return;
  for (const { inputs, name } of resources) {
    masks.spare(name);
    for (const text of textsIn(inputs, "open")) masks.spare(text);
  }
}

/** Whether a text is one that AWS or an issuer of many gives everyone: a region, a service, a host. */
function isOfAll(text: string): boolean {
  if (/^[a-z]{2,4}(?:-[a-z]+)+-\d+$|(?:^|\.)amazonaws\.com(?:\.cn)?$/.test(text)) return true;
  return text.includes(".") && issuerOf(text).tenancy === "shared";
}

function textsOfFact(data: unknown): readonly string[] {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(textsOfFact) : [];
}
