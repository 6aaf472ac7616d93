/**
 * Tables of a broker, in what SQLite and PostgreSQL have in common. Times are whole seconds since 1970.
 *
 * No secret is in any: of credentials a hash, of signing keys the public half.
 */
export const schema: readonly string[] = [
  // Public halves of the keys that replicas sign with.
  `create table if not exists signing_key (
    kid text primary key, jwk text not null, made_at bigint not null, until bigint not null)`,
  // What a chain of workloads does for a user; `user_name` is empty where a workload acts for itself. It is known until `token_until`,
  // when the token that began it ends.
  `create table if not exists task (
    txn text primary key, user_name text not null, begun_by text not null, begun_at bigint not null,
    until bigint not null, token_until bigint not null)`,
  `create index if not exists task_until on task (token_until)`,
  // Everything issued, with the task token it was made from and which instance of the caller received it (`pod`, also a SPIFFE ID): task tokens, call tokens, sessions of AWS, accounts of Kubernetes.
  `create table if not exists credential (
    id text primary key, kind text not null, hash text not null, txn text not null, chain text not null,
    user_name text not null, tool text not null, parent text not null, issued_at bigint not null,
    until bigint not null, revoked_at bigint not null default 0, pod text not null default '')`,
  `create index if not exists credential_hash on credential (hash)`,
  `create index if not exists credential_txn on credential (txn)`,
  `create index if not exists credential_parent on credential (parent)`,
  // Most credentials have ended and wait a day to be removed: what looks at the others begins by their end.
  `create index if not exists credential_until on credential (until)`,
  // What a task has used up by a grant: calls, where `entry` is empty, and sums of an entry of their contexts.
  `create table if not exists spent (
    txn text not null, grant_id text not null, entry text not null, amount bigint not null, until bigint not null,
    primary key (txn, grant_id, entry))`,
  `create index if not exists spent_until on spent (until)`,
  // Ends all tasks of one task, agent, instance, user or tool, or all of the tenant, begun at `at` or before, and keeps new ones off before `until`.
  `create table if not exists revocation (
    kind text not null, value text not null, at bigint not null, until bigint not null,
    primary key (kind, value))`,
  `create index if not exists revocation_until on revocation (until)`,
  // Requests that a person decides on: `open`, `approved`, `denied`, `used`. One is open or approved at a time.
  `create table if not exists approval (
    id text primary key, request text not null, txn text not null, summary text not null, chain text not null,
    user_name text not null, state text not null, asked_at bigint not null, until bigint not null,
    decided_by text not null default '')`,
  `create unique index if not exists approval_request on approval (request)
    where state = 'open' or state = 'approved'`,
  `create index if not exists approval_until on approval (until)`,
  // Accounts of Kubernetes: `planned` before they are made, `live`, `dropped` where that failed, and `gone` once they are removed.
  `create table if not exists account (
    id text primary key, txn text not null, place text not null, state text not null,
    until bigint not null, held_until bigint not null default 0)`,
  `create index if not exists account_live on account (until) where state <> 'gone'`,
  `create index if not exists account_gone on account (until) where state = 'gone'`,
  // Sessions of approvers, by a hash of what their browser alone has.
  `create table if not exists session (id text primary key, data text not null, until bigint not null)`,
  `create index if not exists session_until on session (until)`,
  // Identifiers that count once: of proofs of possession.
  `create table if not exists seen (id text primary key, until bigint not null)`,
  `create index if not exists seen_until on seen (until)`,
  // Of each chain of the trail, the id of the last transaction of its replica: after a lost answer it shows what was done.
  `create table if not exists chain (name text primary key, last text not null)`,
  // What happened: in each chain every line has the hash of the one before.
  `create table if not exists trail (
    chain text not null, seq bigint not null, at bigint not null, line text not null, hash text not null,
    txn text not null, names text not null, user_name text not null, tool text not null,
    primary key (chain, seq))`,
  // The lines of each workload. A list of names has no index, so that a look for one of them would read every line.
  `create table if not exists trail_name (
    name text not null, chain text not null, seq bigint not null, primary key (name, chain, seq))`,
  // In the order of the answer: without it each page of a frequent user would sort all lines of that user.
  `create index if not exists trail_task on trail (txn, chain, seq)`,
  `create index if not exists trail_user on trail (user_name, chain, seq)`,
  `create index if not exists trail_tool on trail (tool, chain, seq)`,
  `drop index if exists trail_txn`,
];
