import { apartContent, apartKey, type Apart } from "../../../core/credential/apart";
import { saysNoOwner } from "../../../core/credential/model-providers";
import { saysCredential } from "../../../core/credential/name";
import { decodedBase64 } from "../../../core/credential/pieces";
import { saysNothing } from "../../../core/credential/placeholder";
import type { Fact } from "../../../core/graph/fact";
import { named } from "../../../core/graph/fact-values";
import type { Name } from "../../../core/graph/name";
import { entriesAt, read } from "../../../core/snapshot/read";
import { Secret } from "../../../core/snapshot/value";
import { mcpInText } from "../mcp";
import type { Reader } from "../reader";
import { callsOf } from "./calls";
import { generatedContent, givenBy, mayBeCredential } from "./generated";
import { apartByKeys, keysOf } from "./keys";
import { knownPartFacts, literalFacts, unknownLiteral } from "./literals";
import { membership } from "./membership";
import { mirrored } from "./mirrored-secrets";
import { aliasOf, atOf, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { comparable, nameTextAt, textAt, waitingAt, type TextRead } from "./text";
import { tokenSecret } from "./token-secrets";

/** Types of Secrets that hold no integration credential (kubernetes.io/docs/concepts/configuration/secret). */
const apartTypes: Readonly<Record<string, Apart>> = {
  "kubernetes.io/tls": "tls",
  "kubernetes.io/dockerconfigjson": "pull secret",
  "kubernetes.io/dockercfg": "pull secret",
  "bootstrap.kubernetes.io/token": "no static secret",
  "helm.sh/release.v1": "no static secret",
};

/** Reads Secrets: what their keys contain, and what of it stands in clear. */
export const secretReader: Reader = readerOf({
  name: "kubernetes-secret",
  kinds: ["Secret"],
  readsLiterals: true,
  facts: secretFacts,
});

/** Reads ConfigMaps: a credential in one reaches every workload that reads it. */
export const configMapReader: Reader = readerOf({
  name: "kubernetes-config-map",
  kinds: ["ConfigMap"],
  readsLiterals: true,
  facts: configMapFacts,
});

function* secretFacts(object: KubeObject): Iterable<Fact> {
  yield* aliasOf(object);
  yield* mirrored(object);
  yield* apartSecret(object, object.thing, nameTextAt(object.body, "type"));
  yield* tokenSecret(object, { secret: object.thing, body: object.body, path: "" });
  yield* apartByKeys(object, "data", object.thing, knownKeys(object));
  yield* keysOf(object, object.thing, [["data"], ["stringData"]]);
  yield* membership(object);
  yield* componentMembership(object);
  yield* contents(object, "data", "in its place", true);
  yield* contents(object, "stringData", "in its place", false);
}

function* configMapFacts(object: KubeObject): Iterable<Fact> {
  yield* aliasOf(object);
  yield* keysOf(object, object.thing, [["data"], ["binaryData"]]);
  yield* membership(object);
  yield* componentMembership(object);
  yield* contents(object, "data", "exposed", false);
  yield* contents(object, "binaryData", "exposed", true);
}

/** Says that a Secret of such a type is no integration credential. */
export function* apartSecret(
  object: KubeObject,
  container: Name,
  type: string | undefined,
): Iterable<Fact> {
  if (type === undefined || !Object.hasOwn(apartTypes, type)) return;
  const apart = apartTypes[type];
  if (apart === undefined) return;
  yield {
    kind: "contains",
    at: atOf(object, "type"),
    container,
    content: named(apartContent(apart)),
    derived: false,
  };
}

function* contents(
  object: KubeObject,
  property: string,
  place: "exposed" | "in its place",
  encoded: boolean,
): Iterable<Fact> {
  const container = object.thing;
  const waitsFor = waitingAt(object.body, property);
  if (waitsFor !== undefined) {
    const whole = { kind: "unknown", waitsFor, secret: true } as const;
    const into = { container, property, under: undefined, isContents: place === "in its place" };
    yield* generatedContent(object, into, whole);
    const at = { holder: container, property, under: undefined, place } as const;
    if (place === "exposed") yield unknownLiteral(object, at, false, waitsFor);
    return;
  }
  // The SDK marks the whole `data` of each typed Secret, so that mark says little of the single value.
  const isWholeMarked = read(object.body, property).kind === "secret";
  let found = false;
  for (const [key, value] of entriesAt(object.body, property)) {
    const told = decoded(textAt(value), encoded);
    const text = comparable(told);
    if (apartKey(key) !== undefined) continue;
    const under = telling(object, key);
    const at = { holder: container, property: `${property}.${key}`, under, place, key };
    yield* callsOf(object, container, key, at.property, told);
    if (text.kind === "text" && saysNothing(text.text)) {
      yield emptyKey(object, key, at.property);
    } else if (text.kind === "text") {
      const config = { config: container, at: atOf(object, at.property), key };
      yield* mcpInText(config, text.text);
      const isOpen = !text.secret || (value instanceof Secret && value.isInClear);
      const mark = isOpen ? "none" : isWholeMarked ? "around" : "value";
      for (const fact of literalFacts(object, at, text.text, mark)) {
        found ||= fact.kind === "literal";
        yield fact;
      }
      // Left out, it is a credential or the name of one, a placeholder, or the like: which of these only its text would tell.
      if (told.kind === "unknown" && mark === "around" && saysCredential(under)) {
        const content = named(object.context.literalName(text.text));
        const place = atOf(object, at.property);
        yield { kind: "contains", at: place, container, key, content, derived: true };
      }
    }
    if (place === "exposed" && text.kind === "unknown") {
      const known = [...knownPartFacts(object, at, text.parts)];
      yield* known;
      if (known.length === 0 && mayBeCredential(text, under)) {
        yield unknownLiteral(object, at, text.secret, text.waitsFor);
      }
    } else if (text.kind === "unknown" && saysNoOwner(key)) {
      const waits = givenBy(object, at.property, text);
      if (waits !== undefined) yield unknownLiteral(object, at, true, waits);
    }
    yield* generatedContent(object, { container, key, property: at.property, under }, text);
  }
  if (place === "exposed" && isWholeMarked && !found) {
    yield unknownLiteral(object, { holder: container, property, under: undefined, place }, true);
  }
}

/** A key with a text such as `EMPTY`, which is there because something asks for it, holds no credential. */
function emptyKey(object: KubeObject, key: string, property: string): Fact {
  const content = named(apartContent("no static secret"));
  const at = atOf(object, property);
  return { kind: "contains", at, container: object.thing, key, content, derived: false };
}

/** A key that says nothing by itself, such as `value`, is told by its object's name as well. */
function telling(object: KubeObject, key: string): string {
  const name = nameTextAt(object.body, "metadata", "name") ?? object.resource.name;
  const together = `${name}.${key}`;
  return !saysCredential(key) && saysCredential(together) ? together : key;
}

/** The keys of a Secret, where all are known. */
function knownKeys({ body }: KubeObject): readonly string[] {
  const properties = ["data", "stringData"];
  if (properties.some((property) => waitingAt(body, property) !== undefined)) return [];
  return properties.flatMap((property) => entriesAt(body, property).map(([key]) => key));
}

function decoded(found: TextRead, encoded: boolean): TextRead {
  if (found.kind !== "text" || !encoded) return found;
  const text = decodedBase64(found.text);
  return text === undefined ? { kind: "absent" } : { ...found, text };
}
