import * as pulumi from "@pulumi/pulumi";

/**
 * What AWS will answer of a resource, told in a preview already where it follows from what the resource is given.
 *
 * Most languages know an object of which one part is unknown not at all: without this, programs in YAML or Go would pass
 * on a tenant of which a preview can judge nothing. What uses the answer still waits for the resource, and in an update
 * it is what AWS said.
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
