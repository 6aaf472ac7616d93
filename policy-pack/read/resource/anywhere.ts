import { shortestCredential } from "../../domain/secrets/value";
import { longestText } from "../../domain/secrets/longest-text";
import { describedValue } from "../../domain/secrets/described";
import { credentialsIn, type Hit } from "../../domain/secrets/hits";
import { credentialsInParts } from "../../domain/secrets/known-part";
import type { Fact } from "../../facts/fact";
import { nameIn } from "../../facts/fact-values";
import { urnName, type Name } from "../../facts/name";
import type { Resource } from "../../../core/snapshot/resource";
import { textsIn } from "../../../core/snapshot/texts";
import type { Credential } from "../credentials/credential";
import { interned } from "./interned";
import { textsOf, type Leaf } from "./leaves";
import { describedAs } from "./literals";
import type { ReadContext } from "./reader";
import { dependenciesAt } from "./values";

/** How a text is recognised: by known formats alone, or by its name as well. */
export type RecognisedBy = "formats" | "names";

/**
 * The credentials in plain text in the inputs of a resource of any package, where no reader of its type has found them.
 *
 * Most packages have no known location for secrets. So a value that the program marks as secret is where it belongs: the state
 * has it encrypted.
 *
 * @param found what the readers of the type have found
 * @param by `formats` where these judge values by their names, so that other names are none of a credential
 */
export function literalsAnywhere(
  resource: Resource,
  context: ReadContext,
  found: readonly Fact[],
  by: RecognisedBy,
): readonly Fact[] {
  if (by === "formats" && !mayHaveFormat(resource)) return [];
  const literals: Fact[] = [];
  for (const leaf of textsOf(resource)) {
    if (leaf.mark !== "none" || isShort(leaf)) continue;
    for (const hit of hitsIn(leaf, context, by)) {
      const value = context.literalName(hit.text);
      if (isFound(found, value, leaf.path) || isOutput(hit.text, leaf, resource, context)) continue;
      literals.push({
        kind: "literal",
        at: { urn: resource.urn, property: interned(leaf.path) },
        holder: urnName(resource.urn),
        ...describedAs(hit.found, hit.under),
        value,
        place: "in its place",
        marked: false,
      });
    }
  }
  return literals;
}

/** Whether any text may have a format: names of texts and their locations are put together only then. */
function mayHaveFormat({ inputs }: Resource): boolean {
  for (const text of textsIn(inputs, "open")) if (longRun.test(text)) return true;
  return false;
}

/** Whether a text is too short for any credential. */
function isShort({ text }: Leaf): boolean {
  return text !== undefined && text.length < shortestCredential;
}

function hitsIn(
  leaf: Leaf,
  { credentialIn }: ReadContext,
  by: RecognisedBy,
): readonly Hit<Credential>[] {
  const { under, parts, isLeftOut } = leaf;
  // What is beyond is reported as not judged.
  const text = leaf.text?.slice(0, longestText);
  if (by === "formats" || (under !== undefined && isProse(under))) {
    return text === undefined ? [] : formatsIn(text, credentialIn);
  }
  if (text === undefined) return credentialsInParts(parts, under, credentialIn);
  return isLeftOut === true ? [leftOut(text, under)] : credentialsIn(text, under, credentialIn);
}

/** The credential in a text that has a known format, whatever it is called. */
function formatsIn(
  text: string,
  credentialIn: ReadContext["credentialIn"],
): readonly Hit<Credential>[] {
  const found = longRun.test(text) ? credentialIn(text, undefined) : undefined;
  if (found?.format === undefined || urls.has(found.format)) return [];
  return [{ text: text.slice(found.start ?? 0, found.end), under: undefined, found, within: text }];
}

/** A run of characters without which a text has no format. */
const longRun = /[\w.~%+/=-]{16}/;

/** Formats of URLs with a password, which examples have as well. */
const urls = new Set(["basicauth", "database-connection-string"]);

/** A text that a saved snapshot leaves out: it was a credential when that was saved. */
function leftOut(text: string, under: string | undefined): Hit<Credential> {
  const found = { what: describedValue(under, false), severity: "critical" } as const;
  return { text, under, found, within: text };
}

/** Whether a text under a name is written for people, so that what it assigns to names is an example. */
function isProse(under: string): boolean {
  return /^(?:description|comment|notes?|readme|documentation|summary|help|title)$/i.test(under);
}

/** Whether a reader has found a value, or has read the property that it is in. */
function isFound(facts: readonly Fact[], value: Name, property: string): boolean {
  return facts.some((fact) => {
    const secret = secretOf(fact);
    if (secret === undefined) return false;
    const { property: read } = fact.at;
    return secret === value || isWithin(property, read) || isWithin(read, property);
  });
}

/** The secret that a fact is about; an empty text where that is not known, and undefined for all other facts. */
function secretOf(fact: Fact): Name | undefined {
  if (fact.kind === "literal") return fact.value;
  if (fact.kind === "uses") return nameIn(fact.secret) ?? "";
  return fact.kind === "contains" ? (nameIn(fact.content) ?? "") : undefined;
}

/** Whether one property is the other, or a part of it. */
function isWithin(property: string, whole: string): boolean {
  return whole !== "" && property.startsWith(whole) && !/^\w/.test(property.slice(whole.length));
}

/** Whether a credential is an output of another resource, so that the program does not contain it. */
function isOutput(
  credential: string,
  { path }: Leaf,
  resource: Resource,
  context: ReadContext,
): boolean {
  const top = path.split(/[.[]/, 1)[0] ?? "";
  return dependenciesAt(resource, top, undefined).some((urn) =>
    [...textsIn(context.resource(urn)?.outputs)].some((text) => text.includes(credential)),
  );
}
