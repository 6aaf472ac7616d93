import type * as kubernetes from "@pulumi/kubernetes";
import { RunError } from "@pulumi/pulumi";

/** The package that makes objects in Kubernetes. */
const name = "@pulumi/kubernetes";

/**
 * The SDK of Kubernetes, loaded by the first component that makes an object there. A program with AWS alone needs none.
 *
 * @param subject how errors name the component
 */
export function kubernetesFor(subject: string): typeof kubernetes {
  try {
    require.resolve(name);
  } catch {
    throw new RunError(
      `${subject} makes objects in Kubernetes and needs \`${name}\`, which is not installed; add it to the program's package.json`,
    );
  }
  // A constructor cannot wait for an import.
  // oxlint-disable-next-line typescript/no-require-imports
  return require("@pulumi/kubernetes") as typeof kubernetes;
}
