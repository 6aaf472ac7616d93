import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import type * as agentid from "pulumi-agentid";

/** Runs a container as a workload: a Deployment that carries the workload's identity, and a Service before it. */
export function runWorkload(
  resourceName: string,
  workload: agentid.Orchestrator | agentid.Agent | agentid.Tool | agentid.LegacyTool,
  image: string,
  opts: pulumi.CustomResourceOptions,
): void {
  const metadata = {
    name: workload.serviceAccountName,
    namespace: workload.namespace,
    labels: workload.pod.labels,
  };
  new kubernetes.apps.v1.Deployment(
    resourceName,
    {
      metadata,
      spec: {
        replicas: 2,
        selector: { matchLabels: workload.pod.labels },
        template: {
          metadata: { labels: workload.pod.labels },
          spec: {
            ...workload.pod.spec,
            containers: [
              {
                ...workload.pod.container,
                name: "main",
                image,
                ports: [{ name: "http", containerPort: 8080 }],
                resources: {
                  requests: { cpu: "100m", memory: "256Mi" },
                  limits: { memory: "512Mi" },
                },
              },
            ],
          },
        },
      },
    },
    opts,
  );
  new kubernetes.core.v1.Service(
    resourceName,
    {
      metadata,
      spec: { selector: workload.pod.labels, ports: [{ port: 80, targetPort: "http" }] },
    },
    opts,
  );
}
