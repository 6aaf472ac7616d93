import { createHash } from "node:crypto";
import type { Resource } from "../../core/snapshot/resource";
import { isRecord, type ValueRecord } from "../../core/snapshot/value";

/**
 * Names a Kubernetes object that has no name as the provider does before a preview: `<resource>-<8 hex digits>`, with an
 * annotation that says so. The digits are the provider's own choice; here they follow from the URN, so that no two
 * objects share a name.
 *
 * See https://github.com/pulumi/pulumi-kubernetes/blob/master/provider/pkg/metadata/naming.go.
 */
export function named(resource: Resource): ValueRecord {
  const { inputs, type } = resource;
  if (!type.startsWith("kubernetes:") || typeof inputs["kind"] !== "string") return inputs;
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
      name: `${resource.name}-${digits}`,
    },
  };
}
