import { parse } from "yaml";
import { named, type Fact } from "../../../core/graph/fact";
import { arnName, k8sName, scopedName, type Name } from "../../../core/graph/name";
import { listAt } from "../../../core/snapshot/read";
import { isList, type Value } from "../../../core/snapshot/value";
import type { Reader } from "../reader";
import { membership } from "./membership";
import { aliasOf, atOf, type KubeObject } from "./object";
import { csiGroup } from "./pod-holdings";
import { componentMembership, readerOf } from "./reader-of";
import { nameTextAt } from "./text";

const longestObjects = 262_144;

/**
 * Reads SecretProviderClasses of the Secrets Store CSI driver: what they mount, and the Secrets they copy it to.
 *
 * The list of objects is YAML in a string (github.com/aws/secrets-store-csi-driver-provider-aws, README).
 */
export const providerClassReader: Reader = readerOf({
  name: "secret-provider-class",
  kinds: [`${csiGroup}/SecretProviderClass`],
  *facts(object) {
    yield* aliasOf(object);
    yield* membership(object);
    yield* componentMembership(object);
    yield* mounted(object);
    yield* copied(object);
  },
});

function* mounted(object: KubeObject): Iterable<Fact> {
  const at = atOf(object, "spec.parameters.objects");
  for (const item of objectsIn(nameTextAt(object.body, "spec", "parameters", "objects"))) {
    const name = nameTextAt(item, "objectName");
    if (name === undefined) continue;
    yield {
      kind: "contains",
      at,
      container: object.thing,
      content: named(remoteName(object, name, nameTextAt(item, "objectType"))),
      derived: false,
    };
  }
}

function* copied(object: KubeObject): Iterable<Fact> {
  if (object.namespace.kind === "unknown") return;
  for (const [index, item] of listAt(object.body, "spec", "secretObjects").entries()) {
    const name = nameTextAt(item, "secretName");
    if (name === undefined) continue;
    yield {
      kind: "contains",
      at: atOf(object, `spec.secretObjects[${index}]`),
      container: k8sName(object.cluster, object.namespace.text, "Secret", name),
      content: named(object.thing),
      derived: false,
    };
  }
}

function remoteName(object: KubeObject, name: string, type: string | undefined): Name {
  if (name.startsWith("arn:")) return arnName(name);
  const account = object.context.accountOf(object.resource);
  // The provider of a Kubernetes object knows no account; what it does know is not the scope of AWS names.
  const scope = /^\d{12}$/.test(account) ? account : "default";
  return scopedName(type === "ssmparameter" ? "parameter" : "secret", scope, name);
}

function objectsIn(text: string | undefined): readonly Value[] {
  if (text === undefined || text.length > longestObjects) return [];
  try {
    const items = parse(text, { maxAliasCount: 0 }) as Value;
    return isList(items) ? items : [];
  } catch {
    return [];
  }
}
