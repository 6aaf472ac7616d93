/** Two Deployments, each with a ServiceAccount of its own. */
export const separate = desk("triage", "refunds");

/** Two Deployments on one ServiceAccount. */
export const shared = desk("desk", "desk");

function desk(first: string, second: string): string {
  return `${account(first)}---\n${account(second)}---\n${deployment("triage", first)}---\n${deployment("refunds", second)}`;
}

function account(name: string): string {
  return `apiVersion: v1
kind: ServiceAccount
metadata: { name: ${name}, namespace: acme }
`;
}

function deployment(name: string, account: string): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: acme }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      serviceAccountName: ${account}
      automountServiceAccountToken: false
      containers: [{ name: main, image: "example.com/${name}:1" }]
`;
}
