import { RunError } from "@pulumi/pulumi";

/** What our components make resources with; the policy pack and the command do without. */
for (const name of ["@pulumi/aws", "@pulumi/kubernetes"]) {
  try {
    require.resolve(name);
  } catch {
    throw new RunError(
      `the components of pulumi-agentid need \`${name}\`, which is not installed; add it to the program's package.json`,
    );
  }
}
