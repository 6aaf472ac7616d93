import * as kubernetes from "@pulumi/kubernetes";
import type * as agentid from "pulumi-agentid";

/** Runs an agent or a tool as a Deployment. */
export function runWorkload(name: string, workload: agentid.Agent | agentid.Tool): void {
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name: workload.serviceAccountName, namespace: workload.namespace },
    spec: {
      selector: { matchLabels: workload.pod.labels },
      template: {
        metadata: { labels: workload.pod.labels },
        spec: {
          ...workload.pod.spec,
          containers: [
            {
              ...workload.pod.container,
              name: "main",
              image: `registry.example.com/support/${name}:1.4.0`,
            },
          ],
        },
      },
    },
  });
}
