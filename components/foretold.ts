import * as pulumi from "@pulumi/pulumi";

/**
 * What AWS will return for a resource, known in a preview already where it follows from the inputs.
 *
 * Most languages treat an object with one unknown part as unknown: without this, programs in YAML or Go would pass on a tenant
 * that a preview cannot judge. What uses the value still waits for the resource, and in an update it is the value of AWS.
 *
 * @param expected undefined where it does not follow
 */
export function foretold(
  resource: pulumi.Resource,
  answered: pulumi.Output<string>,
  expected: pulumi.Input<string | undefined>,
): pulumi.Output<string> {
  if (!pulumi.runtime.isDryRun()) return answered;
  return pulumi
    .all([resource.urn, expected])
    .apply(([, text]) => (text === undefined ? answered : pulumi.output(text)));
}
