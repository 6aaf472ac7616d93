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

const utility = "agentid.dev/kind: utility, agentid.dev/risk: low";

/** A CronJob that uses the Secret `acme/crm`; by default a utility, whose findings can be waived. */
export function job(name: string, labels = utility): string {
  return `apiVersion: batch/v1
kind: CronJob
metadata: { namespace: acme, name: ${name}, labels: { ${labels}, agentid.dev/tenant: acme } }
spec:
  jobTemplate:
    spec:
      template:
        metadata: { labels: { app: crm } }
        spec:
          serviceAccountName: ${name}
          automountServiceAccountToken: false
          containers: [{ name: main, image: "example.com/${name}:1", envFrom: [{ secretRef: { name: crm } }] }]
---
`;
}

const limit = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { namespace: acme, name: crm }
spec: { podSelector: { matchLabels: { app: crm } }, policyTypes: [Egress], egress: [] }
`;

/** Two utilities that share a Secret, and what restricts them. */
export const utilities = `${job("report")}${job("sync")}${limit}`;
