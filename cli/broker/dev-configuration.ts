/** The issuers of a broker on a laptop: that of workloads, and that of users. */
export const devIssuers = [
  { name: "workloads", issuer: "urn:agentid:dev:workloads" },
  // A login needs a URL as issuer. This one leads nowhere: there is no login page on a laptop.
  { name: "people", issuer: "https://people.agentid.invalid" },
] as const;

/** The client at which approvers and operators log in. */
const loginClient = "console";

/** The users that there are, with the claims of their tokens. */
export const devUsers: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  alice: { azp: "dev" },
  ann: { azp: loginClient, groups: ["approvers", "operators"] },
};

const [workloads, people] = devIssuers;

/** The configuration of a new broker on a laptop. */
export const devConfiguration = `# A task broker for a laptop. \`agentid broker --dev\` made this file, and leaves it as you change it.
# While it runs, each workload below and the users alice and ann have a token in a file beside this one.
tenant: dev
issuer: http://127.0.0.1:8443
listen: 127.0.0.1:8443
drainSeconds: 0
state:
  sqlite: broker.db

issuers: # new keys at each start; in a cluster: Kubernetes, SPIFFE or another issuer
  - { name: ${workloads.name}, kind: oidc, issuer: "${workloads.issuer}", keys: ${workloads.name}.json }
  - { name: ${people.name}, kind: oidc, issuer: "${people.issuer}", keys: ${people.name}.json }

workloads: # agents, and the clients that give them tokens of users
  - name: triage
    subjects: [{ issuer: ${workloads.name}, subject: triage }]
    clients: [dev]

tools: # MCP servers
  - name: refunds
    resource: http://127.0.0.1:8080/mcp
    subjects: [{ issuer: ${workloads.name}, subject: refunds }]

users: { issuer: ${people.name}, require: { iss: "${people.issuer}" } }
approvers: { require: { groups: approvers } }
operators: { require: { groups: operators } }
login: { client: ${loginClient} } # the tokens of approvers and operators are of this client

grants: # which agent may call which tool, and for what
  - caller: triage
    tool: refunds
    intents: [read]
    sensitivity: confidential
    approval: none
    maxSeconds: 60
  - caller: triage
    tool: refunds
    intents: [refund]
    sensitivity: confidential
    approval: none # human: ann approves each call by \`agentid approve\`
    maxSeconds: 60
    conditions:
      - { key: cents, atMost: 5000 }
`;
