const k8s = require("@pulumi/kubernetes");

const pairs = Number(process.env.PAIRS ?? 5);
for (let i = 0; i < pairs; i++) {
  const account = new k8s.core.v1.ServiceAccount(`agent-${i}`, {
    metadata: { name: `agent-${i}`, namespace: "acme" },
  });
  const labels = { app: `agent-${i}` };
  new k8s.apps.v1.Deployment(`agent-${i}`, {
    metadata: { namespace: "acme" },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: account.metadata.name,
          containers: [{ name: "main", image: "example/agent:1" }],
        },
      },
    },
  });
}
