import { exemptContent } from "../../../../core/credential/apart";
import { named } from "../../../../core/graph/fact-values";
import { k8sName } from "../../../../core/graph/name";
import type { Reader } from "../../reader";
import { atOf } from "../object";
import { readerOf } from "../reader-of";
import { nameTextAt } from "../text";

/**
 * Reads cert-manager's Certificates: the Secret that each makes holds a key pair for TLS, not a credential of an
 * integration (cert-manager.io/docs/usage/certificate).
 */
export const certificateReader: Reader = readerOf({
  name: "cert-manager-certificate",
  kinds: ["cert-manager.io/Certificate"],
  *facts(object) {
    const { cluster, namespace } = object;
    const name = nameTextAt(object.body, "spec", "secretName");
    if (name === undefined || namespace.kind === "unknown") return;
    const container = k8sName(cluster, namespace.text, "Secret", name);
    const at = atOf(object, "spec.secretName");
    yield { kind: "inside", at, thing: container, namespace: named(namespace.thing) };
    const content = named(exemptContent("tls"));
    yield { kind: "contains", at, container, content, derived: false };
  },
});
