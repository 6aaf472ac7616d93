import { exemptContent, exemptKey, type Exempt } from "../../../domain/secrets/apart";
import { namesNoOwner } from "../../../domain/secrets/model-providers";
import { isCredentialName } from "../../../domain/secrets/name";
import { decodedBase64 } from "../../../domain/secrets/decoded";
import { isUninformative } from "../../../domain/secrets/placeholder";
import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import type { Name } from "../../../facts/name";
import { entriesAt, read } from "../../../../core/snapshot/read";
import { Secret } from "../../../../core/snapshot/value";
import { mcpInText } from "../../resource/mcp";
import type { Reader } from "../../resource/reader";
import { callsOf } from "../pods/calls";
import { generatedContent, givenBy, mayBeCredential } from "./generated";
import { exemptByKeys, keysOf } from "./keys";
import { knownPartFacts, literalFacts, unknownLiteral } from "./literals";
import { brokerConfiguration } from "../broker-configuration";
import { membership } from "../membership";
import { mirrored } from "./mirrored-secrets";
import { aliasOf, atOf, type KubeObject } from "../object";
import { componentMembership, readerOf } from "../reader-of";
import { comparable, nameTextAt, textAt, dependenciesAt, type TextRead } from "../text";
import { tokenSecret } from "./token-secrets";

/** Types of Secrets without an integration credential (kubernetes.io/docs/concepts/configuration/secret). */
const exemptTypes: Readonly<Record<string, Exempt>> = {
  "kubernetes.io/tls": "tls",
  "kubernetes.io/dockerconfigjson": "pull secret",
  "kubernetes.io/dockercfg": "pull secret",
  "bootstrap.kubernetes.io/token": "no static secret",
  "helm.sh/release.v1": "no static secret",
};

/** Reads Secrets: the contents of their keys, and what of it is in plain text. */
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
  yield* exemptSecret(object, object.thing, nameTextAt(object.body, "type"));
  yield* tokenSecret(object, { secret: object.thing, body: object.body, path: "" });
  yield* exemptByKeys(object, "data", object.thing, knownKeys(object));
  yield* keysOf(object, object.thing, [["data"], ["stringData"]]);
  yield* membership(object);
  yield* componentMembership(object);
  yield* contents(object, "data", "in its place", true);
  yield* contents(object, "stringData", "in its place", false);
  yield* brokerConfiguration(object, "stringData");
}

function* configMapFacts(object: KubeObject): Iterable<Fact> {
  yield* aliasOf(object);
  yield* keysOf(object, object.thing, [["data"], ["binaryData"]]);
  yield* membership(object);
  yield* componentMembership(object);
  yield* contents(object, "data", "exposed", false);
  yield* brokerConfiguration(object, "data");
  yield* contents(object, "binaryData", "exposed", true);
}

/** States that a Secret of such a type is no integration credential. */
export function* exemptSecret(
  object: KubeObject,
  container: Name,
  type: string | undefined,
): Iterable<Fact> {
  if (type === undefined || !Object.hasOwn(exemptTypes, type)) return;
  const exempt = exemptTypes[type];
  if (exempt === undefined) return;
  yield {
    kind: "contains",
    at: atOf(object, "type"),
    container,
    content: named(exemptContent(exempt)),
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
  const dependsOn = dependenciesAt(object.body, property);
  if (dependsOn !== undefined) {
    const whole = { kind: "unknown", dependsOn, secret: true } as const;
    const into = { container, property, under: undefined, isContents: place === "in its place" };
    yield* generatedContent(object, into, whole);
    const at = { holder: container, property, under: undefined, place } as const;
    if (place === "exposed") yield unknownLiteral(object, at, false, dependsOn);
    return;
  }
  // The SDK marks the whole `data` of each typed Secret, so that mark means little for the single value.
  const isWholeMarked = read(object.body, property).kind === "secret";
  let found = false;
  for (const [key, value] of entriesAt(object.body, property)) {
    const reported = decoded(textAt(value), encoded);
    const text = comparable(reported);
    if (exemptKey(key) !== undefined) continue;
    const under = hypothesisText(object, key);
    const at = { holder: container, property: `${property}.${key}`, under, place, key };
    yield* callsOf(object, container, key, at.property, reported);
    if (text.kind === "text" && isUninformative(text.text)) {
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
      // A value that is left out is a credential or the name of one, a placeholder, or the like: only its text would show it.
      if (reported.kind === "unknown" && mark !== "value" && isCredentialName(under)) {
        const content = named(object.context.literalName(text.text));
        const place = atOf(object, at.property);
        yield { kind: "contains", at: place, container, key, content, derived: true };
      }
    }
    const known = text.kind === "unknown" ? [...knownPartFacts(object, at, text)] : [];
    yield* known;
    if (place === "exposed" && text.kind === "unknown") {
      if (known.length === 0 && mayBeCredential(text, under)) {
        yield unknownLiteral(object, at, text.secret, text.dependsOn);
      }
    } else if (text.kind === "unknown" && namesNoOwner(key)) {
      const dependencies = givenBy(object, at.property, text);
      if (dependencies !== undefined) yield unknownLiteral(object, at, true, dependencies);
    }
    yield* generatedContent(object, { container, key, property: at.property, under }, text);
  }
  if (place === "exposed" && isWholeMarked && !found) {
    yield unknownLiteral(object, { holder: container, property, under: undefined, place }, true);
  }
}

/** A key with a text such as `EMPTY`, for a required setting, is no credential. */
function emptyKey(object: KubeObject, key: string, property: string): Fact {
  const content = named(exemptContent("no static secret"));
  const at = atOf(object, property);
  return { kind: "contains", at, container: object.thing, key, content, derived: false };
}

/** A meaningless key, such as `value`, is judged by its object's name as well. */
function hypothesisText(object: KubeObject, key: string): string {
  const name = nameTextAt(object.body, "metadata", "name") ?? object.resource.name;
  const together = `${name}.${key}`;
  return !isCredentialName(key) && isCredentialName(together) ? together : key;
}

/** The keys of a Secret, where all are known. */
function knownKeys({ body }: KubeObject): readonly string[] {
  const properties = ["data", "stringData"];
  if (properties.some((property) => dependenciesAt(body, property) !== undefined)) return [];
  return properties.flatMap((property) => entriesAt(body, property).map(([key]) => key));
}

function decoded(found: TextRead, encoded: boolean): TextRead {
  if (found.kind !== "text" || !encoded) return found;
  const text = decodedBase64(found.text);
  return text === undefined ? { kind: "absent" } : { ...found, text };
}
