import * as pulumi from "@pulumi/pulumi";

/**
 * An output of a resource that is known in a preview already, because it follows from the inputs.
 *
 * Most languages treat an object with one unknown part as unknown. Without this, a preview could not judge a tenant that a
 * program in YAML or Go passes on. The result still depends on the resource, and an update has the value of AWS.
 *
 * @param expected undefined if it does not follow from the inputs
 */
export function predicted(
  resource: pulumi.Resource,
  answered: pulumi.Output<string>,
  expected: pulumi.Input<string | undefined>,
): pulumi.Output<string> {
  if (!pulumi.runtime.isDryRun()) return answered;
  return pulumi
    .all([resource.urn, expected])
    .apply(([, text]) => (text === undefined ? answered : pulumi.output(text)));
}
