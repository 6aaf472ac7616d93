import type { Fact } from "../../../facts/fact";
import { named } from "../../../facts/fact-values";
import { k8sName, type Name } from "../../../facts/name";
import { entriesAt, read } from "../../../../core/snapshot/read";
import type { Reader } from "../../resource/reader";
import { valueIn } from "../../resource/values";
import { exemptByKeys, keysOf } from "./keys";
import { configuredTenant } from "../membership";
import { atOf, type KubeObject } from "../object";
import { metadataFacts, readerOf } from "../reader-of";
import { exemptSecret } from "./secrets";
import { templateLiterals } from "./template-literals";
import { nameTextAt, textAt, dependenciesAt } from "../text";
import { tokenSecret } from "./token-secrets";

/** Shortest text that can be an encrypted value; shorter ones are made up. */
const shortestSealed = 32;

/**
 * Reads SealedSecrets: the Secret that each becomes in its namespace (github.com/bitnami-labs/sealed-secrets).
 *
 * Equal values are encrypted differently each time, so only their names distinguish them.
 */
export const sealedSecretReader: Reader = readerOf({
  name: "sealed-secret",
  kinds: ["bitnami.com/SealedSecret"],
  readsLiterals: true,
  *facts(object) {
    yield* metadataFacts(object);
    yield* made(object);
  },
});

function* made(object: KubeObject): Iterable<Fact> {
  const { body, cluster, namespace } = object;
  const name =
    nameTextAt(body, "spec", "template", "metadata", "name") ??
    nameTextAt(body, "metadata", "name");
  if (name === undefined || namespace.kind === "unknown") return;
  const container = k8sName(cluster, namespace.text, "Secret", name);
  const at = atOf(object, "spec.template");
  yield { kind: "inside", at, thing: container, namespace: named(namespace.thing) };
  yield* configuredTenant(object, container, namespace.text);
  yield* exemptSecret(object, container, nameTextAt(body, "spec", "template", "type"));
  const template = valueIn(read(body, "spec", "template"));
  yield* tokenSecret(object, { secret: container, body: template, path: "spec.template." });
  yield* keysOf(object, container, [
    ["spec", "encryptedData"],
    ["spec", "template", "data"],
  ]);
  const isKnown = ["encryptedData", "template"].every(
    (part) => dependenciesAt(body, "spec", part) === undefined,
  );
  const keys = [
    ...entriesAt(body, "spec", "encryptedData"),
    ...entriesAt(body, "spec", "template", "data"),
  ].map(([key]) => key);
  if (isKnown) yield* exemptByKeys(object, "spec.template", container, keys);
  yield* encrypted(object, container);
  yield* templateLiterals(object, container, template, "spec.template");
}

/**
 * What is encrypted to the same text is the same value; the same value is encrypted to another text each time.
 *
 * Source: github.com/bitnami-labs/sealed-secrets, docs/developer/crypto.md: a random key for each value.
 */
function* encrypted(object: KubeObject, container: Name): Iterable<Fact> {
  for (const [key, value] of entriesAt(object.body, "spec", "encryptedData")) {
    const text = textAt(value);
    if (text.kind !== "text" || text.text.length < shortestSealed) continue;
    const content = named(object.context.literalName(text.text));
    const at = atOf(object, `spec.encryptedData.${key}`);
    yield { kind: "contains", at, container, key, content, derived: false };
  }
}
