/** Version of the tables: a change of what a column means, or of which there are, raises it. */
export const factsVersion = 1;

/** A column of a table of facts. None is ever NULL: an empty text means that there is nothing, or that it is unknown. */
interface Column {
  readonly name: string;
  readonly type: "text" | "integer";
  /** Its content, in one phrase. */
  readonly about: string;
}

/** A table of facts. */
export interface FactTable {
  /** The meaning of one row. */
  readonly about: string;
  readonly columns: readonly Column[];
}

const text = <const Name extends string>(name: Name, about: string) =>
  ({ name, type: "text", about }) as const;
const integer = <const Name extends string>(name: Name, about: string) =>
  ({ name, type: "integer", about }) as const;

const stack = text("stack", "the stack, as `project/stack`");
const urn = text("urn", "URN of the resource that declares it");
const source = text("source", "where the program declares it, as `file:line:column`");
const tenant = text("tenant", "its tenant");
const workload = text("workload", "the workload, by the name that findings have for it");

/**
 * The tables of facts, by name.
 *
 * Names that several stacks have for one thing are spelled alike: `iam-role|111122223333|desk`. What only one stack can name is
 * spelled with the URN of a resource, or with the stack. No column contains a secret's value.
 */
export const factTables = {
  stacks: {
    about: "One stack, as it was when its facts were written.",
    columns: [
      stack,
      text("project", "the project"),
      text("name", "the stack's own name"),
      text("digest", "SHA-256 of what the facts were read from"),
      text("updated", "time of the update that wrote the state, as ISO 8601"),
      integer("resources", "how many resources it has"),
      text("complete", "`no` where a part of the stack could not be judged, else `yes`"),
    ],
  },
  updates: {
    about: "An update of a stack up to the state that its facts were read from, of the newest 20.",
    columns: [
      stack,
      integer("place", "1 for the newest, 2 for the one before it"),
      integer("version", "its number; 0 where the backend numbers none, as self-managed ones do"),
      text("kind", "`update`, `refresh`, `destroy` or `import`, as Pulumi calls it"),
      text("started", "when it began, as ISO 8601"),
      text("ended", "when it ended, as ISO 8601"),
      text("result", "`succeeded`, `failed` or `in-progress`"),
      text("author", "who wrote the Git commit, by email or else by name"),
      text("revision", "the Git commit"),
      text("uncommitted", "`yes` where the program had changes that no commit has, else `no`"),
      text("message", "first line of its message, of a bounded length"),
    ],
  },
  tenants: {
    about: "A tenant that something in a stack belongs to.",
    columns: [stack, tenant],
  },
  workloads: {
    about: "A workload.",
    columns: [
      stack,
      workload,
      text("label", "how people name it"),
      text("what", "what it is: `Lambda function`, `Deployment`"),
      text(
        "kind",
        "what it is declared to be: `agent`, `tool`, `orchestrator`, `utility`, `undeclared`",
      ),
      tenant,
      urn,
      source,
    ],
  },
  identities: {
    about: "An identity that a stack declares: an IAM role, a ServiceAccount.",
    columns: [
      stack,
      text("identity", "the identity"),
      text("label", "how people name it"),
      text("what", "what it is: `IAM role`"),
      text("account", "its AWS account, if it has one"),
      text("arn", "its ARN, if it has one"),
      tenant,
      urn,
      source,
    ],
  },
  runs_as: {
    about: "A workload that authenticates as an identity, directly or through a ServiceAccount.",
    columns: [
      stack,
      workload,
      text("identity", "the identity"),
      text("label", "how people name the identity"),
      text("what", "what the identity is"),
      text("is_default", "`yes` for the ServiceAccount `default`, else `no`"),
      urn,
      source,
    ],
  },
  secret_refs: {
    about:
      "A workload that uses a secret by reference, or a secret that the secret is filled from.",
    columns: [
      stack,
      workload,
      text("secret", "the secret"),
      text("part", "the key of it; empty for all of it"),
      text("label", "how people name the secret"),
      text("what", "what it is: `AWS secret`, `Kubernetes Secret`"),
      urn,
      source,
    ],
  },
  secret_values: {
    about: "A workload that has a credential in plain text, known again by a keyed fingerprint.",
    columns: [
      stack,
      workload,
      text(
        "fingerprint",
        "HMAC-SHA-256 of the value with the key that the facts were written with",
      ),
      text("label", "what kind of credential it is"),
      urn,
      source,
    ],
  },
  trusts: {
    about:
      "A principal that can assume an identity, or that the policy of a resource allows to use it.",
    columns: [
      stack,
      text(
        "principal",
        "the principal: a workload, an identity, an account by the ARN of its root",
      ),
      text("target", "the identity or resource"),
      text("target_what", "`identity` or `resource`"),
      text("how", "`assumes`, `runs as`, or the actions that the policy of a resource allows"),
      text("only_tenant", "the one tenant whose principals can; empty for all"),
      urn,
      source,
    ],
  },
  reaches: {
    about:
      "A principal that can assume an identity, also through identities of the stack that no tenant owns.",
    columns: [
      stack,
      text("principal", "the principal"),
      text("principal_tenant", "its tenant, as far as this stack declares it"),
      text("is_external", "`yes` where another stack declares the principal, else `no`"),
      text("identity", "the identity"),
      text("label", "how people name the identity"),
      text("identity_tenant", "its tenant"),
      integer("hops", "how many times something is assumed"),
      urn,
      source,
    ],
  },
  permissions: {
    about:
      "What an identity may do to resources of other stacks; where no tenant owns the identity, to all.",
    columns: [
      stack,
      text("identity", "the identity"),
      text("label", "how people name the identity"),
      text("account", "account of the identity"),
      tenant,
      text("service", "service of the resource, as in its ARN; `*` for all"),
      text("resource", "the resource by its ARN; empty where the policy has a pattern"),
      text(
        "pattern",
        "a pattern for LIKE with the escape character `!`; empty where the policy names one resource",
      ),
      text("pattern_start", "what the pattern begins with, before its first wildcard"),
      text("actions", "the actions, separated by spaces"),
      text("assumes", "`yes` where the actions include sts:AssumeRole, else `no`"),
      urn,
      source,
    ],
  },
  resources: {
    about: "An AWS resource that a tenant owns.",
    columns: [
      stack,
      text("resource", "its ARN"),
      text("label", "how people name it"),
      text("what", "what it is: `bucket`"),
      text("service", "its service, as in its ARN"),
      text("account", "its account"),
      tenant,
      urn,
      source,
    ],
  },
  spiffe_ids: {
    about: "A SPIRE registration.",
    columns: [
      stack,
      text("spiffe_id", "the SPIFFE ID"),
      text("selection", "digest of what it selects"),
      text("label", "how people name the registration"),
      urn,
      source,
    ],
  },
  namespaces: {
    about: "A workload of a tenant in a Kubernetes namespace.",
    columns: [
      stack,
      text("namespace", "the namespace, with its cluster"),
      text("label", "how people name the namespace"),
      workload,
      tenant,
      urn,
      source,
    ],
  },
  clusters: {
    about: "A name by which trust policies identify a cluster or another token issuer.",
    columns: [
      stack,
      text("cluster", "the OIDC issuer, or the account and name of an EKS cluster"),
      text("what", "`OIDC issuer` or `EKS cluster`"),
      text(
        "role",
        "`declares` for the cluster's own stack, `trusts` for a stack that trusts the issuer",
      ),
      tenant,
      urn,
      source,
    ],
  },
  restrictions: {
    about: "A utility of low risk, and what restricts it: findings about it can be waived.",
    columns: [
      stack,
      workload,
      text("thing", "a secret that it uses; empty for all that have no row of their own"),
      text("restrictions", "`utility`, and the controls that restrict it"),
    ],
  },
  findings: {
    about: "A finding of the rules about one stack alone.",
    columns: [
      stack,
      text("rule", "id of the rule"),
      text("fingerprint", "stays the same from run to run"),
      text("verdict", "`violated` or `undetermined`"),
      text("severity", "`critical`, `high`, `medium` or `low`"),
      text(
        "thing",
        "what it is about; a finding over several stacks about the same thing takes its place",
      ),
      text("restrictions", "what restricts its workload, as in `restrictions`"),
      text("message", "what is wrong, in one sentence"),
      urn,
      source,
      text("finding", "all of it, as in a report in JSON"),
    ],
  },
} as const satisfies Readonly<Record<string, FactTable>>;

/** The name of a table of facts. */
export type FactTableName = keyof typeof factTables;

/** The names of the tables, in the order of the schema. */
export const factTableNames = Object.keys(factTables) as readonly FactTableName[];

type RowOf<Columns extends readonly Column[]> = {
  readonly [C in Columns[number] as C["name"]]: C["type"] extends "integer" ? number : string;
};

/** A row of a table. */
export type FactRow<Table extends FactTableName = FactTableName> = RowOf<
  (typeof factTables)[Table]["columns"]
>;

/** Rows of all tables of one stack. */
export type FactRows = { readonly [Table in FactTableName]: readonly FactRow<Table>[] };

/** Tables about a stack as a whole and its findings, which no run of one program has. */
export const wholeStackTables = ["stacks", "updates", "findings"] as const;

/** The name of a table about a stack as a whole. */
export type WholeStackTable = (typeof wholeStackTables)[number];

/** The facts of one stack, without those about the stack as a whole and its findings. */
export interface StackFacts extends Omit<FactRows, WholeStackTable> {
  /** Of findings by fingerprint: what each is about, in the spelling that all stacks share, and what restricts its workload. */
  readonly concerns: readonly {
    readonly fingerprint: string;
    readonly thing: string;
    readonly restrictions: string;
  }[];
}
