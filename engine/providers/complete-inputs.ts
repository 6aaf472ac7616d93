import type { Resource } from "../../core/snapshot/resource";
import { isList, type ValueRecord } from "../../core/snapshot/value";
import { completeAws } from "./aws-inputs";
import { completeKubernetes } from "./kubernetes-inputs";

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
