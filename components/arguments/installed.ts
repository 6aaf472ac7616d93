import { RunError } from "@pulumi/pulumi";

/**
 * The package that all our components make resources with; the policy pack and the command run without. The one for Kubernetes
 * is loaded where an object is made.
 */
const name = "@pulumi/aws";
try {
  require.resolve(name);
} catch {
  throw new RunError(
    `the components of pulumi-agentid need \`${name}\`, which is not installed; add it to the program's package.json`,
  );
}
