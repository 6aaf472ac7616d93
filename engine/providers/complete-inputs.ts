import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { completeAws } from "./aws-inputs";
import { completeKubernetes } from "./kubernetes-inputs";

/** Completes a resource's inputs as far as its provider's part follows from the inputs alone. */
export function completeInputs(resource: Resource): ValueRecord {
  if (resource.type.startsWith("aws:")) return completeAws(resource);
  if (resource.type.startsWith("kubernetes:")) return completeKubernetes(resource);
  return resource.inputs;
}
