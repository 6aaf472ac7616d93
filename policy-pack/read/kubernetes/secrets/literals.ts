import { describedValue } from "../../../domain/secrets/described";
import { credentialsInParts } from "../../../domain/secrets/known-part";
import { credentialsIn, type Hit } from "../../../domain/secrets/hits";
import { valuePlace } from "../../../domain/secrets/place";
import { isReference } from "../../../domain/secrets/value";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import type { Unknown, Urn } from "../../../../core/snapshot/value";
import { describedAs } from "../../resource/literals";
import type { Mark } from "../../resource/leaves";
import type { Credential } from "../../credentials/credential";

import { atOf, type KubeObject } from "../object";

/** The location of a text, and its owner. */
export interface LiteralPlace {
  readonly holder: Name;
  readonly property: string;
  readonly under: string | undefined;
  readonly place: "exposed" | "in its place";
  /** The key with it, where the consumer is a Secret or ConfigMap. */
  readonly key?: string;
}

/**
 * The literal credentials in a text; those of a Secret or ConfigMap are its content too.
 *
 * A value that the program itself marks as secret, or that a generator made, is one whatever its form.
 */
export function* literalFacts(
  object: KubeObject,
  at: LiteralPlace,
  text: string,
  mark: Mark,
  isGenerated = false,
): Iterable<Fact> {
  const isOne = isGenerated || mark === "value";
  yield* factsOf(object, at, hitsIn(object, at, text, isOne), mark);
}

/** The credentials in a text that is otherwise unknown in part. */
export function knownPartFacts(
  object: KubeObject,
  at: LiteralPlace,
  { parts, secret }: { readonly parts?: Unknown["parts"]; readonly secret: boolean },
): Iterable<Fact> {
  const hits = credentialsInParts(parts, at.under, object.context.credentialIn);
  return factsOf(object, at, hits, secret ? "value" : "none");
}

function* factsOf(
  object: KubeObject,
  at: LiteralPlace,
  hits: readonly Hit<Credential>[],
  mark: Mark,
): Iterable<Fact> {
  const { context } = object;
  for (const hit of hits) {
    const value = context.literalName(hit.text);
    yield {
      kind: "literal",
      at: atOf(object, at.property),
      holder: at.holder,
      ...describedAs(hit.found, hit.under),
      ...(at.key !== undefined && { key: at.key }),
      value,
      place: at.place,
      marked: mark !== "none",
    };
    // Who reads a file with the password of a server of Redis's is that server, which checks it.
    const isChecked = hit.under === "requirepass" && at.under !== hit.under;
    if (at.key === undefined || isChecked) continue;
    yield {
      kind: "contains",
      at: atOf(object, at.property),
      container: at.holder,
      key: at.key,
      content: named(value),
      derived: false,
    };
  }
}

/** A literal that is unknown in a preview, or that is somewhere in a whole that is marked as secret. */
export function unknownLiteral(
  object: KubeObject,
  at: LiteralPlace,
  marked: boolean,
  dependsOn: readonly Urn[] = [],
): Fact {
  return {
    kind: "literal",
    at: atOf(object, at.property),
    holder: at.holder,
    ...describedAs({ what: describedValue(at.under, marked), severity: "critical" }, at.under),
    ...(at.key !== undefined && { key: at.key }),
    value: valuePlace(object.resource.urn, object.path + at.property),
    place: at.place,
    marked,
    dependsOn,
  };
}

function hitsIn(
  object: KubeObject,
  at: LiteralPlace,
  text: string,
  isOne: boolean,
): readonly Hit<Credential>[] {
  const hits = credentialsIn(text, at.under, object.context.credentialIn);
  if (hits.length > 0 || !isOne || text === "" || isReference(text)) return hits;
  const found = { what: describedValue(at.under, true), severity: "critical" } as const;
  return [{ text, under: at.under, found, within: text }];
}
