import { typesWith } from "../../core/aws/types";

/** Types that cannot be declared without an input. */
const typesWithRequiredInputs: ReadonlySet<string> = new Set([
  ...typesWith("needsInputs").keys(),
  "random:index/randomBytes:RandomBytes",
  "random:index/randomId:RandomId",
  "random:index/randomPassword:RandomPassword",
  "random:index/randomString:RandomString",
]);

/**
 * Whether a resource of this type always has inputs, so that none at all means it is not part of the update
 * (`--target` hands resources that it passes over without their inputs).
 *
 * Kubernetes' SDK gives every object its `apiVersion` and `kind`. Our components demand arguments.
 */
export function alwaysHasInputs(type: string): boolean {
  if (typesWithRequiredInputs.has(type)) return true;
  return isKubernetesObject(type) || type.startsWith("agentid:");
}

/** A type token of an object of a Kubernetes API, such as `kubernetes:apps/v1:Deployment`. */
function isKubernetesObject(type: string): boolean {
  const [host, group = ""] = type.split(":");
  return host === "kubernetes" && group.includes("/v") && !group.startsWith("helm.sh/");
}
