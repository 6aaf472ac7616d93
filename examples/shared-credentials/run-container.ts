import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";

export interface RunContainerArgs {
  namespace: pulumi.Input<string>;
  serviceAccountName: pulumi.Input<string>;
  env?: { name: string; value: pulumi.Input<string> }[];
  /** Secret whose every key becomes an environment variable. */
  envFromSecret?: pulumi.Input<string>;
}

/** Runs one container as a Deployment. */
export function runContainer(name: string, args: RunContainerArgs): kubernetes.apps.v1.Deployment {
  const labels = { app: name };
  return new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace: args.namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: args.serviceAccountName,
          containers: [
            {
              name: "main",
              image: `registry.example.com/support/${name}:1.4.0`,
              env: args.env ?? [],
              envFrom: args.envFromSecret ? [{ secretRef: { name: args.envFromSecret } }] : [],
            },
          ],
        },
      },
    },
  });
}
