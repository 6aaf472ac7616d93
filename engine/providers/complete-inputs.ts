import { createdType } from "../../core/kubernetes-type";
import type { Resource } from "../../core/snapshot/resource";
import { isList, type ValueRecord, isRecord, type Value, Unknown } from "../../core/snapshot/value";
import { containsMark } from "../wire/marks";
import { createHash } from "node:crypto";

/**
 * Completes a resource's inputs as far as its provider's part follows from the inputs alone, and from those that were deployed.
 *
 * @param deployed the inputs of the same resource in the state
 */
export function completeInputs(resource: Resource, deployed?: ValueRecord): ValueRecord {
  if (resource.type.startsWith("kubernetes:")) return completeKubernetes(resource, deployed);
  const inputs = withDefaults(resource.inputs, deployed);
  return resource.type.startsWith("aws:") ? completeAws({ ...resource, inputs }) : inputs;
}

/**
 * What a provider has filled in stays as it is, the names that it has made up among them.
 *
 * Source: github.com/pulumi/pulumi-terraform-bridge, pkg/tfbridge/schema.go: defaults come from the old inputs that `__defaults` lists.
 */
function withDefaults(inputs: ValueRecord, deployed: ValueRecord = {}): ValueRecord {
  const listed = deployed["__defaults"];
  const filled = (isList(listed) ? listed : []).flatMap((key) => {
    if (typeof key !== "string" || key in inputs || deployed[key] === undefined) return [];
    return [[key, deployed[key]] as const];
  });
  return filled.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(filled) };
}

/** Properties that take a policy as an object and reach AWS as JSON. */
const DOCUMENTS = ["assumeRolePolicy", "policy"];

/**
 * Completes an AWS resource's inputs as its provider does before a preview uses them: policies as objects become JSON with
 * sorted keys, unless a part of them is unknown or secret.
 */
function completeAws(resource: Resource): ValueRecord {
  const { inputs } = resource;
  const printed = DOCUMENTS.flatMap((key) => {
    const value = inputs[key];
    return isRecord(value) && !containsMark(value)
      ? [[key, JSON.stringify(sorted(value))] as const]
      : [];
  });
  return printed.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(printed) };
}

function sorted(value: Value): unknown {
  if (isList(value)) return value.map(sorted);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
      .map(([key, item]) => [key, sorted(item)]),
  );
}

/**
 * Completes a Kubernetes object's inputs as its provider does before a preview looks at them: a name where there is
 * none, and what is unknown in a Secret's data is secret.
 *
 * @param deployed the inputs of the same object in the state, whose made-up name stays
 */
function completeKubernetes(resource: Resource, deployed?: ValueRecord): ValueRecord {
  const completed = named(resource, deployed);
  const isSecret = createdType(resource.type, completed) === "kubernetes:core/v1:Secret";
  return isSecret ? withSecretData(completed) : completed;
}

/**
 * Names an object `<resource>-<8 hex digits>`, with an annotation for that. The digits are the provider's own choice; here they
 * follow from the URN, so that no two objects share a name.
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

/** Plain text stays unchanged: readers look for it in manifests. */
function withSecretData(inputs: ValueRecord): ValueRecord {
  const marked = ["data", "stringData"].flatMap((key) => {
    const value = inputs[key];
    return value instanceof Unknown && !value.secret
      ? [[key, new Unknown(value.dependsOn, true)] as const]
      : [];
  });
  return marked.length === 0 ? inputs : { ...inputs, ...Object.fromEntries(marked) };
}
