import { named } from "../../../../core/graph/fact-values";
import { k8sName } from "../../../../core/graph/name";
import type { Reader } from "../../reader";
import { atOf, spaceOf, type KubeObject } from "../object";
import { readerOf } from "../reader-of";
import { nameTextAt } from "../text";

/** The groups in which Crossplane's providers have AWS's IAM. */
const groups = ["iam.aws.crossplane.io", "iam.aws.upbound.io", "iam.aws.m.upbound.io"];

const kinds: Readonly<Record<string, string>> = {
  AccessKey: "IAM access key",
  ServiceSpecificCredential: "service-specific credential",
};

/**
 * Reads the access keys that Crossplane makes, and the Secret that it writes each into.
 *
 * Source: marketplace.upbound.io, provider-aws-iam, AccessKey; docs.crossplane.io, managed resources (`writeConnectionSecretToRef`).
 */
export const accessKeyReader: Reader = readerOf({
  name: "crossplane access keys",
  kinds: groups.flatMap((group) => Object.keys(kinds).map((kind) => `${group}/${kind}`)),
  *facts(object) {
    const key = object.thing;
    const at = atOf(object, "spec.forProvider");
    yield { kind: "static-key", at, key, what: kinds[object.kind] ?? "" };
    const container = writtenInto(object);
    if (container === undefined) return;
    const where = atOf(object, "spec.writeConnectionSecretToRef");
    yield { kind: "contains", at: where, container, content: named(key), derived: false };
  },
});

/** The Secret that a managed resource's connection is written into. */
function writtenInto(object: KubeObject): string | undefined {
  const ref = ["spec", "writeConnectionSecretToRef"];
  const name = nameTextAt(object.body, ...ref, "name");
  const namespace = nameTextAt(object.body, ...ref, "namespace") ?? spaceOf(object);
  if (name === undefined || namespace === undefined) return undefined;
  return k8sName(object.cluster, namespace, "Secret", name);
}
