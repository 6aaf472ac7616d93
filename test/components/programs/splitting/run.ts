import * as kubernetes from "@pulumi/kubernetes";
import type { Agent, Tool } from "pulumi-agentid";

const image = "registry.example.com/desk@sha256:0a1b";

/** Runs a workload under its own identity, or under the account that all have. */
export function run(name: string, workload?: Agent | Tool): void {
  const app = { app: name };
  new kubernetes.apps.v1.Deployment(name, {
    metadata: { name, namespace: "desk" },
    spec: {
      selector: { matchLabels: app },
      template:
        workload === undefined
          ? {
              metadata: { labels: app },
              spec: {
                serviceAccountName: "desk",
                automountServiceAccountToken: false,
                containers: [{ name: "main", image }],
              },
            }
          : {
              metadata: { labels: { ...app, ...workload.pod.labels } },
              spec: ownSpec(workload),
            },
    },
  });
}

/** The pod of a workload under its own identity, as docs/adopting.md has it for one. */
function ownSpec(triage: Agent | Tool) {
  const spec = {
    ...triage.pod.spec,
    containers: [{ ...triage.pod.container, name: "main", image }],
  };
  return spec;
}
