import type { Fact } from "../facts/fact";
import { namesIn, type Masks } from "../facts/masks";
import type { Resource } from "../../core/snapshot/resource";
import { textsIn } from "../../core/snapshot/texts";
import { issuerOf } from "../../core/trust/issuers";
import type { Reading } from "./reading";

/**
 * The names that a resource has marked as secret and that its facts use, so that they are masked.
 *
 * Of Kubernetes only ARNs and URLs: names of its objects are never secret, though programs often mark a whole spec for one
 * value in it. Everything of a provider is masked: its resources are identified by it.
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
  const reported = facts.flatMap(textsOfFact);
  // A fact may have a part of what is marked: the name in an ARN, without what AWS adds to it, or one of a whole document.
  const parts = reported
    .filter((text) => text.includes("|"))
    .flatMap((text) => text.split("|").slice(1))
    .filter((part) => !isOfAll(part) && marked.some((text) => text.includes(part)));
  return [...names.filter((name) => reported.some((text) => text.includes(name))), ...parts];
}

/**
 * Unmasks the names that are somewhere in the stack without a mark.
 *
 * A value that no fact uses, such as that of a variable of an environment, is no name: it stays masked.
 */
export function unmaskOpen(
  masks: Masks,
  readings: Iterable<Pick<Reading, "resource" | "facts">>,
): void {
  if (masks.isEmpty) return;
  for (const { resource, facts } of readings) {
    const { inputs, name } = resource;
    masks.unmask(name);
    let reported: readonly string[] | undefined;
    const isName = (text: string): boolean => {
      reported ??= facts.flatMap(textsOfFact);
      return reported.some((each) => each.includes(text));
    };
    for (const text of textsIn(inputs, "open")) masks.unmask(text, isName);
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
