import type { Fact } from "../../../core/graph/fact";
import { named } from "../../../core/graph/fact-values";
import { listAt } from "../../../core/snapshot/read";
import type { Reader } from "../reader";
import { membership } from "./membership";
import { aliasOf, atOf, sibling, type KubeObject } from "./object";
import { componentMembership, readerOf } from "./reader-of";
import { remoteSecret } from "./remote-secrets";
import { nameTextAt, textAt } from "./text";

/**
 * Reads PushSecrets: the remote secret that gets the value of a Secret of the namespace
 * (external-secrets.io/latest/api/pushsecret).
 */
export const pushSecretReader: Reader = readerOf({
  name: "push-secret",
  kinds: ["external-secrets.io/PushSecret"],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* pushed(object);
  },
});

function* pushed(object: KubeObject): Iterable<Fact> {
  const { body, namespace } = object;
  const source = textAt(body, "spec", "selector", "secret", "name");
  if (source.kind === "absent" || namespace.kind === "unknown") return;
  const secret = sibling(object, "Secret", source);
  for (const [index, item] of listAt(body, "spec", "data").entries()) {
    const remoteKey = nameTextAt(item, "match", "remoteRef", "remoteKey");
    if (remoteKey === undefined) continue;
    const key = nameTextAt(item, "match", "secretKey");
    const property = nameTextAt(item, "match", "remoteRef", "property");
    for (const store of listAt(body, "spec", "secretStoreRefs")) {
      const container = remoteSecret(object, namespace.text, store, remoteKey);
      yield {
        kind: "contains",
        at: atOf(object, `spec.data[${index}].match`),
        container,
        ...(property !== undefined && { key: property }),
        content: secret.kind === "named" ? named(secret.name) : secret,
        derived: false,
        ...(key !== undefined && { contentKey: key }),
      };
    }
  }
}
