import type { Resource } from "../../core/snapshot/resource";
import type { ValueRecord } from "../../core/snapshot/value";
import { completeAws } from "./aws-inputs";
import { completeKubernetes } from "./kubernetes-inputs";

/** Completes a resource's inputs as far as its provider's part follows from the inputs alone. */
export function completeInputs(resource: Resource): ValueRecord {
  switch (resource.type.split(":", 1)[0]) {
    case "aws":
      return completeAws(resource);
    case "kubernetes":
      return completeKubernetes(resource);
    default:
      return resource.inputs;
  }
}
