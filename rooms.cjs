/**
 * The rooms of the source, from the ground up: what each holds, and the rooms that it may import. `.dependency-cruiser.cjs` makes
 * a rule of each, and `npm run generate` the picture in docs/design.md.
 *
 * A room is a folder with its subfolders, but for those that are rooms themselves.
 */
const judge = (name) => `policy-pack/${name}`;
const domain = (name) => judge(`domain/${name}`);
const read = (name) => judge(`read/${name}`);
const views = (name) => judge(`views/${name}`);

const facts = ["core", judge("facts")];
const field = ["workloads", "spiffe", "trust", "iam", "rbac", "paths", "secrets"].map(domain);

module.exports = [
  {
    room: "core",
    holds: "plain data that everyone shares: snapshots, grants, ARNs, issuers, AWS types",
    uses: [],
  },
  { room: "yaml", holds: "reading any file by its shape, with positions", uses: ["core"] },

  { room: judge("facts"), holds: "kinds of facts, the graph, names that join", uses: ["core"] },
  { room: judge("findings"), holds: "findings as plain data, settings", uses: facts },
  { room: domain("workloads"), holds: "who acts, of which tenant", uses: facts },
  {
    room: domain("native"),
    holds: "types of AWS Cloud Control as those of the AWS provider",
    uses: [...facts, judge("findings")],
  },
  {
    room: domain("spiffe"),
    holds: "SPIFFE IDs and their templates",
    uses: [...facts, domain("workloads")],
  },
  { room: domain("trust"), holds: "trust policies and tokens of issuers", uses: facts },
  {
    room: domain("iam"),
    holds: "what IAM policies allow",
    uses: [...facts, ...["workloads", "trust"].map(domain)],
  },
  {
    room: domain("rbac"),
    holds: "what Kubernetes RBAC allows",
    uses: [...facts, ...["workloads", "trust", "iam"].map(domain)],
  },
  {
    room: domain("paths"),
    holds: "which identity can assume, call, reach or take over which",
    uses: [...facts, ...["workloads", "spiffe", "trust", "iam", "rbac"].map(domain)],
  },
  {
    room: domain("secrets"),
    holds: "credentials, and who uses them",
    uses: [...facts, ...["workloads", "iam", "paths"].map(domain)],
  },

  {
    room: read("credentials"),
    holds: "credentials in any text",
    uses: ["core", domain("secrets")],
  },
  {
    room: read("resource"),
    holds: "what all readers share",
    uses: [
      ...facts,
      "yaml",
      judge("findings"),
      ...["rbac", "paths", "secrets"].map(domain),
      read("credentials"),
    ],
  },
  {
    room: read("catalogue"),
    holds: "products of Kubernetes as data",
    uses: [...facts, read("resource")],
  },
  {
    room: read("aws"),
    holds: "readers of AWS, and of our components",
    uses: [
      ...facts,
      ...["native", "rbac", "paths", "secrets"].map(domain),
      ...["resource", "credentials"].map(read),
    ],
  },
  {
    room: read("kubernetes"),
    holds: "readers of Kubernetes",
    uses: [
      ...facts,
      ...["spiffe", "rbac", "secrets"].map(domain),
      ...["resource", "credentials", "catalogue", "aws"].map(read),
    ],
  },
  {
    room: judge("read"),
    holds: "all readers, and what was read of a resource",
    uses: [...facts, ...["resource", "aws", "kubernetes"].map(read)],
  },

  {
    room: judge("rules"),
    holds: "one file a rule, and the wording that several share",
    uses: [...facts, judge("findings"), domain("native"), ...field],
  },
  {
    room: views("identity-graph"),
    holds: "the picture of identities",
    uses: [...facts, ...["workloads", "trust", "iam", "paths", "secrets"].map(domain)],
  },
  {
    room: views("delta"),
    holds: "who gained or lost which permission",
    uses: [...facts, ...["workloads", "trust", "iam", "rbac", "paths"].map(domain)],
  },
  {
    room: views("fleet"),
    holds: "rows of facts for all stacks, and what changed over time",
    uses: [
      ...facts,
      judge("findings"),
      ...["workloads", "spiffe", "iam", "paths", "secrets"].map(domain),
      ...["delta", "identity-graph"].map(views),
    ],
  },
  {
    room: judge("views"),
    holds: "the report",
    uses: [
      "core",
      judge("findings"),
      judge("read"),
      ...["delta", "fleet", "identity-graph"].map(views),
    ],
  },
  {
    room: judge("run"),
    holds: "judging: evaluation, unknowns, duplicates, waivers, baseline",
    uses: [
      ...facts,
      "yaml",
      judge("findings"),
      domain("native"),
      ...field,
      ...["resource", "credentials", "aws", "kubernetes"].map(read),
      judge("read"),
      judge("rules"),
      ...["delta", "fleet", "identity-graph"].map(views),
      judge("views"),
    ],
  },
  { room: judge("files"), holds: "files that agentid writes", uses: [] },
  {
    room: judge("crossguard"),
    holds: "the adapter to @pulumi/policy, and the published pack",
    uses: [
      "core",
      "yaml",
      judge("findings"),
      ...["resource", "credentials"].map(read),
      judge("rules"),
      judge("views"),
      judge("run"),
      judge("files"),
    ],
  },

  {
    room: "engine",
    holds: "the preview without a CLI: programs, YAML, manifests, states",
    uses: ["core", "yaml"],
  },
  {
    room: "components/manifests",
    holds: "a task broker's objects in Kubernetes, as plain data",
    uses: ["core"],
  },
  {
    room: "components",
    holds: "tenants, workloads, grants, gateways, brokers",
    uses: ["core", "yaml", "components/manifests"],
  },
  { room: "provider", holds: "the list of components, and their schema", uses: ["components"] },
  {
    room: "broker",
    holds: "the token endpoint, its store, and Cedar and Rego",
    uses: ["core", "yaml"],
  },
  { room: "agent", holds: "calling a tool by the broker's token", uses: ["core"] },
  { room: "tool", holds: "verifying such a call", uses: ["core", "agent"] },
  {
    room: "cli",
    holds: "commands, reports, the night over all stacks",
    uses: [
      "core",
      "yaml",
      "engine",
      "broker",
      "agent",
      "components/manifests",
      ...["facts", "findings", "rules", "run", "files", "crossguard", "views"].map(judge),
      ...["delta", "fleet", "identity-graph"].map(views),
      ...["workloads", "secrets"].map(domain),
      ...["aws", "credentials"].map(read),
    ],
  },
  {
    room: "testing",
    holds: "judging within a test, with findings as data",
    uses: ["core", "engine", "cli", ...["findings", "read", "rules", "views"].map(judge)],
  },
];
