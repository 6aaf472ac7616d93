import { createHash } from "node:crypto";
import type { Resource } from "../../core/snapshot/resource";
import { Unknown, isRecord, type ValueRecord } from "../../core/snapshot/value";

/**
 * Completes a Kubernetes object's inputs as its provider does before a preview looks at them: a name where there is
 * none, and what is unknown in a Secret's data is secret.
 *
 * @param deployed the inputs of the same object in the state, whose made-up name stays
 */
export function completeKubernetes(resource: Resource, deployed?: ValueRecord): ValueRecord {
  const completed = named(resource, deployed);
  return resource.type === "kubernetes:core/v1:Secret" ? withSecretData(completed) : completed;
}

/**
 * Names an object `<resource>-<8 hex digits>`, with an annotation that says so. The digits are the provider's own
 * choice; here they follow from the URN, so that no two objects share a name.
 *
 * See https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/naming.go.
 */
function named(resource: Resource, deployed: ValueRecord | undefined): ValueRecord {
  const { inputs, type } = resource;
  if (typeof inputs["kind"] !== "string") return inputs;
  if (inputs["kind"].endsWith("List") || type.endsWith("Patch")) return inputs;
  const metadata = inputs["metadata"] ?? {};
  if (!isRecord(metadata) || "name" in metadata || "generateName" in metadata) return inputs;
  const annotations = metadata["annotations"] ?? {};
  const digits = createHash("sha256").update(resource.urn).digest("hex").slice(0, 8);
  return {
    ...inputs,
    metadata: {
      ...metadata,
      annotations: isRecord(annotations)
        ? { ...annotations, "pulumi.com/autonamed": "true" }
        : annotations,
      name: madeUpName(deployed) ?? `${resource.name}-${digits}`,
    },
  };
}

/** The name of an object that its provider has made up, by the state. */
function madeUpName(deployed: ValueRecord | undefined): string | undefined {
  const metadata = deployed?.["metadata"];
  if (!isRecord(metadata)) return undefined;
  const { name, annotations } = metadata;
  const isMadeUp = isRecord(annotations) && annotations["pulumi.com/autonamed"] === "true";
  return isMadeUp && typeof name === "string" ? name : undefined;
}

/** Clear text is left as it is: that a manifest holds it is what a reader looks for. */
function withSecretData(inputs: ValueRecord): ValueRecord {
  const marked = ["data", "stringData"].flatMap((key) => {
    const value = inputs[key];
    return value instanceof Unknown && !value.secret
      ? [[key, new Unknown(value.dependsOn, true)] as const]
      : [];
  });
  return marked.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(marked) };
}
